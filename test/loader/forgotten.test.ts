import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createLoader } from "../../src/load/load.ts";
import { loadRevision, loadRevisions } from "../../src/state/revisions.ts";
import { revisionText } from "../support/revisions.ts";
import { project, write } from "./fixture.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** What code of revisions showed to `globalThis.show`. */
const shown: WeakRef<object>[] = [];
Reflect.set(globalThis, "show", (one: object) => void shown.push(new WeakRef(one)));

/** How much of it is still in memory. */
async function countKept(): Promise<number> {
  await nextTurn(); // until then a reference that was read keeps what it refers to
  collectGarbage();
  return shown.filter((one) => one.deref() !== undefined).length;
}

const UPGRADE = `  globalThis.show(op);
  globalThis.show(upgrade);
  op.accept("drop-table", "it is empty");
  op.dropTable("shop");`;
const DROP_LINE = 11;

test("a loaded revision keeps its operations in memory, but not its file", async () => {
  const folder = project({ "a.ts": revisionText("a", null, UPGRADE), "b.ts": revisionText("b", "a", UPGRADE) });
  const loader = createLoader(folder);
  const revisions = ["a", "b"].map((id) => ({ id, down: [], message: id, file: join(folder, `${id}.ts`) }));
  const loaded = await loadRevisions(loader, revisions);
  expect(shown).toHaveLength(8); // each is recorded twice
  expect(await countKept()).toBe(0);
  expect(loaded.map(({ upgrade }) => upgrade.map(({ operation }) => operation.name))).toEqual([
    ["dropTable"],
    ["dropTable"],
  ]);
});

test("the lines of its calls are known, also through a link", async () => {
  const folder = project({ "a.ts": revisionText("a", null, UPGRADE) });
  symlinkSync(join(folder, "a.ts"), join(folder, "linked.ts"));
  for (const name of ["a.ts", "linked.ts"]) {
    const revision = { id: "a", down: [], message: "a", file: join(folder, name) };
    const { upgrade, findLine } = await loadRevision(createLoader(folder), revision);
    const [call] = upgrade;
    expect(findLine(call?.stack ?? "")).toBe(DROP_LINE);
    expect(call?.acceptances?.map(({ stack }) => findLine(stack))).toEqual([DROP_LINE - 1]);
  }
});

test("a file that TypeScript compiles runs once", async () => {
  const text = revisionText("a", null, "  op.sql(String(one));").replace("\n", '\nimport { one } from "./one.ts";\n');
  const folder = project({ "a.ts": text, "one.ts": "export const one = 1;" });
  const loader = createLoader(folder);
  const file = join(folder, "a.ts");
  const first = await loader.load(file);
  expect(loader.forget(file)).toBe(undefined);
  expect(await loader.load(file)).toBe(first);
});

test("a forgotten file is read again", async () => {
  const folder = project({ "a.ts": revisionText("a", null) });
  const loader = createLoader(folder);
  const file = join(folder, "a.ts");
  const first = await loader.load(file);
  expect(await loader.load(file)).toBe(first);
  writeFileSync(file, revisionText("b", null));
  expect(loader.forget(file)).toBe(file);
  expect(await loader.load(file)).toMatchObject({ revision: "b" });
  write(folder, { "a.ts": revisionText("c", null) });
  expect(await loader.load(file)).toMatchObject({ revision: "b" });
});

/** Loads a file that TypeScript compiles, then revisions, then another such file; prints whether TypeScript was in memory after each. */
const SCRIPT = `
import { createRequire } from "node:module";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
const [folder, dist, count] = process.argv.slice(1);
const { createLoader } = await import(join(dist, "load/load.js"));
const { loadRevisions } = await import(join(dist, "state/revisions.js"));
const { cache } = createRequire(import.meta.url);
const findTypeScript = () => Object.keys(cache).filter((file) => file.endsWith("typescript.js")).map((file) => cache[file].exports);
const loader = createLoader(folder);
await loader.load(join(folder, "first.ts"));
const before = findTypeScript().map((one) => new WeakRef(one));
await nextTurn();
const ids = Array.from({ length: Number(count) }, (_, at) => "r" + at);
await loadRevisions(loader, ids.map((id) => ({ id, down: [], message: id, file: join(folder, id + ".ts") })));
await nextTurn();
gc();
const kept = before.filter((one) => one.deref() !== undefined).length;
const { second } = await loader.load(join(folder, "second.ts"));
console.log(JSON.stringify([before.length, kept, findTypeScript().length, second]));
`;

test.each([
  [2, [1, 1, 1, 2]],
  [300, [1, 0, 1, 2]],
])("loading %i revisions lets the compiler go only where it takes memory for long", (count, expected) => {
  const files = Array.from({ length: count }, (_, at) => [`r${at}.ts`, revisionText(`r${at}`, null)]);
  const compiled = {
    "first.ts": "export const first: number = <number>1;",
    "second.ts": "export const second = <number>2;",
  };
  const folder = project({ ...compiled, ...Object.fromEntries(files) });
  const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
  const args = ["--expose-gc", "--input-type=module", "-e", SCRIPT, folder, dist, String(count)];
  expect(JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }))).toEqual(expected);
});

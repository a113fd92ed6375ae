import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
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

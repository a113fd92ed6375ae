import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLoader } from "../../src/load/load.ts";
import { project, write } from "./fixture.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const built = mkdtempSync(join(tmpdir(), "remodel-built-"));

beforeAll(() => {
  const compilerOptions = {
    outDir: "dist",
    rootDir: join(repository, "src"),
    noEmitOnError: false,
    declaration: false,
  };
  const tsconfig = {
    extends: join(repository, "tsconfig.build.json"),
    compilerOptions,
    include: [],
    files: [join(repository, "src/load/load.ts")],
  };
  writeFileSync(
    join(built, "tsconfig.json"),
    JSON.stringify({
      ...tsconfig,
      compilerOptions: { ...compilerOptions, typeRoots: [join(repository, "node_modules/@types")] },
    }),
  );
  writeFileSync(join(built, "package.json"), '{ "type": "module", "version": "0.0.0" }');
  symlinkSync(join(repository, "node_modules"), join(built, "node_modules"));
  execFileSync(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", built], {
    stdio: "inherit",
  });
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

const FILES = {
  "ormconfig.ts":
    'import { A } from "./a"; export default { type: "postgres", entities: [A, __dirname + "/models/*.ts"] };',
  "a.ts": 'import { Column } from "typeorm"; import { Role } from "./role"; export class A { @Column() role: Role; }',
  "role.ts": 'export enum Role { Admin = "admin" }',
  "models/b.ts": "export class B {}",
};

const SCRIPT = `
  const { loadProject, resolveEntities } = await import(${JSON.stringify(pathToFileURL(join(built, "dist/load/load.js")).href)});
  const project = await loadProject({ folder: process.argv[1] });
  const entities = await resolveEntities(project);
  const { createRequire } = await import("node:module");
  const loaded = Object.keys(createRequire(process.argv[1] + "/_").cache).filter((file) => /ts-morph|[/]typescript[/]/.test(file));
  console.log(JSON.stringify({ names: entities.map(({ name }) => name), type: Reflect.getMetadata("design:type", entities[0].prototype, "role").name, typescript: loaded.length > 0 }));`;

async function run(folder: string, env: Record<string, string> = {}): Promise<unknown> {
  const options = { env: { ...process.env, ...env } };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", SCRIPT, folder],
    options,
  );
  return JSON.parse(stdout);
}

const cacheOf = (folder: string) => join(folder, "node_modules/.cache/typeorm-remodel");
const COLD = { names: ["A", "B"], type: "String", typescript: true };
const WARM = { ...COLD, typescript: false };

test("the second run does not load TypeScript; a changed file is seen, wherever it matters", async () => {
  const folder = project(FILES);
  expect(await run(folder)).toEqual(COLD);
  expect(await run(folder)).toEqual(WARM);
  write(folder, { "role.ts": "export enum Role { Admin = 1 }" });
  expect(await run(folder)).toEqual({ ...COLD, type: "Number" });
  expect(await run(folder)).toEqual({ ...WARM, type: "Number" });
  write(folder, { "tsconfig.json": '{ "compilerOptions": { "strict": false } }' });
  expect(await run(folder)).toEqual({ ...COLD, type: "Number" });
});

test("several processes at once do not hurt each other", async () => {
  const folder = project(FILES);
  expect(await Promise.all([1, 2, 3].map(() => run(folder)))).toEqual([COLD, COLD, COLD]);
  expect(await run(folder)).toEqual(WARM);
  expect(readdirSync(cacheOf(folder)).filter((name) => !name.endsWith(".json"))).toEqual([]);
});

test("a damaged cache is made again", async () => {
  const folder = project(FILES);
  await run(folder);
  for (const name of readdirSync(cacheOf(folder))) writeFileSync(join(cacheOf(folder), name), '{"');
  expect(await run(folder)).toEqual(COLD);
  expect(await run(folder)).toEqual(WARM);
});

test("a cache that cannot be written is done without", async () => {
  const folder = project({ ...FILES, "node_modules/.cache": "a file" });
  expect(await run(folder)).toEqual(COLD);
  expect(await run(folder)).toEqual(COLD);
});

test("without node_modules it lies in a temporary folder that is ours alone", async () => {
  const folder = project({ "main.ts": "export const a = 1 as number;" });
  rmSync(join(folder, "node_modules"), { recursive: true });
  const temporary = mkdtempSync(join(built, "tmp-"));
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = temporary;
  try {
    await createLoader(folder).load("main.ts");
    const [name = ""] = readdirSync(temporary);
    const cache = join(temporary, name);
    const files = readdirSync(cache).map((file) => join(cache, file));
    expect([cache, ...files].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600, 0o600]);
    for (const file of files) writeFileSync(file, readFileSync(file, "utf8").replace("exports.a = 1", "exports.a = 3"));
    expect(await createLoader(folder).load("main.ts")).toEqual({ a: 3 });
    chmodSync(cache, 0o777);
    expect(await createLoader(folder).load("main.ts")).toEqual({ a: 1 });
    expect(statSync(cache).mode & 0o777).toBe(0o700);
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
});

test("what nobody used for a month goes", async () => {
  const folder = project({ "main.ts": "export const a = 1 as number;" });
  await createLoader(folder).load("main.ts");
  const old = readdirSync(cacheOf(folder));
  for (const name of old) utimesSync(join(cacheOf(folder), name), 0, new Date(Date.now() - 40 * 24 * 60 * 60 * 1000));
  write(folder, { "other.ts": "export const a = 2 as number;" });
  await createLoader(folder).load("other.ts");
  const now = readdirSync(cacheOf(folder));
  expect(now).toHaveLength(2);
  expect(now).not.toEqual(old);
});

/** What a folder that is not ours may look like: each makes it in the place of the cache. */
const FOREIGN: readonly (readonly [what: string, make: (cache: string, other: string) => void])[] = [
  ["a link", (cache, other) => symlinkSync(other, cache)],
  ["a file", (cache) => writeFileSync(cache, "")],
  // Only the superuser can give a folder away; everybody else has a folder of nobody's that cannot be written.
  ["a folder of another user", (cache) => giveAway(cache)],
];

function giveAway(folder: string): void {
  mkdirSync(folder);
  if (process.getuid?.() === 0) chownSync(folder, 65534, 65534);
  else chmodSync(folder, 0o500);
}

test.each(FOREIGN)("%s in the place of the cache is neither read, written nor changed", async (_what, make) => {
  const folder = project({ "main.ts": "export const a = 1 as number;" });
  const other = mkdtempSync(join(built, "other-"));
  mkdirSync(join(folder, "node_modules/.cache"), { recursive: true });
  make(cacheOf(folder), other);
  const before = statSync(cacheOf(folder));
  expect(await createLoader(folder).load("main.ts")).toEqual({ a: 1 });
  expect(readdirSync(other)).toEqual([]);
  const { uid, mode } = statSync(cacheOf(folder));
  expect({ uid, mode }).toEqual({ uid: before.uid, mode: before.mode });
  if (before.isDirectory()) expect(readdirSync(cacheOf(folder))).toEqual([]);
});

test("only files of the cache go when they are old; what else is there stays", async () => {
  const folder = project({ "main.ts": "export const a = 1 as number;" });
  const cache = cacheOf(folder);
  mkdirSync(cache, { recursive: true });
  const outside = join(folder, "outside.json");
  writeFileSync(outside, "{}");
  const stay = ["notes.txt", "package.json", "0".repeat(39), `${"0".repeat(40)}.json.bak`, `x${"0".repeat(40)}.json`];
  const go = [`${"0".repeat(40)}.json`, `${"1".repeat(40)}.map.json`, `${"2".repeat(40)}.7.tmp`];
  for (const name of [...stay, ...go]) writeFileSync(join(cache, name), "{}");
  symlinkSync(outside, join(cache, `${"3".repeat(40)}.json`));
  mkdirSync(join(cache, `${"4".repeat(40)}.json`));
  const old = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000);
  for (const name of [...stay, ...go]) utimesSync(join(cache, name), old, old);
  utimesSync(outside, old, old);
  await createLoader(folder).load("main.ts");
  const left = readdirSync(cache);
  expect(left).toEqual(expect.arrayContaining(stay));
  expect(left.filter((name) => go.includes(name))).toEqual([]);
  expect(readFileSync(outside, "utf8")).toBe("{}");
});

test("lines are right with a warm cache too", async () => {
  const folder = project({ "main.ts": 'type A = 1;\ninterface B {}\nthrow new Error("x");\nexport {};' });
  for (const _ of [1, 2])
    await expect(createLoader(folder).load("main.ts")).rejects.toMatchObject({
      message: expect.stringContaining("main.ts:3 "),
    });
  expect(readFileSync(join(folder, "main.ts"), "utf8")).toContain("throw");
});

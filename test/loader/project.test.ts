import { join } from "node:path";
import { expect, test } from "vitest";
import { findDataSource, loadProject, type Project } from "../../src/load/load.ts";
import { ESM, project } from "./fixture.ts";

const OPTIONS = '{ type: "postgres", url: "postgres://localhost/x", entities: [] as any[] }';
const MAKE = `new DataSource(${OPTIONS})`;
const IMPORT = 'import { DataSource } from "typeorm";\n';

function open(text: string, files: Record<string, string> = {}, file = "ormconfig.ts"): Promise<Project> {
  return loadProject({ folder: project({ [file]: text, ...files }) });
}

test.each([
  ["the default export", `export default ${MAKE};`],
  ["a named export", `export const AppDataSource = ${MAKE};`],
  ["one under two names", `export const AppDataSource = ${MAKE}; export default AppDataSource;`],
  [
    "beside its options",
    `export const options = ${OPTIONS} as const; export const db = new DataSource(options as any);`,
  ],
  ["options", `export default ${OPTIONS};`],
  ["named options", `export const config = ${OPTIONS};`],
  ["options of several kinds that are one object", `export const config = ${OPTIONS}; export default config;`],
  ["a promise", `export default Promise.resolve(${MAKE});`],
  ["a promise of options", `export const later = Promise.resolve(${OPTIONS});`],
  ["a function", `export default () => ${MAKE};`],
  ["a named asynchronous function", `export async function makeDataSource() { return ${OPTIONS}; }`],
  [
    "top-level await",
    `const url = await Promise.resolve("postgres://x/y"); export default new DataSource({ type: "postgres", url });`,
  ],
  [
    "beside functions that nobody may call",
    `export default ${MAKE}; export function shutdown() { throw new Error("called"); }`,
  ],
])("the data source is %s", async (_, text) => {
  for (const kind of [{}, ESM]) {
    const { dataSource, file, folder, config } = await open(IMPORT + text, kind);
    expect(dataSource).toMatchObject({
      options: { type: "postgres" },
      buildMetadatas: expect.any(Function),
      isInitialized: false,
    });
    expect(file).toBe(join(folder, "ormconfig.ts"));
    expect(config).toEqual({});
  }
});

test.each([
  [
    "module.exports = new DataSource",
    'const { DataSource } = require("typeorm"); module.exports = new DataSource({ type: "postgres" });',
  ],
  ["module.exports = options", 'module.exports = { type: "postgres" };'],
  ["module.exports = a function", 'module.exports = async () => ({ type: "postgres" });'],
  ["module.exports = a promise", 'module.exports = Promise.resolve({ type: "postgres" });'],
  ["exports.x", 'exports.x = { type: "postgres" };'],
])("in CommonJS: %s", async (_, text) => {
  const { dataSource } = await open(text, {}, "ormconfig.js");
  expect(dataSource).toMatchObject({ options: { type: "postgres" } });
});

test("module.exports and export = in TypeScript", async () => {
  await open(`import { DataSource } from "typeorm"; export = ${MAKE};`);
  await open(`declare const module: any; module.exports = ${OPTIONS};`);
});

test("the data source is made by the project's own TypeORM", async () => {
  const folder = project({ "ormconfig.ts": `export default ${OPTIONS};` }, { typeorm: "typeorm-0.3", pg: "pg" });
  const { dataSource, loader } = await loadProject({ folder });
  const typeorm = loader.require("typeorm") as { DataSource: new () => object };
  expect((dataSource as object).constructor).toBe(typeorm.DataSource);
  expect(loader.require("typeorm/package.json")).toMatchObject({ version: expect.stringMatching(/^0\.3\./) });
});

test("`remodel` is the configuration, and checked", async () => {
  const text = `import { defineConfig } from "typeorm-remodel"; export default ${OPTIONS};`;
  const { config } = await open(`${text} export const remodel = defineConfig({ migrations: "db" });`);
  expect(config).toEqual({ migrations: "db" });
  await expect(open(`${text} export const remodel = { migration: "db" };`)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
  });
  await expect(open(`${text} export const remodel = defineConfig({ migration: "db" });`)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining('"migration"'),
  });
});

test("two data sources are one too many", async () => {
  const text = `${IMPORT}export const one = ${MAKE}; export const two = ${MAKE};`;
  await expect(open(text)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(/one and two/),
  });
});

test("no data source, and one of another type", async () => {
  await expect(open("export const a = 1; export class B {}")).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining("(it exports a, B)"),
  });
  await expect(open("")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  await expect(open('export default { type: "mysql" };')).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining('"mysql"'),
  });
});

test.each([
  [
    "while it runs",
    'interface A { a: 1 }\n\nif (!process.env["NOT_SET"])\n  throw new Error("NOT_SET is not set");\nexport {};',
    4,
  ],
  ["in another file", 'import "./other";', 2, "other.ts"],
  [
    "in a function that makes it",
    'type A = 1;\nexport default () => {\n  throw new Error("NOT_SET is not set");\n};',
    3,
  ],
  ["in a promise", 'type A = 1;\nexport default (async () => {\n  throw new Error("NOT_SET is not set");\n})();', 3],
  ["after an await", 'type A = 1;\nawait 1;\nthrow new Error("NOT_SET is not set");\nexport {};', 3],
])("an error %s is told with its line", async (_, text, line, file = "ormconfig.ts") => {
  const other = { "other.ts": 'type A = 1;\nthrow new Error("NOT_SET is not set");' };
  await expect(open(text, other)).rejects.toMatchObject({
    code: "CONFIG_FAILED",
    message: expect.stringMatching(new RegExp(`${file}:${line} .*NOT_SET is not set`)),
    cause: expect.objectContaining({ message: "NOT_SET is not set" }),
    details: { file: expect.stringContaining(file), line, column: expect.any(Number) },
  });
});

test("what is no Error is told as well", async () => {
  await expect(open('throw "no"; export {};')).rejects.toMatchObject({
    code: "CONFIG_FAILED",
    message: expect.stringContaining("no"),
  });
});

test("a syntax error is one, a circle is one", async () => {
  await expect(open("export default {")).rejects.toMatchObject({
    code: "MODULE_INVALID",
    message: expect.stringMatching(/ormconfig\.ts:1:\d+/),
  });
  await expect(open("void A; class A {}; export {}")).rejects.toMatchObject({ code: "MODELS_CIRCULAR" });
});

test("TypeORM or its driver is not installed", async () => {
  const text = `${IMPORT}export default ${MAKE};`;
  await expect(loadProject({ folder: project({ "ormconfig.ts": text }, {}) })).rejects.toMatchObject({
    code: "PEER_MISSING",
    hint: "npm install typeorm",
  });
  await expect(
    loadProject({ folder: project({ "ormconfig.ts": `export default ${OPTIONS}` }, {}) }),
  ).rejects.toMatchObject({
    code: "PEER_MISSING",
    hint: "npm install typeorm",
  });
});

test("the driver that TypeORM misses is told with how to add it", async () => {
  const thrown = `throw Object.assign(new Error('Postgres package has not been found installed. Please run "npm install pg".'), { name: "DriverPackageNotInstalledError" });`;
  await expect(open(`${thrown} export {};`)).rejects.toMatchObject({ code: "PEER_MISSING", hint: "npm install pg" });
});

test.each([
  [["src/ormconfig.ts", "src/data-source.js"], "src/data-source.js"],
  [["src/data-source.ts", "data-source.cjs"], "data-source.cjs"],
  [["ormconfig.mjs", "ormconfig.js", "ormconfig.cts", "data-source.ts"], "ormconfig.cts"],
  [["src/database/data-source.ts", "typeorm.config.js"], "src/database/data-source.ts"],
  [["src/config/typeorm.ts"], "src/config/typeorm.ts"],
  [["typeorm.config.ts"], "typeorm.config.ts"],
  [["dist/database/data-source.js", "src/data-source.ts"], "src/data-source.ts"],
  [["dist/database/data-source.js"], "dist/database/data-source.js"],
])("of %j it is %s", async (files, expected) => {
  const folder = project(Object.fromEntries(files.map((file) => [file, ""])));
  expect(await findDataSource(folder)).toBe(join(folder, expected));
});

test("the file may be named, with or without its extension", async () => {
  const folder = project({ "db/main.ts": "", "ormconfig.ts": "" });
  const file = join(folder, "db/main.ts");
  expect(await findDataSource(folder, "db/main.ts")).toBe(file);
  expect(await findDataSource(folder, "db/main")).toBe(file);
  expect(await findDataSource(folder, file)).toBe(file);
});

test("package.json and the environment name it, and the command line comes first", async () => {
  const folder = project({
    "package.json": '{ "remodel": { "dataSource": "db/main" } }',
    "db/main.ts": "",
    "ormconfig.ts": "",
  });
  expect(await findDataSource(folder)).toBe(join(folder, "db/main.ts"));
  process.env["REMODEL_DATASOURCE"] = "ormconfig.ts";
  try {
    expect(await findDataSource(folder)).toBe(join(folder, "ormconfig.ts"));
    expect(await findDataSource(folder, "db/main.ts")).toBe(join(folder, "db/main.ts"));
  } finally {
    delete process.env["REMODEL_DATASOURCE"];
  }
});

test.each([
  ['{ "remodel": "revisions" }', /"remodel" of .*package\.json is no object/],
  ['{ "remodel": { "dataSource": 7 } }', /dataSource that is no text/],
  ['{ "remodel": { "folder": "revisions" } }', /no key "folder"/],
  ['{ "remodel": { ', /is not valid JSON/],
])("a package.json of %s is refused", async (text, message) => {
  await expect(findDataSource(project({ "package.json": text }))).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(message),
  });
});

test("no file: what was looked for, and what to do", async () => {
  const folder = project({});
  await expect(findDataSource(folder)).rejects.toMatchObject({
    code: "CONFIG_NOT_FOUND",
    message: expect.stringMatching(/ormconfig, data-source, src\/data-source, src\/ormconfig, .* \(\.ts .*\.cjs\)/),
    hint: "Name the file with --dataSource FILE. To create one, run: remodel init",
  });
  await expect(findDataSource(folder, "nope.ts")).rejects.toMatchObject({
    code: "CONFIG_NOT_FOUND",
    message: expect.stringContaining("nope.ts"),
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse, readFiles } from "../scripts/measure.mjs";
import { schemaKinds, tableKinds } from "../src/kinds/all.ts";
import * as operations from "../src/kinds/operations.ts";
import { complaints } from "./support/architecture.ts";
import { findOverCeilings, findTooComplex } from "./support/ceilings.ts";
import { kindNamesInUse, kindObjectsInUse } from "./support/kind-names.ts";
import { namesInUse } from "./support/operation-names.ts";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

test("src keeps to the order of imports and to the other rules of its architecture", () => {
  expect(complaints(sourceFiles())).toEqual([]);
});

describe("what is written can be read at first sight", () => {
  test("src keeps to the ceilings", () => expect(findOverCeilings(readFiles())).toEqual([]));

  test("most functions of src are simple", () => expect(findTooComplex(readFiles())).toEqual([]));

  test("too many functions that are not simple are found", () => {
    const text = (ways: number) => `const a = (b) => b${" || b".repeat(ways - 1)};\n`;
    const find = (file: string) => findTooComplex([parse("a.ts", file)]);
    expect(find(`${text(6)}${text(5).repeat(9)}`)).toEqual([]);
    expect(find(`${text(6).repeat(2)}${text(5).repeat(9)}`)).toEqual([
      "2 functions have a complexity over 5, more than a tenth of all, 1",
    ]);
    expect(find(`${text(11).repeat(10)}${text(1).repeat(90)}`)).toEqual([]);
    expect(find(`${text(11).repeat(11)}${text(1).repeat(99)}`)).toEqual([
      expect.stringMatching(/^11 functions have a complexity over 10, more than 10: a in src\/a\.ts, /),
    ]);
  });

  test.each([
    ["a long file", `${"\n".repeat(300)}const a = 1;`, "src/a.ts: 301 lines, more than 300"],
    ["a long function", `function a() {${"\n".repeat(40)}}`, "src/a.ts:1: a has 41 lines, more than 40"],
    [
      "a complex function",
      `const a = (b) => b${" || b".repeat(15)};`,
      "src/a.ts:1: a has a complexity of 16, more than 15",
    ],
    ["a nested ternary", "const a = b ? c : (d ? e : f);", "src/a.ts:1: a ternary inside a ternary"],
  ])("%s is found", (_, text, complaint) => expect(findOverCeilings([parse("a.ts", text)])).toEqual([complaint]));

  test("a name with two meanings is found", () => {
    const files = ["a.ts", "b.ts"].map((path) => parse(path, "export const c = 1;"));
    expect(findOverCeilings(files)).toEqual(["c is exported by a.ts and b.ts"]);
  });

  test("what is just at a ceiling is not", () => {
    const text = `function a() {${"\n".repeat(39)}}\nconst b = (c) => c${" || c".repeat(14)};${"\n".repeat(259)}`;
    expect(findOverCeilings([parse("a.ts", text)])).toEqual([]);
  });
});

describe("no code outside kinds/ decides by the name of an operation", () => {
  const names = Object.keys(operations);

  test("in src", () => expect(namesInUse(sourceFiles(), names)).toEqual([]));

  test.each([
    ["a name in quotes", `const a = name === "dropTable";`],
    ["a name of one word", `const a = ["sql", "other"];`],
    ["a name in a template", "const a = name === `todo`;"],
    ["a table of names", `const a = { createIndex: "index" };`],
    ["the beginning of names", `const a = name.startsWith("create");`],
    ["the beginning of names in a pattern", "const a = /^(?:add|create)[A-Z]/.test(name);"],
    ["one beginning in a pattern", "const a = /^move(Enum)?ToSchema$/.exec(name);"],
  ])("finds %s", (_, text) => {
    expect(namesInUse([{ path: "diff/a.ts", text }], names)).toEqual([expect.stringMatching(/^src\/diff\/a\.ts:1: /)]);
  });

  test.each([
    ["in kinds/", "kinds/a.ts", `const a = name === "dropTable";`],
    ["for an option of a command", "cli/a.ts", `yargs.option("sql", {});`],
    ["for SQL", "diff/a.ts", "const a = /\\b(?:alter|create|drop)\\b/i.test(text);"],
    ["for an effect", "diff/a.ts", `const a = does(operation, "create", "table");`],
    ["to call the function", "diff/a.ts", `const a = operations.dropTable("shop");`],
  ])("allows such words %s", (_, path, text) => expect(namesInUse([{ path, text }], names)).toEqual([]));
});

describe("no code outside kinds/ and schema/ names a kind", () => {
  const lists = [...schemaKinds, ...tableKinds].map(({ list }) => list);

  test("in src", () => expect(kindNamesInUse(sourceFiles(), lists)).toEqual([]));

  test.each([
    ["a comparison", `const a = kind.list === "foreignKeys";`],
    ["a switch", `switch (list) { case "views": a(); }`],
    ["a table of kinds", `const KEYS = ["primaryKey"];`],
    ["a key", "const a = table[`uniques`];"],
    ["what another file may name", `const a = { list: "enums" };`],
  ])("finds %s", (_, text) => {
    expect(kindNamesInUse([{ path: "diff/a.ts", text }], lists)).toEqual([
      expect.stringMatching(/^src\/diff\/a\.ts:1: names the kind /),
    ]);
  });

  test.each([
    ["in kinds/", "kinds/a.ts", `const a = "views";`],
    ["in schema/", "schema/a.ts", `const a = "views";`],
    ["of tables and columns", "diff/a.ts", `const a = list === "tables" || list === "columns";`],
    ["as data", "diff/a.ts", "const a = schema.views ?? table.uniques;"],
    ["in a type", "read/a.ts", `type A = Table["foreignKeys"];`],
    ["with a licence", "diff/renames.ts", `const a = { list: "enums" };`],
  ])("allows such words %s", (_, path, text) => expect(kindNamesInUse([{ path, text }], lists)).toEqual([]));
});

describe("no code outside kinds/ and schema/ imports a kind", () => {
  test("in src", () => expect(kindObjectsInUse(sourceFiles())).toEqual([]));

  test("the kinds are found", () => {
    const found = kindObjectsInUse(
      [...schemaKinds, ...tableKinds].map(({ list }) => ({ path: "diff/a.ts", text: importOf(objectOf(list)) })),
      sourceFiles(),
    );
    expect(found).toHaveLength(schemaKinds.length + tableKinds.length - 2);
  });

  test.each([
    ["an import", importOf("views")],
    ["one of several", importOf("a, foreignKeys, b")],
    ["one with another name", importOf("uniques as others")],
  ])("finds %s", (_, text) => {
    expect(kindObjectsInUse([{ path: "diff/a.ts", text }], sourceFiles())).toEqual([
      expect.stringMatching(/^src\/diff\/a\.ts:1: imports the kind /),
    ]);
  });

  test.each([
    ["of tables and columns", "diff/a.ts", importOf("tables, columns")],
    ["of the lists", "diff/a.ts", importOf("schemaKinds, tableKinds")],
    ["in kinds/", "kinds/a.ts", importOf("views")],
    ["from elsewhere", "diff/a.ts", `import { views } from "./views.ts";`],
  ])("allows imports %s", (_, path, text) => {
    expect(kindObjectsInUse([{ path, text }], sourceFiles())).toEqual([]);
  });

  function importOf(names: string) {
    return `import { ${names} } from "../kinds/all.ts";`;
  }

  /** The list of a kind has its name, but a table has one primary key. */
  function objectOf(list: string) {
    return list === "primaryKey" ? "primaryKeys" : list;
  }
});

function sourceFiles() {
  const paths = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  expect(paths.length).toBeGreaterThan(10);
  return paths.sort().map((path) => ({ path, text: readFileSync(SRC + path, "utf8") }));
}

describe("the rules can fail", () => {
  test.each<[rule: string, path: string, text: string, complaint: RegExp]>([
    [
      "an import to the right",
      "kinds/a.ts",
      `\nimport { b } from "../diff/b.ts";`,
      /^src\/kinds\/a\.ts:2: .*to the right/,
    ],
    ["a type import to the right", "schema/a.ts", `import type { B } from "../kinds/b.ts";`, /kinds is to the right/],
    ["an import of a room beside it", "read/a.ts", `import { b } from "../diff/b.ts";`, /know nothing of each other/],
    ["a type import inside an expression", "schema/a.ts", `let a: import("../run/b.ts").B;`, /run is to the right/],
    ["a dynamic import to the right", "diff/a.ts", `await import("../cli/b.ts");`, /cli is to the right/],
    ["a re-export from the right", "diff/a.ts", `export * from "../cli/b.ts";`, /cli is to the right/],
    ["a root file that imports a folder", "sql.ts", `import { b } from "./schema/b.ts";`, /root files/],
    ["an import of the entry", "run/a.ts", `import { b } from "../index.ts";`, /index\.ts is for others/],
    ["an import from outside", "run/a.ts", `import { b } from "../../models/b.ts";`, /not below src/],
    [
      "code in the entry",
      "index.ts",
      `export * from "./sql.ts";\nexport const a = 1;`,
      /^src\/index\.ts:2: is no re-export/,
    ],
    ["a file where none belongs", "plan.ts", "", /known root file/],
    ["a folder that is not in the order", "plan/a.ts", "", /known root file/],
    ["a name that says nothing", "diff/utils.ts", "", /named after nothing/],
    ["a folder whose name says nothing", "diff/helpers/a.ts", "", /named after nothing/],
    ["files in a pure folder", "diff/a.ts", `import { readFileSync } from "node:fs";`, /touch the world/],
    ["files without the prefix", "history/graph.ts", `import { readFileSync } from "fs";`, /touch the world/],
    ["the process", "diff/a.ts", "const a = process.env;", /uses process/],
    ["the process in short", "diff/a.ts", "const a = { process };", /uses process/],
    ["the process through globalThis", "diff/a.ts", "globalThis.process.exit();", /uses process/],
    ["the clock", "review/a.ts", "const a = Date.now();", /uses Date\.now/],
    ["a date", "review/a.ts", "const a = new Date();", /uses the date/],
    ["chance", "diff/a.ts", "const a = Math.random();", /uses Math\.random/],
    ["printing", "run/a.ts", `console.log("a");`, /only cli\/print\.ts may/],
    ["a class", "diff/a.ts", "export class A {}", /is a class/],
    ["another class among the errors", "errors.ts", "class A {}", /is a class/],
    ["a query past ask", "diff/a.ts", `\nawait db.query("SELECT 1");`, /^src\/diff\/a\.ts:2: calls db\.query, .*ask/],
    ["several statements past ask", "author/a.ts", `await context.db.read("SELECT 1");`, /calls context\.db\.read/],
    ["a query in text past ask", "compare/a.ts", "const rows = other.readOne(sql);", /calls other\.readOne/],
    ["a method that is handed on", "state/a.ts", "const send = db.query;", /calls db\.query/],
    ["a file that imports itself", "diff/a.ts", `import { a } from "./a.ts";`, /cycle diff\/a\.ts → diff\/a\.ts/],
  ])("%s", (_rule, path, text, complaint) => {
    expect(complaints([{ path, text }])).toEqual([expect.stringMatching(complaint)]);
  });

  test("an import cycle, types included", () => {
    const sources = [
      { path: "diff/a.ts", text: `import { b } from "./b.ts";` },
      { path: "diff/b.ts", text: `import { c } from "./c.ts";` },
      { path: "diff/c.ts", text: `\nimport type { A } from "./a.ts";` },
    ];
    const cycle = "src/diff/c.ts:2: closes the import cycle diff/a.ts → diff/b.ts → diff/c.ts → diff/a.ts";
    expect(complaints(sources)).toEqual([cycle]);
  });

  test("what is allowed is not complained about", () => {
    const sources = [
      { path: "errors.ts", text: "export class RemodelError extends Error {}" },
      { path: "index.ts", text: `export { a } from "./diff/a.ts";\nexport type { B } from "./run/b.ts";` },
      { path: "diff/a.ts", text: `import { join } from "node:path";\nimport { c } from "../kinds/c.ts";` },
      { path: "diff/d.ts", text: "const a = { process: 1, console: 2 }.process + Math.max(1); let b: Date;" },
      { path: "kinds/c.ts", text: `import { RemodelError } from "../errors.ts";\nimport pg from "pg";` },
      { path: "run/b.ts", text: `import { readFileSync } from "node:fs";\nexport const a = Date.now() + process.pid;` },
      { path: "run/steps.ts", text: "await db.query(sql);" },
      { path: "state/a.ts", text: "await ask(db, sql); await askText(db, sql); cache.read(name);" },
      { path: "revision/folder.ts", text: `import { readFileSync } from "node:fs";` },
      { path: "cli/print.ts", text: `console.log(new Date());` },
    ];
    expect(complaints(sources)).toEqual([]);
  });
});

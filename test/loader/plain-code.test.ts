import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createProgram } from "../../src/load/compile-program.ts";
import { createSources } from "../../src/load/compile-sources.ts";
import { createLoader } from "../../src/load/load.ts";
import { readPlainCode } from "../../src/load/plain-code.ts";
import { wrap } from "../../src/load/wrap.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import { computeChecksum } from "../../src/state/state.ts";
import { project } from "./fixture.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const files = [
  ...readdirSync(join(root, "migrations")).map((name) => join("migrations", name)),
  ...readdirSync(join(root, "test/cases"), { recursive: true, encoding: "utf8" })
    .filter((name) => /(?:revision|completed)\.ts$/.test(name))
    .map((name) => join("test/cases", name)),
];
const texts = files.map((file) => [file, readFileSync(join(root, file), "utf8")] as const);

const HEAD = 'export const revision = "a1";\nexport const downRevision = null;\n';
const DOWN = "export function downgrade(op: Operations): void {}\n";
const IMPORT = 'import type { Operations } from "typeorm-remodel";\n';
const body = (lines: string) => `${IMPORT}${HEAD}export function upgrade(op: Operations): void {\n${lines}\n}\n${DOWN}`;

/** Files that JavaScript and TypeScript could read in different ways. */
const WRITTEN: Readonly<Record<string, string>> = {
  generics: body("  const a = 1, b = 2;\n  op.sql(String([a<b>(3)]));"),
  "a generic call": body('  op.sql(String<string>("SELECT 1"));'),
  "a comparison": body('  if (1 < 2) op.sql("SELECT 1");'),
  "a regular expression": body('  op.sql("a\'b".replace(/\'/g, "x"));'),
  "a division": body('  op.sql("SELECT " + 8 / 2); op.sql("a/b");'),
  "a template with code": body("  const one = 1;\n  op.sql(`SELECT $" + "{one}`);"),
  "a template with a dollar": body("  op.sql(`DO $$ BEGIN NULL; END $$ -- \\` \\${ $ {`);"),
  "a template of many lines": body("  op.sql(`\n    SELECT '/* no comment'\n    // nor this\n  `);"),
  "a cast": body('  op.sql("SELECT 1" as string);'),
  "a type of a variable": body('  const text: string = "SELECT 1";\n  op.sql(text);'),
  "a value that is not null": body('  const text = "SELECT 1";\n  op.sql(text!);'),
  "a question mark": body('  const text = op ? "SELECT 1" : "SELECT 2";\n  op.sql(text);'),
  "an arrow": body("  op.run(async (db) => { /* a comment */ await db.query('SELECT 1')  });"),
  "a function": body("  op.run(async function (db) { await db.query(  'SELECT 1' ) });"),
  "a method": body("  op.sql(String({ a() { return 1 } }.a()));"),
  "a getter": body("  op.sql(String({ get a() { return   1 } }.a));"),
  "a loop": body('  for (const one of ["a", "b"]) op.sql(one);'),
  "a loop of several lines": body('  for (const one of ["a", "b"]) {\n    op.sql(one);\n  }'),
  "an enum": `enum Size { S = 1 }\n${body("  op.sql(String(Size.S));")}`,
  "an interface": `interface Size { s: 1 }\n${body('  op.sql("SELECT 1");')}`,
  "a type": `type Size = 1;\n${body('  op.sql("SELECT 1");')}`,
  "a type that is exported": `export type Size = 1;\n${body('  op.sql("SELECT 1");')}`,
  "no semicolons": body('  op.sql("SELECT 1")').replaceAll(";", ""),
  "a value over several lines": body("  op.sql(SQL);").replace(HEAD, `${HEAD}const SQL =\n  "SELECT" +\n  " 1";\n`),
  "values without semicolons": body("  op.sql(LIST.join())").replace(HEAD, `${HEAD}const LIST = [\n  "SELECT 1",\n]\n`),
  "types of constants": body("").replace("downRevision =", "downRevision: string | string[] | null ="),
  "a type that is a text": body("").replace("downRevision =", 'downRevision: "a" | null ='),
  "no type of the parameter": body('  op.sql("SELECT 1");').replaceAll("op: Operations", "op"),
  "no parameter": body("").replaceAll("op: Operations", ""),
  "no types": body('  op.sql("SELECT 1");').replace(IMPORT, "").replaceAll(": Operations): void", ")"),
  "two parameters": body("").replaceAll("op: Operations", "op: Operations, _other?: string"),
  "constants of arrows": `${HEAD}export const upgrade = (op: any) => op.sql("SELECT 1");\nexport const downgrade = () => {};\n`,
  "an import of values": `import { join } from "node:path";\n${body('  op.sql(join("a", "b"));')}`,
  "an import that is only used as a type": body("").replace("import type", "import"),
  "an import of one type": body("").replace("import type { Operations }", "import { type Operations }"),
  "an import without a name": body("").replace("{ Operations }", "{}"),
  "an import over several lines": body("").replace("{ Operations }", "{\n  Operations, // ours\n}"),
  "an import of another name": body("").replace("{ Operations }", "{ Operations as Op }"),
  "an import from nowhere": body("").replace('"typeorm-remodel"', ""),
  "an import of something else": body("").replace('"typeorm-remodel"', "typeorm"),
  "a comment in an import": body("").replace("import type", "import /* of a */ type"),
  "a reserved word": body("  const package = 1;"),
  "an octal number": body("  op.sql(String(010));"),
  "an assignment to what is not declared": body("  undeclared = 1;"),
  "a name twice": `${body("")}export const revision = "b2";\n`,
  "no end": body("").slice(0, -3),
  "a text without an end": body("  op.sql('SELECT 1);"),
  "a bracket that does not match": body("  op.sql('SELECT 1'];"),
  this: body("  op.sql(String(this));"),
  "a constant of this": `${body("  op.sql(String(self));")}const self = typeof this;\n`,
  "the name exports": `${body("  op.sql(String(exports.a));")}export const exports = { a: 1 };\n`,
  "the name module": body("  op.sql(typeof module);"),
  "an import in code": body('  op.sql(typeof import("node:fs"));'),
  "a label": body('  one: { op.sql("SELECT 1"); break one; }'),
  "a class": `class A { x = 1; y = this.x; }\n${body("  op.sql(String(new A().y));")}`,
  "await at the top": `const one = await Promise.resolve(1);\n${body("  op.sql(String(one));")}`,
  "await as a name": body("  await (1);"),
  "an escaped name": body("  op.\\u0073ql('SELECT 1');"),
  "a comment of HTML": body("  op.sql('SELECT 1');\n  <!-- op.sql('SELECT 2');"),
  "a comment at the end": `${body("")}/* the end`,
  "lines of Windows": body('  op.sql("SELECT 1");\n  op.sql(`a\nb`);').replaceAll("\n", "\r\n"),
  "what throws": body("  null.a;"),
  "a default export": `${body("")}export default 1;\n`,
  "a list of exports": body("").replaceAll("export function", "function").concat("export { upgrade, downgrade };\n"),
  "an export inside": body("  export const one = 1;"),
  "an object with a key of a declaration": body("  op.sql(String([{ class: 1, import: 2 }]));"),
  "a constant of an object": body("  op.sql(QUERIES.one);").replace(
    HEAD,
    `${HEAD}const QUERIES = { one: "SELECT 1" };\n`,
  ),
  "a statement that stands alone": `"use strict";\n${body("")}`,
  nothing: "",
};

/** What loading a file gives: its constants, its operations with their lines, and the checksum. */
interface Outcome {
  readonly values?: unknown;
  readonly calls?: unknown;
  readonly checksum?: string;
  readonly failed?: true;
}

function describe(exports: Readonly<Record<string, unknown>>, lineOf: (stack: string) => unknown): Outcome {
  const values = Object.fromEntries(Object.entries(exports).filter(([, one]) => typeof one !== "function"));
  try {
    const [up, down] = ["upgrade", "downgrade"].map((name) => record(exports[name] as (op: Operations) => unknown));
    const calls = [...(up ?? []), ...(down ?? [])].map(({ operation: { name, args }, stack }) => ({
      name,
      args: args.map(String),
      line: lineOf(stack),
    }));
    const [a = [], b = []] = [up, down].map((list) => list?.map(({ operation }) => operation));
    return { values, calls, checksum: computeChecksum(a, b) };
  } catch {
    return { values, failed: true };
  }
}

/** What TypeScript makes of a file; the lines are not known without its source map. */
function compileAndRun(file: string): Outcome {
  const sources = createSources(
    () => undefined,
    () => false,
  );
  try {
    const program = createProgram([file], sources, false, new Map());
    const module = { exports: {} };
    const require = (name: string) => process.getBuiltinModule(name);
    const { code, awaits } = program.emit(file);
    if (awaits !== undefined) return { failed: true };
    const helpers = { __importDefault: (one: unknown) => one, __importStar: (one: unknown) => one };
    Reflect.apply(wrap(code, file), helpers, [module.exports, require, require, module]);
    return describe(module.exports, () => undefined);
  } catch {
    return { failed: true };
  }
}

async function load(folder: string, name: string): Promise<Outcome> {
  const loader = createLoader(folder);
  const file = join(folder, name);
  const lineOf = (stack: string) => loader.locate({ message: "", stack })?.line;
  try {
    return describe(await loader.load(file), lineOf);
  } catch {
    return { failed: true };
  }
}

function withoutLines({ calls, ...outcome }: Outcome): Outcome {
  if (!Array.isArray(calls)) return outcome;
  return { ...outcome, calls: calls.map(({ name, args }) => ({ name, args })) };
}

const written = Object.entries(WRITTEN).map(([name, text]) => [name, text] as const);

test.each([...written, ...texts])("a file is what TypeScript makes of it: %s", async (_, text) => {
  const folder = project({ "revision.ts": text });
  const outcome = await load(folder, "revision.ts");
  const compiled = compileAndRun(join(folder, "revision.ts"));
  // Code at the top of a file may wait in the loader; then there is nothing to compare.
  if (!/^const one = await/.test(text)) expect(withoutLines(outcome)).toEqual(withoutLines(compiled));
});

test("the files that remodel writes take no TypeScript, but for code of a person", () => {
  const slow = texts.filter(
    ([, text]) => readPlainCode(text) === undefined && !/=>|\bfunction \(|\bimport \{/.test(text),
  );
  expect(slow.map(([file]) => file)).toEqual([]);
});

test("calls have the lines of the file", async () => {
  for (const [file, text] of texts) {
    const { calls } = await load(project({ "revision.ts": text }), "revision.ts");
    const lines = text.split("\n");
    for (const { name, line } of calls as { name: string; line: number }[])
      expect(lines[line - 1], `${file}:${line}`).toContain(`op.${name}(`);
  }
});

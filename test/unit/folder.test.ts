import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ts } from "ts-morph";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RemodelError } from "../../src/errors.ts";
import { fileName, newId, readFolder, readRevision, writeRevision } from "../../src/revision/folder.ts";
import { firstSentence, quickHeader } from "../../src/revision/header.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "remodel-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const BODY = `
export function upgrade(op: Operations): void {
  op.sql("UPDATE shop SET code = 'x'");
}

export function downgrade(op: Operations): void {}
`;

const PLAIN = `/** Leases for shops; a code is unique. And more. */
import type { Operations } from "typeorm-remodel";

export const revision = "7c1f0a9d52b4";
export const downRevision = "3e8b64d1c07f";
${BODY}`;

function failure(run: () => unknown): RemodelError {
  try {
    run();
  } catch (error) {
    if (error instanceof RemodelError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function header(text: string): object {
  const { file: _, ...rest } = readRevision("/m/x.ts", text);
  return rest;
}

describe("a header", () => {
  test("as the tool writes it", () => {
    expect(readRevision("/m/7c1f0a9d52b4_leases.ts", PLAIN)).toEqual({
      id: "7c1f0a9d52b4",
      down: ["3e8b64d1c07f"],
      message: "Leases for shops; a code is unique",
      file: "/m/7c1f0a9d52b4_leases.ts",
    });
  });

  const same = {
    id: "abcd",
    down: ["a1", "b2"],
    message: "Joins",
    dependsOn: ["c3"],
    branchLabels: ["x"],
    transaction: false,
  };

  test.each([
    [
      "quick",
      true,
      `/** Joins. */ export const revision = 'abcd'; export const downRevision = ["a1", 'b2',];
      export const dependsOn = \`c3\`; export const branchLabels = "x"; export const transaction = false;`,
    ],
    [
      "quick",
      true,
      `// Joins.
      export const revision: string = "abcd" as const
      export const downRevision: readonly string[] | null = [
        "a1", // the left
        /* the right */ "b2"
      ] as const;
      export const dependsOn = ["c3"] satisfies string[];
      /** A name. */
      export const branchLabels = ["x"];
      export let transaction: false = false; // by hand`,
    ],
    [
      "quick",
      true,
      `/* eslint-disable no-console */\r\n/**\r\n * Joins.\r\n */\r\nimport { x } from 'y';\r\nimport "z"\r\n\r\nexport const revision = "abcd";\r\n
      export const downRevision = ["a1", "b2"];\r\nexport const branchLabels = ["x"];\r\nexport const dependsOn = ["c3"];\r\nexport const transaction = false;\r\n`,
    ],
    [
      "exact",
      false,
      `// Joins.
      export const revision = ("abcd"), downRevision = <const>["a1", "b2"];
      const c = ["c3"], labels = "x";
      export { c as dependsOn, labels as branchLabels };
      export const transaction = !!0 || false;`.replace("!!0 || false", "(false as boolean)"),
    ],
    [
      "exact",
      false,
      `// Joins.
      export const /* the id */ revision = "ab\\x63d";
      export const downRevision = ["a1", "b2"];
      ${BODY}
      export const dependsOn = "c3", branchLabels = "x", transaction = false;`,
    ],
  ])("%s: %#", (_, quick, text) => {
    expect(quickHeader(text) !== undefined).toBe(quick);
    expect(header(text)).toEqual(same);
  });

  test("what is written after the functions counts", () => {
    expect(header(`${PLAIN}\nexport const transaction = false;`)).toHaveProperty("transaction", false);
  });

  test("what stands in comments and strings does not", () => {
    const text = `/** export const revision = "no"; */
      // export const downRevision = "no";
      export const revision = "yes1"; export const downRevision = null;
      export function upgrade(op) { op.sql(\`export const transaction = false; export { x }\`); }`;
    expect(header(text)).toEqual({ id: "yes1", down: [], message: 'export const revision = "no";' });
  });

  test.each(["null", "undefined", "[]"])("downRevision = %s is a base", (value) => {
    expect(header(`export const revision = "a1"; export const downRevision = ${value};`)).toHaveProperty("down", []);
  });

  test("a byte order mark is not in the way", () => {
    expect(header(`\uFEFF${PLAIN}`)).toHaveProperty("id", "7c1f0a9d52b4");
  });

  test("transaction = true is the default", () => {
    expect(header(`${PLAIN}export const transaction = true;`)).not.toHaveProperty("transaction");
  });

  test("without a comment the file name is the message, and a function's comment is its own", () => {
    const text = `export const revision = "a1"; export const downRevision = null;\n/** Goes up. */\nexport function upgrade() {}`;
    expect(readRevision("/m/a1_adds_shops.ts", text).message).toBe("adds shops");
  });
});

describe("a message", () => {
  test.each([
    ["/** Adds shops. */", "Adds shops"],
    ["/** adds shops */", "adds shops"],
    ["/**\n * Adds\n * shops. Then malls.\n */", "Adds shops"],
    ["/**\n * Adds shops\n *\n * A long story.\n */", "Adds shops"],
    ["/**\n * Adds shops\n * @author me\n */", "Adds shops"],
    ["// Adds shops\n// and malls!", "Adds shops and malls!"],
    ["/** Moves to v1.2 (e.g. for malls) at 3 p.m. today. Done. */", "Moves to v1.2 (e.g. for malls) at 3 p.m. today"],
    ["/** 店を追加する。次。 */", "店を追加する"],
    ["/** Reads db/*\\/x. */", "Reads db/*/x"],
    ["/** */", ""],
    ["", ""],
  ])("%j", (comment, message) => {
    expect(firstSentence(comment)).toBe(message);
  });
});

describe("what is no revision", () => {
  test.each([
    ["no revision", `/** Hm. */\nexport const downRevision = null;`, 1, "revision is missing"],
    ["nothing at all", "", 1, "revision is missing"],
    ["no downRevision", `export const revision = "a1";`, 1, "downRevision is missing (the first revision has null)"],
    ["not exported", `const revision = "a1";\nexport const downRevision = null;`, 1, "revision is missing"],
    ["a syntax error", `export const revision = "a1";\nexport const downRevision = ;`, 2, "Expression expected."],
    ["an open string", `export const revision = "a1;\n`, 1, "Unterminated string literal."],
    [
      "a computed id",
      `\nexport const revision = newId();\nexport const downRevision = null;`,
      2,
      "revision must be a plain string",
    ],
    [
      "a template",
      `export const revision = \`a\${1}\`;\nexport const downRevision = null;`,
      1,
      "revision must be a plain string",
    ],
    [
      "a number",
      `export const revision = "a1";\nexport const downRevision = 5;`,
      2,
      "downRevision must be null, a plain string or an array of them",
    ],
    [
      "an empty id",
      `export const revision = "";\nexport const downRevision = null;`,
      1,
      "revision must be a plain string",
    ],
    [
      "a hole",
      `export const revision = "a1";\nexport const downRevision = ["b2", c3];`,
      2,
      "downRevision must be null, a plain string or an array of them",
    ],
    [
      "odd labels",
      `export const revision = "a1";\nexport const downRevision = null;\nexport const branchLabels = [1];`,
      3,
      "branchLabels must be a plain string or an array of them",
    ],
    [
      "odd transaction",
      `export const revision = "a1";\nexport const downRevision = null;\nexport const transaction = "no";`,
      3,
      "transaction must be true or false",
    ],
  ])("%s: file, line and what is wrong", (_, text, line, message) => {
    const error = failure(() => readRevision("/m/x.ts", text));
    expect([error.code, error.message]).toEqual(["REVISION_INVALID", `/m/x.ts:${line}: ${message}`]);
    expect(error.details).toEqual({ file: "/m/x.ts", line });
    expect(error.hint).toBeDefined();
  });
});

describe("a folder", () => {
  test("a missing one is an empty history", () => {
    expect(readFolder(join(folder, "none"))).toEqual([]);
  });

  test("a file in its place is an error", () => {
    writeFileSync(join(folder, "file"), "");
    expect(failure(() => readFolder(join(folder, "file"))).code).toBe("CONFIG_INVALID");
  });

  test("every kind of module, and nothing else", () => {
    for (const name of ["d.ts", "c.mts", "b.js", "a.mjs"])
      writeFileSync(join(folder, name), PLAIN.replace("7c1f0a9d52b4", `id_${name[0]}`));
    for (const name of ["_shared.ts", ".draft.ts", "x.d.ts", "x.d.mts", "x.json", "x.js.map", "x.ts.bak", "README.md"])
      writeFileSync(join(folder, name), "not a revision");
    mkdirSync(join(folder, "sub.ts"));
    symlinkSync(join(folder, "d.ts"), join(folder, "e.ts"));
    expect(readFolder(folder).map(({ id, file }) => [id, file])).toEqual(
      [
        ["id_a", "a.mjs"],
        ["id_b", "b.js"],
        ["id_c", "c.mts"],
        ["id_d", "d.ts"],
        ["id_d", "e.ts"],
      ].map(([id, name]) => [id, join(folder, name!)]),
    );
  });

  test("a file without revision is named", () => {
    writeFileSync(join(folder, "helper.ts"), "export const x = 1;");
    const error = failure(() => readFolder(folder));
    expect(error.message).toBe(`${join(folder, "helper.ts")}:1: revision is missing`);
    expect(error.hint).toContain("begin its name with _");
  });

  test("5,000 files", () => {
    for (let index = 0; index < 5_000; index += 1)
      writeFileSync(join(folder, `${index}.ts`), PLAIN.replace("7c1f0a9d52b4", `id${index}`));
    expect(readFolder(folder)).toHaveLength(5_000);
  });
});

describe("a new file", () => {
  test.each([
    ["Adds shops", "a1_adds_shops.ts"],
    ['  Füge Läden hinzu: ÉTÉ / 2 "x"  ', "a1_fuge_laden_hinzu_ete_2_x.ts"],
    ["店を追加する", "a1_revision.ts"],
    ["", "a1_revision.ts"],
    ["../../etc/passwd\0", "a1_etc_passwd.ts"],
    ["a message that goes on and on until it is cut", "a1_a_message_that_goes_on_and_on_until_it.ts"],
    ["x".repeat(60), `a1_${"x".repeat(40)}.ts`],
  ])("the name of %j", (message, name) => {
    expect(fileName("a1", message, "{rev}_{slug}")).toBe(name);
  });

  test("an id is twelve hexadecimal characters, and another one each time", () => {
    expect(newId()).toMatch(/^[0-9a-f]{12}$/);
    expect(new Set(Array.from({ length: 100 }, newId)).size).toBe(100);
  });

  test("is written with its folder, and read again", () => {
    const target = join(folder, "deep", "migrations");
    const file = writeRevision(target, "7c1f0a9d52b4_leases.ts", PLAIN);
    expect(file).toBe(join(target, "7c1f0a9d52b4_leases.ts"));
    expect(readFileSync(file, "utf8")).toBe(PLAIN);
    expect(readFolder(target).map(({ id }) => id)).toEqual(["7c1f0a9d52b4"]);
    expect(readdirSync(target)).toEqual(["7c1f0a9d52b4_leases.ts"]);
  });

  test("never replaces another one, and leaves nothing behind", () => {
    writeRevision(folder, "a1.ts", "first");
    const error = failure(() => writeRevision(folder, "a1.ts", "second"));
    expect([error.code, readFileSync(join(folder, "a1.ts"), "utf8")]).toEqual(["REVISION_DUPLICATE", "first"]);
    expect(readdirSync(folder)).toEqual(["a1.ts"]);
  });

  test("where nothing can be written, it says so", () => {
    writeFileSync(join(folder, "file"), "");
    expect(failure(() => writeRevision(join(folder, "file"), "a1.ts", "")).code).toBe("CONFIG_INVALID");
  });
});

describe("what is no text file", () => {
  test("is left out, whatever its name: nothing waits for a pipe", () => {
    execFileSync("mkfifo", [join(folder, "pipe.ts")]);
    symlinkSync(join(folder, "pipe.ts"), join(folder, "link.ts"));
    symlinkSync("/dev/zero", join(folder, "device.ts"));
    symlinkSync(folder, join(folder, "folder.ts"));
    mkdirSync(join(folder, "other.ts"));
    writeFileSync(join(folder, "a.ts"), PLAIN);
    symlinkSync(join(folder, "a.ts"), join(folder, "same.js"));
    expect(readFolder(folder).map(({ file }) => basename(file))).toEqual(["a.ts", "same.js"]);
  });

  test("is told with the reason why it cannot be read or written, and what to do", () => {
    symlinkSync("nowhere.ts", join(folder, "gone.ts"));
    writeFileSync(join(folder, "file"), "");
    const reasons = [
      () => readFolder(join(folder, "file")),
      () => readFolder(folder),
      () => writeRevision(join(folder, "file"), "a.ts", PLAIN),
      () => writeRevision(folder, `${"x".repeat(300)}.ts`, PLAIN),
    ].map(failure);
    for (const { message, hint } of reasons) {
      expect(message).toMatch(/ cannot be (?:read|written): .+ \(E[A-Z]+\)\.$/);
      expect(hint).toMatch(/--migrations DIR|permissions/);
    }
  });
});

describe("compiled revisions", () => {
  const SOURCE = `/** Joins two. */
    export const revision = "abcd";
    export const downRevision = ["a1", "b2"];
    export const transaction = false;
    export async function upgrade(op: unknown) { await op; }
    export function downgrade() {}`;
  const expected = { id: "abcd", down: ["a1", "b2"], message: "Joins two", transaction: false };

  const emit = (options: ts.CompilerOptions) => ts.transpileModule(SOURCE, { compilerOptions: options }).outputText;

  test.each([
    ["tsc", true, emit({ module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 })],
    ["tsc for old engines", false, emit({ module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES5 })],
    ["ES modules", true, emit({ module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 })],
    [
      "swc",
      false,
      `"use strict";
      Object.defineProperty(exports, "__esModule", { value: true });
      function _export(target, all) { for (var name in all) Object.defineProperty(target, name, { enumerable: true, get: all[name] }); }
      _export(exports, { get revision() { return revision; }, get downRevision() { return downRevision; }, get transaction() { return transaction; } });
      /** Joins two. */
      const revision = "abcd";
      const downRevision = ["a1", "b2"];
      const transaction = false;`,
    ],
    [
      "esbuild",
      false,
      `var x_exports = {};
      __export(x_exports, { revision: () => revision, downRevision: () => downRevision });
      module.exports = __toCommonJS(x_exports);
      /** Joins two. */
      const revision = "abcd";
      const downRevision = ["a1", "b2"];
      const transaction = false;
      0 && (module.exports = { revision, downRevision });`,
    ],
    [
      "Babel",
      false,
      `"use strict";
      Object.defineProperty(exports, "__esModule", { value: true });
      exports.transaction = exports.revision = exports.downRevision = void 0;
      exports.upgrade = upgrade;
      /** Joins two. */
      const revision = exports.revision = "abcd";
      const downRevision = exports.downRevision = ["a1", "b2"];
      const transaction = exports.transaction = false;`,
    ],
    [
      "by hand",
      false,
      `/** Joins two. */
      const down = ["a1", "b2"];
      module.exports = { revision: "abcd", downRevision: down, transaction: false, upgrade() {} };`,
    ],
  ])("of %s are read", (_, quick, text) => {
    expect(quickHeader(text)?.values.has("downRevision") ?? false).toBe(quick);
    expect(header(text)).toEqual(expected);
  });

  test("what a CommonJS file does not export is no constant", () => {
    const text = 'exports.revision = "a1"; exports.downRevision = null; const note = "x"; exports.upgrade = () => {};';
    expect(header(text)).toMatchObject({ id: "a1", down: [] });
    expect(() => header('exports.revision = "a1"; exports.downRevision = next();')).toThrow("must be null");
    expect(() => header('const revision = "a1"; const downRevision = null;')).toThrow("revision is missing");
  });
});

test("a file may be named by its time", () => {
  const at = new Date("2026-03-04T05:06:07Z");
  expect(fileName("a1", "Leases", "{year}{month}{day}T{hour}{minute}{second}_{epoch}_{rev}", at)).toBe(
    "20260304T050607_1772600767_a1.ts",
  );
});

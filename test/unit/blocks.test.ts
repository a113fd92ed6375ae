import * as morph from "ts-morph";
import { describe, expect, test } from "vitest";
import { type Block, type Body, type Line, readBodies } from "../../src/questions/blocks.ts";

/** Reads the bodies of a file with these functions. */
function read(upgrade: string, downgrade = "", head = "export function upgrade(op: Operations): void {"): Body[] {
  const project = new morph.Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const text = `${head}\n${upgrade}\n}\n\nexport function downgrade(op: Operations): void {\n${downgrade}\n}\n`;
  return [...readBodies(project.createSourceFile("revision.ts", text), morph)];
}

function readBlocks(upgrade: string, downgrade?: string): readonly Block[] {
  return read(upgrade, downgrade)[0]?.blocks ?? [];
}

function print(lines: readonly Line[] = []): readonly string[] {
  return lines.map(({ nodes }) => nodes.map((node) => node.getText()).join("\n"));
}

const TODO = `op.todo("Was mall.title renamed to mall.name? If not, keep the commented lines instead.");`;
const RENAME = `op.renameColumn("mall", "title", "name");`;
const ADD = `// op.addColumn("mall", { name: "name", type: "text", nullable: true });`;
const DROP = `// op.dropColumn("mall", "title");`;

describe("a question", () => {
  test("has its text, the lines of the guess, and the commented lines", () => {
    const [block, ...others] = readBlocks([TODO, RENAME, ADD, DROP].join("\n"));
    expect(others).toEqual([]);
    expect(block).toMatchObject({
      direction: "upgrade",
      text: "Was mall.title renamed to mall.name? If not, keep the commented lines instead.",
      isAlone: false,
      alternatives: [],
    });
    expect(block).not.toHaveProperty("query");
    expect(print(block?.live)).toEqual([RENAME]);
    expect(print(block?.ifNo)).toEqual([ADD, DROP]);
  });

  test("has the query that is its second argument", () => {
    const [block] = readBlocks('op.todo("shop.code becomes required. Rows in the way:", `SELECT 1`);');
    expect(block?.query).toBe("SELECT 1");
  });

  test("has its source text where its argument is no literal", () => {
    const [block] = readBlocks("op.todo(text);");
    expect(block?.text).toBe("op.todo(text);");
  });

  test("ends at a blank line, and the next one has its own lines", () => {
    const next = `op.todo("shop.code becomes required.");\nop.alterColumn("shop", "code", { nullable: false });`;
    const blocks = readBlocks(`${TODO}\n${RENAME}\n\nop.dropView("v");\n${next}`);
    expect(blocks.map(({ live }) => print(live))).toEqual([
      [RENAME],
      [`op.alterColumn("shop", "code", { nullable: false });`],
    ]);
  });

  test("is alone if a blank line follows", () => {
    expect(readBlocks(`${TODO}\n\nop.dropView("v");`)).toMatchObject([{ isAlone: true }]);
    expect(readBlocks(TODO)).toMatchObject([{ isAlone: true, live: [], ifNo: [] }]);
  });

  test("keeps the commented lines of a rename that follow a blank line", () => {
    const [block] = readBlocks(`${TODO}\n${RENAME}\n\n${ADD}\n${DROP}`);
    expect(print(block?.ifNo)).toEqual([ADD, DROP]);
  });

  test("is not read from a comment", () => {
    expect(readBlocks(`// ${TODO}\n${RENAME}`)).toEqual([]);
  });

  test("of downgrade belongs to downgrade", () => {
    const [up, down] = read(RENAME, TODO);
    expect(up?.blocks).toEqual([]);
    expect(down?.blocks).toMatchObject([{ direction: "downgrade" }]);
  });
});

describe("the lines below a question", () => {
  const MINE = `op.createIndex("mall", { name: "IDX_mine", columns: ["name"] });`;

  test("leave out what a person added, but list its call", () => {
    const [block] = readBlocks([TODO, MINE, RENAME, `op.sql("SELECT 1");`, ADD, DROP].join("\n"));
    expect(print(block?.live)).toEqual([RENAME]);
    expect(block?.calls.map(({ name }) => name)).toEqual(["createIndex", "renameColumn", "sql"]);
  });

  test("leave out statements below the commented lines", () => {
    const [block] = readBlocks([TODO, RENAME, ADD, DROP, `op.dropColumn("mall", "title");`].join("\n"));
    expect(print(block?.live)).toEqual([RENAME]);
  });

  test("have alternatives, of which the calls are not read", () => {
    const [block] = readBlocks(
      [TODO, `// or: op.renameColumn("mall", "name", x);`, `// first: op.sql("A")`].join("\n"),
    );
    expect(print(block?.alternatives)).toEqual([`// or: op.renameColumn("mall", "name", x);`, `// first: op.sql("A")`]);
    expect(block?.calls).toEqual([]);
  });

  test("leave out comments that are not calls", () => {
    const [block] = readBlocks([TODO, RENAME, "// See the ticket.", ADD].join("\n"));
    expect(print(block?.ifNo)).toEqual([ADD]);
  });

  test("leave out commented calls that the tool never writes", () => {
    const [block] = readBlocks([TODO, RENAME, `// op.sql("SELECT 1");`, ADD].join("\n"));
    expect(print(block?.ifNo)).toEqual([ADD]);
  });

  test("read a commented call over several lines as one", () => {
    const call = `// op.createTable("mall", {\n//   columns: [{ name: "id", type: "serial" }],\n// });`;
    const [block] = readBlocks(`${TODO}\n${call}\n${DROP}`);
    expect(print(block?.ifNo)).toEqual([call, DROP]);
  });
});

describe("a function", () => {
  test.each([
    ["a declaration", "export function upgrade(op: Operations): void {", "op"],
    ["an arrow function", "export const upgrade = (op: Operations) => {", "op"],
    ["a function expression", "export const upgrade = function (op: Operations) {", "op"],
    ["another name of the parameter", "export function upgrade(to: Operations): void {", "to"],
    ["an async function", "export async function upgrade(op: Operations) {", "op"],
  ])("may be written as %s", (_, head, name) => {
    const [up] = read([TODO, RENAME].join("\n").replaceAll("op.", `${name}.`), "", head);
    expect(up?.blocks.map(({ live }) => live.map(({ call }) => call.name))).toEqual([["renameColumn"]]);
  });

  test("has all its operations, in order, and those of inner blocks", () => {
    const [up] = read(`op.dropView("a");\nif (true) {\n  ${TODO}\n  ${RENAME}\n}\nother.dropView("b");`);
    expect(up?.lines.map(({ call }) => call.name)).toEqual(["dropView", "todo", "renameColumn"]);
    expect(up?.blocks).toHaveLength(1);
  });

  test("may be missing", () => {
    const project = new morph.Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
    const bodies = readBodies(project.createSourceFile("revision.ts", "export const a = 1;"), morph);
    expect(bodies).toEqual([
      { direction: "upgrade", lines: [], blocks: [], back: [], opposite: [] },
      { direction: "downgrade", lines: [], blocks: [], back: [], opposite: [] },
    ]);
  });
});

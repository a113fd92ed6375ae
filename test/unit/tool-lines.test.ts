import * as morph from "ts-morph";
import { describe, expect, test } from "vitest";
import { type Answer, answerQuestions, openQuestions } from "../../src/questions/edit.ts";

const RENAME = [
  `op.todo("Was mall.title renamed to mall.name? If not, keep the commented lines instead.");`,
  `op.renameColumn("mall", "title", "name");`,
  `op.renameIndex("mall", "IDX_a", "IDX_b");`,
  `// op.dropIndex("mall", "IDX_a");`,
  `// op.addColumn("mall", { name: "name", type: "text", nullable: true });`,
  `// op.createIndex("mall", { name: "IDX_b", columns: ["name"] });`,
  `// op.dropColumn("mall", "title");`,
];
const UNIQUE = [
  `op.todo("The unique constraint UQ_code of shop changes from (code) to (mall, code). Rows in the way:", "SELECT 1");`,
  `op.dropConstraint("shop", "UQ_code");`,
  `op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["mall", "code"] });`,
];
const TYPE = [
  `op.todo("shop.code changes from text to integer. Rows in the way:", "SELECT 1");`,
  `op.alterColumn("shop", "code", { default: null });`,
  `op.alterColumn("shop", "code", { type: "integer", using: "code::integer" });`,
  `op.alterColumn("shop", "code", { default: "0" });`,
];

function file(upgrade: readonly string[], downgrade: readonly string[] = []): string {
  const body = (lines: readonly string[]) => lines.map((line) => `  ${line}\n`).join("");
  return `export function upgrade(op) {\n${body(upgrade)}}\n\nexport function downgrade(op) {\n${body(downgrade)}}\n`;
}

/** What is left of `upgrade` and `downgrade` after the answer to every question. */
function answer(given: Answer, upgrade: readonly string[], downgrade: readonly string[] = []): readonly string[] {
  const text = file(upgrade, downgrade);
  const answers = new Map(openQuestions(text, morph).map(({ id }) => [id, given]));
  const lines = answerQuestions(text, answers, morph).split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "" && !/^(?:export|\})/.test(line));
}

/** The lines with one more line below a line. */
function withLine(lines: readonly string[], at: number, line: string): readonly string[] {
  return [...lines.slice(0, at + 1), line, ...lines.slice(at + 1)];
}

describe("a line of a person stays, whatever is answered", () => {
  test.each([
    [
      "the same index with other columns",
      RENAME,
      2,
      `op.createIndex("mall", { name: "IDX_b", columns: ["name", "id"] });`,
    ],
    ["the same column with another type", RENAME, 1, `op.alterColumn("mall", "name", { type: "uuid" });`],
    ["a rename of another column to the new name", RENAME, 1, `op.renameColumn("mall", "label", "name");`],
    ["a rename of the old column to another name", RENAME, 1, `op.renameColumn("mall", "title", "label");`],
    ["a rename of another index", RENAME, 2, `op.renameIndex("mall", "IDX_c", "IDX_b");`],
    ["a second line equal to the tool's", RENAME, 1, `op.renameColumn("mall", "title", "name");`],
    ["a drop of another constraint", UNIQUE, 0, `op.dropConstraint("shop", "UQ_other");`],
    ["a drop that comes after the create", UNIQUE, 2, `op.dropConstraint("shop", "UQ_code");`],
    [
      "the same constraint with other columns",
      UNIQUE,
      2,
      `op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["id"] });`,
    ],
    [
      "the same constraint, not valid",
      UNIQUE,
      1,
      `op.createCheckConstraint("shop", { name: "UQ_code", expression: "a" }, { notValid: true });`,
    ],
    ["a validation", UNIQUE, 2, `op.validateConstraint("shop", "UQ_code");`],
    ["an index of the same table", UNIQUE, 0, `op.createIndex("shop", { name: "IDX", columns: ["code"] });`],
    ["another type for the same column", TYPE, 2, `op.alterColumn("shop", "code", { type: "bigint" });`],
    ["the type of another column", TYPE, 2, `op.alterColumn("shop", "rank", { type: "integer" });`],
    ["a default before the type changes", TYPE, 0, `op.alterColumn("shop", "code", { default: "'1'" });`],
    ["a comment at the end of a line", TYPE, 0, "// mine"],
  ])("%s", (_, lines, at, line) => {
    const draft = withLine(lines, at, line);
    const before = draft.filter((one) => one === line).length;
    const mine = lines.includes(line) ? before - 1 : before;
    for (const given of ["yes", "no"] as const)
      expect(answer(given, draft).filter((one) => one === line).length).toBeGreaterThanOrEqual(mine);
  });
});

describe("the tool's lines go with a no", () => {
  test.each([
    ["a rename", RENAME, RENAME.slice(3).map((line) => line.slice(3))],
    ["a constraint", UNIQUE, []],
    ["a type", TYPE, []],
    ["an expression that a person wrote", TYPE.map((line) => line.replace("code::integer", "length(code)")), []],
  ])("%s", (_, lines, left) => expect(answer("no", lines)).toEqual(left));

  test("in another order of the commented lines", () => {
    const [todo = "", ...lines] = RENAME;
    const [live, comments] = [lines.slice(0, 2), lines.slice(2)];
    const left = [...comments].reverse().map((line) => line.slice(3));
    expect(answer("no", [todo, ...[...live].reverse(), ...[...comments].reverse()])).toEqual(left);
  });
});

describe("a line of downgrade that takes the change back", () => {
  const up = TYPE.filter((line) => !line.includes("default"));
  const back = `op.alterColumn("shop", "code", { type: "text" });`;

  test("goes with a no", () => expect(answer("no", up, [back])).toEqual([]));

  test("stays where a person's line may be the one", () => {
    const mine = `op.alterColumn("shop", "code", { type: "character varying(9)" });`;
    expect(answer("no", up, [mine, back])).toEqual([mine, back]);
  });
});

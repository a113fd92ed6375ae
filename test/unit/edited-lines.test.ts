import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import * as morph from "ts-morph";
import { describe, expect, test } from "vitest";
import { answerQuestions, listDeleted, openQuestions } from "../../src/questions/edit.ts";

const CASES = new URL("../cases/", import.meta.url).pathname;

/** What a person may write into a line that the tool wrote, by the property. */
const EDITS: Readonly<Record<string, (value: unknown) => unknown>> = {
  type: () => "tsvector",
  from: (value) => `${value}, other`,
  columns: (value) => [...(value as string[]), "edited"],
  expression: (value) => `${value} AND edited`,
  where: (value) => `${value} AND edited`,
  onDelete: (value) => (value === "CASCADE" ? "RESTRICT" : "CASCADE"),
};

interface OneNo {
  readonly name: string;
  readonly text: string;
  readonly id: string;
  /** A line of the question, as it is in the file. */
  readonly line: string;
}

/** Every line of the questions of the cases that have no commented lines. */
function listLines(): readonly OneNo[] {
  const files = globSync("*/*/revision.ts", { cwd: CASES }).sort();
  return files.flatMap((name) => {
    const text = readFileSync(CASES + name, "utf8");
    const open = text.includes("op.todo(") ? openQuestions(text, morph) : [];
    return open
      .filter(({ ifNo, direction }) => ifNo.length === 0 && direction === "upgrade")
      .flatMap(({ id, live }) => live.map((line) => ({ name, text, id, line })));
  });
}

function refuse({ text, id }: Pick<OneNo, "text" | "id">): string {
  return answerQuestions(text, new Map([[id, "no"]]), morph);
}

const LINES = listLines();

describe("a no to a line of a case that nobody edited", () => {
  test("is never refused", () => {
    expect(new Set(LINES.map(({ name }) => name)).size).toBeGreaterThan(20);
    for (const one of new Map(LINES.map((line) => [line.name + line.id, line])).values())
      expect(() => refuse(one), one.name).not.toThrow();
  });
});

describe("a no to a line that a person edited", () => {
  test.each(Object.keys(EDITS))("is refused: %s", (key) => {
    const edit = EDITS[key] ?? String;
    let tried = 0;
    for (const { name, text, id, line } of LINES) {
      const found = new RegExp(`\\b${key}: (\\[[^\\]]*\\]|"[^"]*"|\`[^\`]*\`)`).exec(line);
      const [old = "", value = ""] = found ?? [];
      if (found === null || !text.includes(old) || isUnknown(key, line)) continue;
      const literal: unknown = value.startsWith("`") ? value.slice(1, -1) : JSON.parse(value);
      const edited = line.replace(old, () => `${key}: ${JSON.stringify(edit(literal))}`);
      const indented = (call: string) => call.replaceAll("\n", "\n  ");
      expect(text).toContain(indented(line));
      const changed = text.replace(indented(line), () => indented(edited));
      expect(() => refuse({ text: changed, id }), `${name}: ${edited}`).toThrow(/A person edited/);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(0);
  });

  /** The question does not say which type a new column gets: the line is printed when it is deleted. */
  function isUnknown(key: string, line: string): boolean {
    return key === "type" && line.includes("addColumn");
  }
});

function file(upgrade: string): string {
  return `export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op) {
${upgrade}}

export function downgrade(op) {}
`;
}

const REQUIRED = `  op.todo("shop.code is required and has no default. Existing rows need a value.");
  op.addColumn("shop", { name: "code", type: "text", nullable: true });
  op.alterColumn("shop", "code", { nullable: false });
`;

describe("a line as the tool writes none", () => {
  const refuseAll = (text: string) => {
    const ids = openQuestions(text, morph).map(({ id }) => [id, "no"] as const);
    return answerQuestions(text, new Map(ids), morph);
  };

  test("the question without edits is left out", () => expect(refuseAll(file(REQUIRED))).toBe(file("")));

  test.each([
    ["a default of the new column", `nullable: true }`, `nullable: true, default: "'new'" }`, 6],
    ["a default together with NOT NULL", "{ nullable: false }", `{ nullable: false, default: "'new'" }`, 7],
    ["arguments that no operation takes", `type: "text",`, `type: 7,`, 6],
    ["arguments that are not written out", `type: "text",`, "type: TEXT,", 6],
  ])("is refused: %s", (_, old, edited, line) => {
    expect(() => refuseAll(file(REQUIRED.replace(old, () => edited)))).toThrow(
      expect.objectContaining({
        code: "USAGE",
        message: `${line}: A person edited this line: the question above is about another one. So a no does not delete it.`,
        hint: "Undo the edit, or delete the line in the file, then answer no.",
      }),
    );
  });

  test("is refused: another expression of a generated column", () => {
    const text = (expression: string) =>
      file(`  op.todo("shop.total becomes a generated column: its values are replaced by a + b. Rows that change:");
  op.dropColumn("shop", "total");
  op.addColumn("shop", { name: "total", type: "integer", asExpression: "${expression}" });
`);
    expect(refuseAll(text("a + b"))).toBe(file(""));
    expect(() => refuseAll(text("a + b + c"))).toThrow("7: A person edited this line");
  });

  test("is refused: another expression of a generated column that is required", () => {
    const text = (expression: string) =>
      file(`  op.todo("shop.total is required, and is generated as a + b. Rows in the way:");
  op.addColumn("shop", { name: "total", type: "integer", asExpression: "${expression}" });
`);
    expect(refuseAll(text("a + b"))).toBe(file(""));
    expect(() => refuseAll(text("a + b + c"))).toThrow("6: A person edited this line");
  });

  test("is deleted under a question in other words, if it has nothing else", () => {
    expect(refuseAll(file(REQUIRED.replace(/"shop.code is.*"/, '"Which code?"')))).toBe(file(""));
  });
});

const UNIQUE = `  op.todo("shop gets the unique constraint UQ_code (code). Rows in the way:", "SELECT 1");
  op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["code"] });
`;

describe("a person's line in the place of the tool's", () => {
  test.each([
    `op.createIndex("shop", { name: "IDX_mine", columns: ["code"] });`,
    `op.createUniqueConstraint("shop", { name: "UQ_mine", columns: ["code"] });`,
    `op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["code"] }, { usingIndex: "IDX_mine" });`,
    `op.validateConstraint("shop", "UQ_code");`,
    `op.createTable("mine", { columns: [{ name: "id", type: "integer" }] });`,
  ])("is not deleted by a no, which would keep what it refuses: %s", (mine) => {
    const text = file(UNIQUE.replace(/op\.createUnique.*/, () => mine));
    expect(() => refuse({ text, id: openQuestions(text, morph)[0]?.id ?? "" })).toThrow(
      "5: None of the lines below this question is as the tool wrote it, so a no deletes none.",
    );
    const answered = answerQuestions(text, new Map([[openQuestions(text, morph)[0]?.id ?? "", "yes"]]), morph);
    expect(answered).toBe(file(`  ${mine}\n`));
  });

  test("stays where the question has no lines of its own", () => {
    const table = `  op.createTable("shop", { columns: [{ name: "id", type: "odd" }] });\n`;
    const text = file(
      `  op.todo("PostgreSQL knows no type odd, which the models use for shop.id. Correct it.");\n\n${table}`,
    );
    expect(refuse({ text, id: openQuestions(text, morph)[0]?.id ?? "" })).toBe(file(table));
  });
});

test("comments inside a deleted line stay, each on a line of its own", () => {
  const text = (lines: string) => file(lines).replaceAll("\n", "\r\n");
  const written = `  op.createUniqueConstraint('shop', {
      columns: [
        "code", // not the name
      ],
      /* as the old one:
         UQ_1 */
      name: 'UQ_code', }); op.dropView("v"); // last
`;
  const [question = ""] = UNIQUE.split("\n");
  const id = openQuestions(text(`${question}\n${written}`), morph)[0]?.id ?? "";
  expect(refuse({ text: text(`${question}\n${written}`), id })).toBe(
    text(`  // not the name
  /* as the old one:
         UQ_1 */
   op.dropView("v"); // last
`),
  );
});

describe("what a no deletes", () => {
  const answers = (text: string, answer: "yes" | "no") =>
    new Map(openQuestions(text, morph).map(({ id }) => [id, answer] as const));

  test("is listed, since a person may have edited what the question does not say", () => {
    const text = file(REQUIRED.replace("text", "citext"));
    expect(listDeleted(text, answers(text, "no"), morph)).toEqual([
      `op.addColumn("shop", { name: "code", type: "citext", nullable: true });`,
      `op.alterColumn("shop", "code", { nullable: false });`,
    ]);
  });

  test("is nothing where the answer is yes, or where other lines take the place", () => {
    const renamed = file(`  op.todo("Was shop.a renamed to shop.b? If not, keep the commented lines instead.");
  op.renameColumn("shop", "a", "b");
  // op.addColumn("shop", { name: "b", type: "text", nullable: true });
  // op.dropColumn("shop", "a");
`);
    expect(listDeleted(renamed, answers(renamed, "no"), morph)).toEqual([]);
    expect(listDeleted(file(REQUIRED), answers(file(REQUIRED), "yes"), morph)).toEqual([]);
  });
});

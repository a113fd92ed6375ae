import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { alterColumn, dropColumn, renameColumn, sql } from "../../src/kinds/operations.ts";
import { answerQuestions, openQuestions } from "../../src/questions/edit.ts";
import { findNoteLines, readNotes } from "../../src/revision/note-lines.ts";
import { changeLines, renderRevision } from "../../src/revision/render.ts";
import type { Note } from "../../src/schema/dependencies.ts";
import type { Change } from "../../src/schema/operation.ts";
import type { Question } from "../../src/schema/question.ts";

const REPORT: Note = {
  object: "view report",
  effect: "blocks",
  uses: ["purchase.state"],
  drop: ['DROP VIEW "public"."report"'],
  create: [
    `CREATE VIEW report AS\n SELECT ${"state, ".repeat(30)} state FROM purchase`,
    "GRANT SELECT ON report TO ann",
  ],
};
const MONTHLY: Note = {
  object: "view monthly",
  effect: "blocks",
  uses: ["view report"],
  drop: ["DROP VIEW monthly"],
  create: ["CREATE VIEW monthly AS SELECT 1 FROM report"],
};
const INDEX: Note = {
  object: "index by_state of purchase",
  table: "purchase",
  effect: "lost",
  uses: ["purchase.state"],
  drop: ["DROP INDEX by_state"],
  create: ["CREATE INDEX by_state ON purchase (state)"],
};
const DROP: Change = { operations: [dropColumn("purchase", "state")], notes: [REPORT, MONTHLY, INDEX] };
const QUESTION: Question = {
  about: "rename",
  asks: "rename",
  subject: { kind: "column", table: "purchase", name: "state" },
  from: "state",
  to: "status",
  reason: "same type",
  also: [],
  loses: [],
};

test("what uses the object is dropped first and created last, and each statement is one line", () => {
  expect(changeLines(DROP)).toEqual([
    "// Note: The index by_state of purchase uses purchase.state: it is lost with this change.",
    "// Note: The view monthly uses view report: PostgreSQL refuses the change while it exists.",
    "// To drop it first, uncomment this line:",
    '// op.sql("DROP VIEW monthly");',
    "// Note: The view report uses purchase.state: PostgreSQL refuses the change while it exists.",
    "// To drop it first, uncomment this line:",
    '// op.sql(`DROP VIEW "public"."report"`);',
    'op.dropColumn("purchase", "state");',
    "// To create the view report again, uncomment these 2 lines (take out what no longer exists):",
    `// op.sql("CREATE VIEW report AS\\n SELECT ${"state, ".repeat(30)} state FROM purchase");`,
    '// op.sql("GRANT SELECT ON report TO ann");',
    "// To create the view monthly again, uncomment this line (take out what no longer exists):",
    '// op.sql("CREATE VIEW monthly AS SELECT 1 FROM report");',
    "// To create the index by_state of purchase again, uncomment this line (take out what no longer exists):",
    '// op.sql("CREATE INDEX by_state ON purchase (state)");',
  ]);
});

test("the notes are read back from the file, with their statements", () => {
  const { drop: _, ...index } = INDEX;
  const expected = [{ ...index, drop: [] }, MONTHLY, REPORT].map(({ table: _, ...note }) => note);
  expect(readNotes(render([DROP]))).toEqual(expected);
});

test("statements that can run as they are have a heading that does not ask to change them", () => {
  const note: Note = { ...MONTHLY, isWhole: true };
  const change = { ...DROP, notes: [note] };
  expect(changeLines(change)).toContain("// To create the view monthly again, uncomment this line:");
  expect(readNotes(render([change]))).toEqual([note]);
});

test("the statements of what is restored run, and the comment says what they restore", () => {
  const [drop = "", create = ""] = [...REPORT.drop, ...REPORT.create];
  const operations = [sql(drop), dropColumn("purchase", "state"), sql(create)];
  const [first, ...others] = changeLines({ operations, notes: [{ ...REPORT, effect: "restored" }] });
  expect(first).toBe("// Note: The view report uses purchase.state: the revision drops it and creates it again.");
  expect(others).toEqual(changeLines({ operations }));
});

test("a name with line breaks makes no line of its own", () => {
  const object = 'view a\u2028op.dropTable("purchase");\n*/';
  const lines = changeLines({ ...DROP, notes: [{ ...REPORT, object, uses: ["a\r\nb"] }] });
  expect(lines.filter((line) => !line.startsWith("// "))).toEqual(['op.dropColumn("purchase", "state");']);
  expect(lines.join("")).not.toMatch(/[\n\r\u2028]/);
});

test("a change with notes is a paragraph of its own, and equal changes give equal bytes", () => {
  const plain: Change = { operations: [dropColumn("purchase", "total")] };
  const upgrade = [plain, { ...DROP, notes: [INDEX] }, plain];
  const text = render(upgrade);
  expect(text).toBe(render(structuredClone(upgrade)));
  expect(
    text
      .split("\n\n")
      .slice(-4, -1)
      .map((one) => one.replace(/^export.*\n/, "")),
  ).toEqual(
    [
      '  op.dropColumn("purchase", "total");',
      [
        "  // Note: The index by_state of purchase uses purchase.state: it is lost with this change.",
        '  op.dropColumn("purchase", "state");',
        "  // To create the index by_state of purchase again, uncomment this line (take out what no longer exists):",
        '  // op.sql("CREATE INDEX by_state ON purchase (state)");',
      ].join("\n"),
      '  op.dropColumn("purchase", "total");\n}',
    ].slice(0),
  );
});

const ASKED: Change = {
  operations: [renameColumn("purchase", "state", "status")],
  question: QUESTION,
  ifNo: [dropColumn("purchase", "state")],
  alternatives: [{ when: "or", operation: renameColumn("purchase", "state", "mood") }],
};

/** Changes with a question, after and before others that have notes too. */
const AROUND: Change = { operations: [alterColumn("purchase", "total", { nullable: true })], notes: [MONTHLY] };

test("a question is read as without its notes, and they stay with a yes and go with a no", () => {
  const bare = render([AROUND, ASKED, AROUND]);
  const noted = render([AROUND, { ...ASKED, notes: [REPORT, INDEX] }, AROUND]);
  const read = (text: string) => openQuestions(text, morph).map(({ line: _, ...question }) => question);
  expect(read(noted)).toEqual(read(bare));
  expect(answer(noted, "no")).toBe(answer(bare, "no"));
  expect(answer(noted, "yes")).toContain(
    [
      "  // Note: The index by_state of purchase uses purchase.state: it is lost with this change.",
      "  // Note: The view report uses purchase.state: PostgreSQL refuses the change while it exists.",
      "  // To drop it first, uncomment this line:",
      '  // op.sql(`DROP VIEW "public"."report"`);',
      '  op.renameColumn("purchase", "state", "status");',
      "",
      "  // To create the view report again, uncomment these 2 lines (take out what no longer exists):",
    ].join("\n"),
  );
});

test("a line that a person uncommented or wrote between the notes stays", () => {
  const noted = render([{ ...ASKED, notes: [REPORT] }])
    .replace("// op.sql(`DROP", "op.sql(`DROP")
    .replace("  op.todo", "  // Note: Ann knows why\n  // op.sql(\"SELECT 'mine'\");\n  op.todo");
  const answered = answer(noted, "no");
  expect(answered.split("\n").filter((line) => /DROP VIEW|Ann|mine/.test(line))).toEqual([
    '  op.sql(`DROP VIEW "public"."report"`);',
    "  // Note: Ann knows why",
    "  // op.sql(\"SELECT 'mine'\");",
  ]);
  expect(answered).not.toContain("To create the view");
});

test("only as many statements as a heading counts are the tool's", () => {
  const lines = [
    "// op.sql(`SELECT 1`);",
    "// To drop it first, uncomment these 2 lines:",
    "// op.sql(`SELECT 1`);",
    "// op.sql(`SELECT 2`);",
    "// op.sql(`SELECT 3`);",
    "// Note: Ask Ann.",
    "// To create the view x again, uncomment this line (take out what no longer exists):",
    "// op.sql(`SELECT 4`);",
    "op.dropView(`x`);",
    "// op.sql(`SELECT 5`);",
  ];
  expect(findNoteLines(lines)).toEqual([
    undefined,
    "above",
    "above",
    "above",
    undefined,
    undefined,
    "below",
    "below",
    undefined,
    undefined,
  ]);
});

function render(upgrade: readonly Change[]): string {
  return renderRevision({ id: "a1b2", down: [], message: "Notes", upgrade, downgrade: [] }, morph);
}

function answer(text: string, given: "yes" | "no"): string {
  return answerQuestions(text, new Map(openQuestions(text, morph).map(({ id }) => [id, given])), morph);
}

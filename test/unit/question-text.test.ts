import { expect, test } from "vitest";
import { phraseQuestion, todoFor } from "../../src/kinds/question-text.ts";
import type { Question, QuestionKind } from "../../src/schema/question.ts";

const title = { kind: "column", table: "mall", name: "title" };
const unique = { kind: "unique constraint", table: "shop", name: "UQ_code" };
const mood = { kind: "enum type", name: "mood" };
const rename = { about: "rename", asks: "rename", subject: title, from: "title", to: "name", reason: "both" } as const;
const constraint = { about: "constraint", asks: "constraint", subject: unique } as const;
const type = { about: "type", asks: "type", subject: title, from: "text", to: "integer" } as const;
const query = "SELECT 1";

/** Each kind of question, and the forms that its sentence has. */
const SENTENCES: { readonly [Kind in QuestionKind]: readonly (readonly [Question<Kind>, string])[] } = {
  rename: [
    [
      { ...rename, also: [], loses: [] },
      "Was mall.title renamed to mall.name (both)? If not, keep the commented lines instead.",
    ],
    [
      {
        ...{ ...rename, subject: { kind: "table", name: "mall" }, from: "mall", to: "centre", also: [] },
        loses: [{ kind: "table", name: "mall" }],
      },
      "Was mall renamed to centre (both)? If not, keep the commented lines instead: all rows of mall are lost.",
    ],
    [
      { ...rename, also: [], loses: [{ kind: "sequence", name: "ids" }] },
      "Was mall.title renamed to mall.name (both)? If not, keep the commented lines instead: the current value of the sequence ids is lost.",
    ],
    [
      { ...rename, also: [{ from: "name", to: "title" }], isSwap: true, loses: [] },
      "Did mall.title and mall.name swap their names (both)? If not, keep the commented lines instead.",
    ],
    [
      { ...rename, also: [{ from: "a", to: "b" }], loses: [title, title] },
      "Were these 2 names changed, such as mall.title to name (both)? If not, keep the commented lines instead: the values of mall.title are lost. And 1 more like that.",
    ],
  ],
  "rename values": [
    [
      { about: "rename", asks: "rename values", subject: mood, values: [{ from: "a", to: "b" }] },
      "In mood, was 'a' renamed to 'b' (same position)? If not, change the rows that use the old value and keep the commented line instead.",
    ],
  ],
  constraint: [
    [
      { ...constraint, to: "(code)", query, rows: "fail" },
      "shop gets the unique constraint UQ_code (code). Rows in the way:",
    ],
    [{ ...constraint, to: "(code)" }, "shop gets the unique constraint UQ_code (code). Do all rows satisfy it?"],
    [
      { ...constraint, from: "(code)" },
      "Drop the unique constraint UQ_code (code) of shop? PostgreSQL will no longer enforce it.",
    ],
    [
      { ...constraint, from: "(a)", to: "(b)", query, rows: "fail" },
      "The unique constraint UQ_code of shop changes from (a) to (b). Rows in the way:",
    ],
  ],
  actions: [
    [
      {
        about: "constraint",
        asks: "actions",
        subject: { kind: "foreign key", table: "shop", name: "FK" },
        reference: "(a) → b (id)",
        from: "x",
        to: "y",
      },
      'The foreign key FK of shop (a) → b (id) changes from "x" to "y". Is that wanted?',
    ],
  ],
  "index by hand": [
    [
      { about: "constraint", asks: "index by hand", subject: { ...unique, name: "IDX" }, from: "a", to: "b" },
      "The index IDX of shop was created by hand: a. The models declare b instead. Replace it?",
    ],
  ],
  "not null": [
    [
      { about: "constraint", asks: "not null", subject: title, query, rows: "fail" },
      "mall.title becomes required. Rows in the way:",
    ],
  ],
  "null result": [
    [
      { about: "constraint", asks: "null result", subject: title, to: "code || 'x'", query, rows: "fail" },
      "mall.title is required, and is generated as code || 'x'. Rows in the way:",
    ],
  ],
  value: [
    [
      { about: "constraint", asks: "value", subject: title, fill: "UPDATE …" },
      "mall.title is required and has no default. Existing rows need a value. Add op.sql(`UPDATE …`) between these two lines.",
    ],
  ],
  type: [
    [{ ...type, loses: ["It fails."] }, "mall.title changes from text to integer. It fails."],
    [
      { ...type, loses: ["It", "fails."], query, rows: "change or fail" },
      "mall.title changes from text to integer. It fails. Rows that change or fail:",
    ],
    [
      { ...type, loses: ["It fails."], query, rows: "change", shows: "Other rows" },
      "mall.title changes from text to integer. It fails. Other rows:",
    ],
  ],
  generated: [
    [
      { about: "type", asks: "generated", subject: title, to: "a + 1", query, rows: "change" },
      "mall.title becomes a generated column: its values are replaced by a + 1. Rows that change:",
    ],
  ],
  sequence: [
    [
      { about: "type", asks: "sequence", subject: title, from: "a", to: "b" },
      "mall.title uses the sequence a, which it does not own. In the models it has the separate sequence b, which continues after the largest value. Other columns that use a may then get the same numbers. Is that wanted?",
    ],
  ],
  "unknown type": [
    [
      { about: "type", asks: "unknown type", subject: { kind: "type", name: "mood" }, columns: ["a.b", "c.d"] },
      'PostgreSQL knows no type mood, which the models use for a.b, c.d. Correct the models, or create the type before the lines below: op.createExtension(…), op.createEnum(…), or op.sql("CREATE DOMAIN …").',
    ],
    [
      {
        about: "type",
        asks: "unknown type",
        subject: { kind: "type", name: "mood" },
        columns: ["a.b"],
        instead: "a domain",
      },
      "In the database, a domain has the name of the enum type mood, which the models use for a.b. Give the enum type another name in the models (enumName), or remove what has its name, and make this revision again.",
    ],
  ],
  "removed values": [
    [
      { about: "enum", asks: "removed values", subject: mood, loses: ["a"], rows: "fail" },
      "mood no longer has 'a'. Rows with this value are in the way. Change them first:",
    ],
    [
      { about: "enum", asks: "removed values", subject: mood, loses: ["a", "b"], rows: "fail" },
      "mood no longer has 'a', 'b'. Rows with these values are in the way. Change them first:",
    ],
  ],
  "dropped column": [
    [
      { about: "drop", asks: "dropped column", subject: title, candidates: ["a", "b"], query, rows: "lost" },
      "mall.title is dropped. The revision adds these columns: a, b. To keep its values, copy them with op.sql(…) before the drop. Or keep a commented rename instead of the drop and that addColumn. Values that are lost:",
    ],
    [
      { about: "drop", asks: "dropped column", subject: title, candidates: ["a"], isTaken: true, query, rows: "lost" },
      "mall.title is dropped. It may have become a, instead of the column that is now renamed to a. To keep its values, rename it instead of that column, or copy the values with op.sql(…) before the drop. Values that are lost:",
    ],
  ],
  "unknown table": [
    [
      { about: "drop", asks: "unknown table", subject: { kind: "table", name: "jobs" }, query, rows: "lost" },
      'No model declares the table jobs, and no revision of this history created it. If something else uses it, leave this out and add to ormconfig.ts: exclude: ["jobs"]. Rows that are lost:',
    ],
    [
      {
        ...{ about: "drop", asks: "unknown table", looksLike: "a job queue" },
        ...{ subject: { kind: "table", name: "jobs" }, query, rows: "lost" },
      },
      'No model declares the table jobs, and no revision of this history created it. It looks like a job queue. If something else uses it, leave this out and add to ormconfig.ts: exclude: ["jobs"]. Rows that are lost:',
    ],
  ],
};

const ALL = Object.values(SENTENCES).flat<readonly (readonly (readonly [Question, string])[])[]>();

test.each(ALL.map(([question, text]) => [question.asks, question, text] as const))(
  "the sentence of a question about %s",
  (_, question, text) => expect(phraseQuestion(question)).toBe(text),
);

test("a question becomes op.todo with its sentence and its query", () => {
  const question: Question = { ...constraint, to: "(code)", query, rows: "fail" };
  expect(todoFor(question).args).toEqual([phraseQuestion(question), query]);
});

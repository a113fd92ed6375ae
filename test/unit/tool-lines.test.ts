import { describe, expect, test } from "vitest";
import type { Column } from "../../src/index.ts";
import { selectToolLines } from "../../src/questions/tool-lines.ts";
import { type Call, readCall } from "../../src/revision/calls.ts";

interface TestLine {
  readonly call: Call;
}

function line(name: string, ...args: readonly unknown[]): TestLine {
  const call = readCall(name, args);
  if (call === undefined) throw new Error(`op has no method ${name}`);
  return { call };
}

interface TestQuestion {
  readonly text: string;
  readonly lines: readonly TestLine[];
  readonly ifNo?: readonly TestLine[];
  readonly back?: readonly TestLine[];
  readonly opposite?: readonly TestLine[];
}

function select(
  { text, ifNo = [], back = [], opposite = [] }: TestQuestion,
  lines: readonly TestLine[],
): readonly TestLine[] {
  const calls = (some: readonly TestLine[]) => some.map(({ call }) => call);
  return selectToolLines(lines, { text, ifNo: calls(ifNo), back: calls(back), opposite: calls(opposite) });
}

const CODE: Column = { name: "code", type: "integer" };
const INDEX = { name: "IDX_code", columns: ["code"] };
const PLACE = "CAST(code AS integer)";

/** Questions as the tool writes them, each with all its lines. */
const QUESTIONS: Readonly<Record<string, TestQuestion>> = {
  "a type": {
    text: "shop.code changes from text to integer. Rows in the way:",
    lines: [line("alterColumn", "shop", "code", { type: "integer", using: '"code"::integer' })],
  },
  "a type with a default": {
    text: "shop.code changes from text to integer.",
    lines: [
      line("alterColumn", "shop", "code", { default: null }),
      line("alterColumn", "shop", "code", { type: "integer", using: '"code"::integer' }),
      line("alterColumn", "shop", "code", { default: "1" }),
    ],
  },
  "a required column": {
    text: "shop.code becomes required. Rows in the way:",
    lines: [line("alterColumn", "shop", "code", { nullable: false })],
  },
  "a new column": {
    text: "shop.code is required and has no default.",
    lines: [
      line("addColumn", "shop", { ...CODE, nullable: true }),
      line("alterColumn", "shop", "code", { nullable: false }),
    ],
  },
  "a constraint": {
    text: "The unique constraint UQ_code of shop gets other columns.",
    lines: [
      line("dropConstraint", "shop", "UQ_code"),
      line("createUniqueConstraint", "shop", { name: "UQ_code", columns: ["code", "floor"] }),
    ],
  },
  "a dropped table": { text: "shop is dropped.", lines: [line("dropTable", "shop")] },
  "a dropped column": { text: "shop.code is dropped.", lines: [line("dropColumn", "shop", "code")] },
  "a renamed column": {
    text: "Was shop.number renamed to shop.code (text and integer)? If not, keep the commented lines instead.",
    lines: [
      line("renameColumn", "shop", "number", "code"),
      line("renameIndex", "shop", "IDX_number", "IDX_code"),
      line("alterColumn", "shop", "code", { type: "integer", using: '"code"::integer' }),
    ],
    ifNo: [
      line("dropIndex", "shop", "IDX_number"),
      line("addColumn", "shop", CODE),
      line("createIndex", "shop", INDEX),
      line("dropColumn", "shop", "number"),
    ],
    back: [line("addColumn", "shop", { name: "number", type: "text" }), line("dropColumn", "shop", "code")],
  },
  "a renamed table": {
    text: "Was store renamed to shop? If not, keep the commented lines instead.",
    lines: [line("renameTable", "store", "shop"), line("createIndex", "shop", INDEX)],
    ifNo: [
      line("createTable", "shop", { columns: [CODE] }),
      line("createIndex", "shop", INDEX),
      line("dropTable", "store"),
    ],
    back: [line("createTable", "store", { columns: [CODE] }), line("dropTable", "shop")],
  },
};

/** Lines of a person, about what the questions are about and about other things. */
const BY_HAND: readonly TestLine[] = [
  line("createIndex", "shop", { name: "IDX_mine", columns: ["code"] }),
  line("createIndex", "shop", { ...INDEX, where: "code > 0" }),
  line("createIndex", "shop", INDEX, { concurrently: true }),
  line("dropIndex", "shop", "IDX_mine"),
  line("renameIndex", "shop", "IDX_mine", "IDX_other"),
  line("validateConstraint", "shop", "UQ_code"),
  line("createCheckConstraint", "shop", { name: "CHK_mine", expression: "code > 0" }),
  line("createUniqueConstraint", "shop", { name: "UQ_code", columns: ["code"] }, { usingIndex: "IDX_code" }),
  line("alterColumn", "shop", "floor", { type: "integer", using: '"floor"::integer' }),
  line("commentOnColumn", "shop", "code", "mine"),
  line("commentOnTable", "shop", "mine"),
  line("addColumn", "shop", { name: "mine", type: "text", nullable: true }),
  line("dropColumn", "shop", "mine"),
  line("renameColumn", "shop", "mine", "other"),
  line("sql", `UPDATE "shop" SET "code" = '1'`),
  line("backfill", "shop", { set: { code: "'1'" } }),
  line("insertRows", "shop", [{ code: 1 }]),
  line("run", async () => {}),
];

describe.each(Object.entries(QUESTIONS))("the lines of the question about %s", (_, question) => {
  const { lines } = question;
  const places = Array.from({ length: lines.length + 1 }, (_, at) => at);

  test("are all selected", () => expect(select(question, lines)).toEqual(lines));

  test.each(places)("are selected, and a person's line at place %i is not", (at) => {
    for (const mine of BY_HAND) {
      const edited = [...lines.slice(0, at), mine, ...lines.slice(at)];
      expect(select(question, edited), JSON.stringify(mine)).toEqual(lines);
    }
  });

  test.each(places)("are selected once at most, if a line is repeated at place %i", (at) => {
    for (const one of lines) {
      const edited = [...lines.slice(0, at), { ...one }, ...lines.slice(at)];
      expect(select(question, edited).filter(({ call }) => call === one.call).length).toBeLessThan(2);
    }
  });
});

describe("the lines about parts of a table that the commented lines create", () => {
  const question: TestQuestion = {
    text: "Was shop renamed to store (3 of 3 columns are the same)? If not, keep the commented lines instead.",
    lines: [
      line("renameTable", "shop", "store"),
      line("dropIndex", "store", "IDX_old"),
      line("dropColumn", "store", "gone"),
      line("renameIndex", "store", "IDX_number", "IDX_code"),
    ],
    ifNo: [
      line("createTable", "store", { columns: [CODE] }),
      line("createIndex", "store", INDEX),
      line("dropTable", "shop"),
    ],
    opposite: [
      line("createIndex", "shop", { name: "IDX_old", columns: ["code"] }),
      line("addColumn", "shop", { name: "gone", type: "text" }),
      line("createIndex", "shop", { name: "IDX_number", columns: ["code"] }),
    ],
  };
  const [renamed, ...parts] = question.lines;

  test("are selected, if the table never has what they drop or rename", () =>
    expect(select(question, question.lines)).toEqual(question.lines));

  test("stay, if the other direction does not create it", () => {
    const { opposite: _, ...alone } = question;
    expect(select(alone, question.lines)).toEqual([renamed]);
  });

  test("stay, if a person creates it first", () => {
    const own = [
      line("createIndex", "store", { name: "IDX_old", columns: ["code"] }),
      line("addColumn", "store", { name: "gone", type: "text" }),
    ];
    const lines = [renamed!, ...own, ...parts];
    expect(select(question, lines)).toEqual([renamed, parts[2]]);
  });

  test("stay, if they drop what the table has", () => {
    const drops = [line("dropIndex", "store", "IDX_code"), line("dropColumn", "store", "code")];
    expect(select(question, [renamed!, ...drops])).toEqual([renamed]);
  });
});

describe("a change of a type, and NOT NULL for the same column", () => {
  const type = line("alterColumn", "shop", "code", { type: "integer", using: '"code"::integer' });
  const notNull = line("alterColumn", "shop", "code", { nullable: false });

  test.each([
    ["a type", [type, notNull]],
    ["a type", [notNull, type]],
    ["a required column", [type, notNull]],
    ["a required column", [notNull, type]],
  ])("at the question about %s, both stay", (what, lines) => {
    const { text = "" } = QUESTIONS[what] ?? {};
    expect(selectToolLines(lines, { text, ifNo: [], back: [] })).toEqual([]);
  });

  test("a NOT NULL that goes is no part of the question about the type", () => {
    const lines = [type, line("alterColumn", "shop", "code", { nullable: true })];
    const { text = "" } = QUESTIONS["a type"] ?? {};
    expect(selectToolLines(lines, { text, ifNo: [], back: [] })).toEqual([type]);
  });
});

describe("a change of a type, and another one that differs only in `using`", () => {
  const other = line("alterColumn", "shop", "code", { type: "integer", using: PLACE });
  const without = line("alterColumn", "shop", "code", { type: "integer" });

  test.each(
    ["a type", "a type with a default", "a renamed column"].flatMap((what) =>
      [other, without].flatMap((mine) =>
        [0, 1, 2, 3].map((at) => [what, JSON.stringify(mine.call.args[2]), at, mine] as const),
      ),
    ),
  )("%s: %s at place %i: both stay", (what, _, at, mine) => {
    const question = QUESTIONS[what];
    const lines = question?.lines ?? [];
    const edited = [...lines.slice(0, at), mine, ...lines.slice(at)];
    const selected = question && select(question, edited);
    const types = lines.filter(({ call }) => Object(call.args[2]).type !== undefined);
    expect(selected).not.toContain(mine);
    for (const one of types) expect(selected).not.toContain(one);
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Operations, record } from "../../src/revision/op.ts";
import { canBeJoined, joinStatements, joinSteps } from "../../src/run/joined-steps.ts";
import { tokenize } from "../../src/tokens.ts";

const ID = { columns: [{ name: "id", type: "integer" }] } as const;

/** How many operations each text has. */
function countJoined(write: (op: Operations) => void): readonly number[] {
  const steps = record(write).map((step, at) => [at + 1, step] as const);
  const texts = joinSteps(steps);
  expect(texts.flat()).toEqual(steps);
  return texts.map(({ length }) => length);
}

test("what creates new tables, and what is done to them, is one text", () => {
  const joined = countJoined((op) => {
    op.createSchema("sales");
    op.createEnum("state", ["open", "it's"]);
    op.createTable("mall", ID);
    op.createTable("sales.shop", { columns: [...ID.columns, { name: "mall_id", type: "integer" }] });
    op.createIndex("sales.shop", { columns: ["mall_id"] });
    op.createForeignKey("sales.shop", { columns: ["mall_id"], references: { table: "mall", columns: ["id"] } });
    op.createCheckConstraint("mall", { expression: "id > 0 AND id - 1 < 8 / 2" });
    op.addColumn("mall", { name: "name", type: "text", nullable: true });
    op.commentOnTable("mall", 'the "big" ones');
  });
  expect(joined).toEqual([9]);
});

test.each<readonly [string, readonly number[], (op: Operations) => void]>([
  ["SQL of a person", [1, 1, 1], (op) => op.sql("SELECT 1")],
  ["code", [1, 1, 1], (op) => op.run(async () => undefined)],
  ["a table that was there before", [1, 1, 1], (op) => op.createIndex("old", { columns: ["id"] })],
  [
    "a key to a table that was there before",
    [1, 1, 1],
    (op) => op.createForeignKey("mall", { columns: ["id"], references: { table: "old", columns: ["id"] } }),
  ],
  ["rows", [1, 1, 1], (op) => op.insertRows("mall", [{ id: 1 }])],
  ["an extension", [1, 1, 1], (op) => op.createExtension("citext")],
  ["what ends the transaction", [1, 1, 1], (op) => op.commit()],
  ["a semicolon", [1, 1, 1], (op) => op.createCheckConstraint("mall", { expression: "id > 0; DROP TABLE old" })],
  ["a comment", [1, 1, 1], (op) => op.createCheckConstraint("mall", { expression: "id > 0 -- why" })],
  ["an open comment", [1, 1, 1], (op) => op.createCheckConstraint("mall", { expression: "id > 0 /* why" })],
  ["an open quote", [1, 1, 1], (op) => op.createCheckConstraint("mall", { expression: "id::text <> '" })],
  ["an open name", [1, 1, 1], (op) => op.createCheckConstraint("mall", { expression: '"id > 0' })],
  ["a quote with dollars", [1, 1, 1], (op) => op.createCheckConstraint("mall", { expression: "id::text <> $$;$$" })],
  ["an escape", [1, 1, 1], (op) => op.createCheckConstraint("mall", { expression: "id::text <> E'\\''" })],
  ["a semicolon in a text", [3], (op) => op.createCheckConstraint("mall", { expression: "id::text <> ';--/*'" })],
])("%s", (_, expected, between) => {
  const joined = countJoined((op) => {
    op.createTable("mall", ID);
    between(op);
    op.createTable("shop", ID);
  });
  expect(joined).toEqual(expected);
});

test("a table that takes the name of a new one is none", () => {
  const joined = countJoined((op) => {
    op.createTable("mall", ID);
    op.renameTable("mall", "plaza");
    op.renameTable("old", "mall");
    op.createIndex("mall", { columns: ["id"] });
    op.createIndex("plaza", { columns: ["id"] });
  });
  expect(joined).toEqual([2, 1, 1, 1]);
});

test("a text has at most a hundred operations", () => {
  const joined = countJoined((op) => {
    for (let at = 0; at < 250; at++) op.createTable(`t${at}`, ID);
  });
  expect(joined).toEqual([100, 100, 50]);
});

test("statements that are joined are read as they are read alone", () => {
  const piece = fc.constantFrom(..."'|\"|;|$|$$|$a$|\\|--|/*|*/|-|/|E'|U&'|U&\"|(|)|\n|\r|a|1|:|é|😀| ".split("|"));
  const statement = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  const wordsOf = (sql: string) => tokenize(sql).flatMap(({ kind, text }) => (kind === "space" ? [] : [text]));
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
      fc.pre(statements.every(canBeJoined));
      const [first = [], ...others] = statements.map(wordsOf);
      expect(wordsOf(joinStatements(statements))).toEqual([...first, ...others.flatMap((words) => [";", ...words])]);
    }),
    { numRuns: Number(process.env["REMODEL_PROPERTY_RUNS"] ?? 2000) },
  );
});

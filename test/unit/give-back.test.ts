import { expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { keyOfItem } from "../../src/kinds/item-keys.ts";
import { MARKS } from "../../src/kinds/marks.ts";
import { outputNames } from "../../src/kinds/output-names.ts";
import type { Dependencies, Fact, ItemFacts, Use } from "../../src/schema/dependencies.ts";
import type { Change } from "../../src/schema/operation.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";

const fact = (what: string, statement: string, column?: string): Fact => ({
  what,
  statement,
  ...(column !== undefined && { column }),
});

function having(...facts: readonly (readonly [place: string, had: ItemFacts])[]): Dependencies {
  return { dependents: [], uses: new Map(), facts: new Map(facts) };
}

const sqlOf = (changes: readonly Change[]) =>
  changes.flatMap(({ operations }) => operations.flatMap(({ name, args }) => (name === "sql" ? [args[0]] : [])));
const notesOf = (changes: readonly Change[]) => changes.flatMap(({ notes = [] }) => notes.map(({ object }) => object));

const view = (expression: string): Schema => ({ views: [{ name: "report", expression }] });
const VIEW = having([
  keyOfItem("views", "report"),
  {
    facts: [
      fact("owner", `ALTER TABLE ${MARKS.relation} OWNER TO other`),
      fact("comment", `COMMENT ON COLUMN ${MARKS.relation}.id IS 'id'`, "id"),
      fact("comment", `COMMENT ON COLUMN ${MARKS.relation}.code IS 'code'`, "code"),
    ],
  },
]);

test("a view with another query keeps what it had, but for columns that it has no more", () => {
  const up = diff(view("SELECT id, code FROM shop"), view("SELECT id FROM shop"), { dependencies: VIEW });
  expect(sqlOf(up)).toEqual([`ALTER TABLE "report" OWNER TO other`, `COMMENT ON COLUMN "report".id IS 'id'`]);
  expect(notesOf(up)).toEqual(["comment of view report"]);
  const down = diff(view("SELECT id FROM shop"), view("SELECT id, code FROM shop"), {
    dependencies: VIEW,
    liveSide: "after",
  });
  expect(sqlOf(down)).toHaveLength(3);
  expect(notesOf(down)).toEqual([]);
});

test("a new item gets nothing that another had", () => {
  const up = diff(view("SELECT 1"), { views: [{ name: "other", expression: "SELECT 1" }] }, { dependencies: VIEW });
  expect(sqlOf(up)).toEqual([]);
});

const shop = (name: string, columns: readonly Column[], rest: Partial<Table> = {}): Schema => ({
  tables: [{ name, columns, ...rest }],
});
const floor = (type: string): Column => ({ name: "floor", type });
const double = (type: string): Column => ({ name: "double", type, asExpression: "floor * 2", generatedType: "STORED" });
const checks = [{ name: "CK", expression: "double > 0" }];
/** What the live database says of them. */
const uses: Dependencies["uses"] = new Map([
  [keyOfItem("checks", "CK", "shop"), [{ relation: "shop", column: "double" }]],
  [keyOfItem("columns", "double", "shop"), [{ relation: "shop", column: "floor" }]],
]);
const OWN_FACTS = having(
  [
    keyOfItem("checks", "CK", "shop"),
    {
      definition: `ALTER TABLE ${MARKS.relation} ADD CONSTRAINT ${MARKS.name} CHECK ((double > 0)) NOT VALID`,
      facts: [fact("comment", `COMMENT ON CONSTRAINT ${MARKS.name} ON ${MARKS.relation} IS 'positive'`)],
    },
  ],
  [
    keyOfItem("columns", "floor", "shop"),
    { facts: [fact("storage", `ALTER TABLE ${MARKS.relation} ALTER COLUMN ${MARKS.column} SET STORAGE MAIN`)] },
  ],
);
const CHECK: Dependencies = { ...OWN_FACTS, uses };

test("a constraint that is dropped for a moment comes back by its definition, under the new name of its table", () => {
  const before = shop("shop", [floor("integer"), double("integer")], { checks });
  const after = shop("store", [floor("numeric"), double("numeric")], { checks });
  const guesses = [
    { renames: [{ list: "tables" as const, from: "shop", to: "store" }], certain: true, reason: "", others: [] },
  ];
  expect(sqlOf(diff(before, after, { guesses, dependencies: CHECK }))).toEqual([
    `ALTER TABLE "store" ALTER COLUMN "floor" SET STORAGE MAIN`,
    `ALTER TABLE "store" ADD CONSTRAINT "CK" CHECK ((double > 0)) NOT VALID`,
    `COMMENT ON CONSTRAINT "CK" ON "store" IS 'positive'`,
  ]);
});

test.each([
  ["uses it", ["definition of check constraint CK"], 0, ["double", "VALID"]],
  ["only has such a word", [], 1, ["double"]],
])("a column has another name, and a definition %s", (_, notes, given, names) => {
  const columns = (name: string) => [floor("integer"), { name, type: "integer" }];
  const before = shop("shop", [...columns("VALID"), double("integer")], { checks });
  const after = shop("shop", [...columns("valid"), double("numeric")], { checks });
  const renames = [{ list: "columns" as const, table: "shop", from: "VALID", to: "valid" }];
  const guesses = [{ renames, certain: true, reason: "", others: [] }];
  const live: readonly Use[] = names.map((column) => ({ relation: "shop", column }));
  const dependencies = { ...CHECK, uses: new Map([...uses]).set(keyOfItem("checks", "CK", "shop"), live) };
  const up = diff(before, after, { guesses, dependencies });
  expect(notesOf(up)).toEqual(notes);
  expect(sqlOf(up).filter((statement) => String(statement).includes("NOT VALID"))).toHaveLength(given);
});

test("a definition that has old names, or says something else than the models, is a note", () => {
  const before = shop("shop", [floor("integer"), double("integer")], { checks });
  const other = [{ name: "CK", expression: "double > 1" }];
  const after = shop("shop", [floor("integer"), double("integer")], { checks: other });
  const up = diff(before, after, { dependencies: CHECK });
  expect(notesOf(up)).toEqual(["definition of check constraint CK"]);
  expect(sqlOf(up)).toEqual([`COMMENT ON CONSTRAINT "CK" ON "shop" IS 'positive'`]);
});

test("a table that a downgrade makes again has all that it had, its constraints by their definitions", () => {
  const [down, ...rest] = diff({}, shop("shop", [floor("text")], { checks }), {
    dependencies: CHECK,
    liveSide: "after",
  });
  expect(rest).toEqual([]);
  expect(down?.operations[0]?.args).toEqual(["shop", { columns: [floor("text")] }]);
  expect(sqlOf(down === undefined ? [] : [down])).toEqual([
    `ALTER TABLE "shop" ADD CONSTRAINT "CK" CHECK ((double > 0)) NOT VALID`,
    `ALTER TABLE "shop" ALTER COLUMN "floor" SET STORAGE MAIN`,
    `COMMENT ON CONSTRAINT "CK" ON "shop" IS 'positive'`,
  ]);
});

test.each([
  ["integer", ["storage of column floor"], 0],
  ["text", [], 1],
])("a column that becomes %s keeps its storage where that type has one", (type, notes, statements) => {
  const up = diff(shop("shop", [floor("bytea")]), shop("shop", [floor(type)]), { dependencies: CHECK });
  expect(notesOf(up)).toEqual(notes);
  expect(sqlOf(up)).toHaveLength(statements);
});

test.each([
  [`SELECT id, "Code" AS "My ""code""", max(floor) top FROM shop`, ["id", `My "code"`, "top"]],
  ["WITH a AS (SELECT x FROM y) SELECT s.id, (SELECT z FROM q), 1 FROM a s", ["id"]],
  ["select DISTINCT ON (a) a, CASE WHEN b THEN c END AS d\nfrom e", ["a", "d"]],
  ["SELECT * FROM shop", []],
  ["SELECT id -- , other\n, code UNION SELECT 1, 2", ["id", "code"]],
])("the columns of %s", (query, names) => expect([...outputNames(query)]).toEqual(names));

import { expect, test } from "vitest";
import { renamingClause } from "../../src/compare/count-rows.ts";
import { type Dropped, findDrops } from "../../src/compare/dropped.ts";
import { describeDropped } from "../../src/compare/dropped-text.ts";
import { pairNames } from "../../src/compare/renamed.ts";
import type { Rename } from "../../src/diff/renames.ts";
import { dropColumn, dropIndex, dropTable } from "../../src/kinds/operations.ts";
import type { Operation } from "../../src/schema/operation.ts";
import type { Column } from "../../src/schema/schema.ts";

const RENAMES: readonly Rename[] = [
  { list: "tables", from: "shop", to: "store" },
  { list: "columns", table: "shop", from: "n", to: "count" },
  { list: "tables", from: "a.far", to: "a.farther" },
];
const live = pairNames(
  {
    tables: [
      { name: "shop", columns: [column("n"), column("code"), { ...column("twice"), asExpression: "n * 2" }] },
      { name: "a.far", columns: [column("id")] },
      { name: "same", columns: [column("id")] },
    ],
  },
  RENAMES,
);

test.each<[what: string, operation: Operation, expected: readonly Dropped[]]>([
  ["a table", dropTable("same"), [{ table: "same" }]],
  ["a renamed table", dropTable("store"), [{ table: "shop" }]],
  ["a table that the database lacks", dropTable("shop"), []],
  ["a column of a renamed table", dropColumn("store", "code"), [{ table: "shop", column: "code" }]],
  ["a renamed column", dropColumn("store", "count"), [{ table: "shop", column: "n" }]],
  ["a generated column, which has no values of its own", dropColumn("store", "twice"), []],
  ["an index", dropIndex("store", "by_code"), []],
])("%s that is dropped is listed by its name in the database", (_, operation, expected) => {
  expect(findDrops([operation], live)).toEqual(expected);
});

test("a query with the names of the models finds the rows of the database", () => {
  expect(renamingClause(live, "public")).toBe(
    `WITH "store" AS (SELECT "n" AS "count", "code" AS "code", "twice" AS "twice" FROM "public"."shop") `,
  );
  expect(renamingClause(pairNames(live.own, []), "public")).toBe("");
});

test.each<[dropped: Dropped, text: string]>([
  [{ table: "shop", rows: 1 }, "shop is dropped: 1 row is lost."],
  [{ table: "shop", rows: 0 }, "shop is dropped; it has no rows."],
  [{ table: "shop", column: "n", rows: 12000, estimated: true }, "shop.n is dropped: about 12,000 values are lost."],
  [{ table: "shop", rows: 0, estimated: true }, "shop is dropped: about 0 rows are lost."],
  [{ table: "shop", column: "n" }, "shop.n is dropped; its values could not be counted."],
])("%o in a sentence", (dropped, text) => {
  expect(describeDropped(dropped)).toBe(text);
});

function column(name: string): Column {
  return { name, type: "integer" };
}

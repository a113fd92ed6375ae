import { expect, test } from "vitest";
import { createView } from "../../src/kinds/views.ts";
import { trimQuery } from "../../src/tokens.ts";

test.each([
  ["SELECT 1", "SELECT 1"],
  ["SELECT 1 ; \n;", "SELECT 1"],
  ["SELECT 1 -- all", "SELECT 1"],
  ["SELECT 1; -- a\n/* b /* c */ ; */ ;", "SELECT 1"],
  ["-- head\nSELECT /* in */ 1 -- tail\r\n", "-- head\nSELECT /* in */ 1"],
  ["SELECT ';'", "SELECT ';'"],
  ["SELECT $$ a; -- b $$;", "SELECT $$ a; -- b $$"],
  [`SELECT 1 AS "; -- a" `, `SELECT 1 AS "; -- a"`],
  ["SELECT E'\\'; -- a'", "SELECT E'\\'; -- a'"],
  ["; -- nothing", ""],
])("the query of %j", (sql, query) => expect(trimQuery(sql)).toBe(query));

test("a view by hand with a comment at its end", () => {
  expect(createView("v", { expression: "SELECT 1; -- all" }).sql).toEqual([`CREATE VIEW "v" AS SELECT 1`]);
});

import { expect, test } from "vitest";
import { askInLiveNames } from "../../src/diff/live-names.ts";
import type { Rename } from "../../src/diff/renames.ts";
import type { Question } from "../../src/schema/question.ts";

const SUBJECT = { kind: "column", table: "shop", name: "a" };
const columns = ["id", "a", "b"].map((name) => ({ name, type: "integer" }));
const before = { tables: ["shop", "mall", "app.stall"].map((name) => ({ name, columns })) };
const table = (from: string, to: string): Rename => ({ list: "tables", from, to });
const column = (owner: string, from: string, to: string): Rename => ({ list: "columns", table: owner, from, to });

test.each<[string, readonly Rename[], string]>([
  ["nothing", [], ""],
  ["a table", [table("shop", "store")], `WITH "store" AS (SELECT * FROM "shop") `],
  ["a column", [column("shop", "a", "x")], `WITH "shop" AS (SELECT *, "a" AS "x" FROM "shop") `],
  ["both", [table("shop", "store"), column("shop", "a", "x")], `WITH "store" AS (SELECT *, "a" AS "x" FROM "shop") `],
  [
    "columns that swap",
    [column("shop", "a", "b"), column("shop", "b", "a")],
    `WITH "shop" AS (SELECT "id", "a" AS "b", "b" AS "a" FROM "shop") `,
  ],
  ["a column that the query does not name", [column("shop", "a", "y")], ""],
  ["a table that the query does not name", [table("mall", "centre")], ""],
  ["a table whose new name is only a column in the query", [table("mall", "a")], ""],
  ["one in a schema, which WITH cannot define", [column("app.stall", "a", "x")], ""],
  [
    "tables in a row",
    [table("mall", "shop"), table("shop", "store")],
    `WITH "store" AS (SELECT * FROM "shop"), "shop" AS (SELECT * FROM "mall") `,
  ],
  ["tables in a circle", [table("mall", "shop"), table("shop", "mall"), column("mall", "a", "x")], ""],
])("the query of a question knows the new names of %s", (_, renames, clause) => {
  const query = `SELECT * FROM "shop", "store" JOIN "app"."stall" WHERE "x" = "a"`;
  const question: Question<"not null"> = { about: "constraint", asks: "not null", subject: SUBJECT, query };
  const change = { operations: [], question };
  const isCircle = renames.some(({ from, to }) => from === "shop" && to === "mall");
  const circle = isCircle ? `${query} AND EXISTS (SELECT FROM "mall")` : query;
  const asked = { ...change, question: { ...change.question, query: circle } };
  expect(askInLiveNames(asked, before, renames).question?.query).toBe(`${clause}${circle}`);
});

test("names with a dot or a quote are those of SQL in the clause", () => {
  const [from, to] = ['"odd.shop"', '"a ""new"" shop"'];
  const query = `SELECT FROM "a ""new"" shop" WHERE "x" IS NULL`;
  const question: Question<"not null"> = { about: "constraint", asks: "not null", subject: SUBJECT, query };
  const renames = [table(from, to), column(from, "a", "x")];
  const asked = askInLiveNames({ operations: [], question }, { tables: [{ name: from, columns }] }, renames);
  expect(asked.question?.query).toBe(`WITH "a ""new"" shop" AS (SELECT *, "a" AS "x" FROM "odd.shop") ${query}`);
});

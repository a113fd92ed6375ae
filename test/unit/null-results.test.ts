import { expect, test } from "vitest";
import { mayGiveNull } from "../../src/kinds/null-results.ts";

/** `a`, `b` and `"Some Col"` may have NULL; other columns may not. */
const isNullable = (column: string) => ["a", "b", "Some Col"].includes(column);

test.each([
  "a + 1",
  `n || "Some Col"`,
  "shop.a",
  "(a)::text || 'x'::text",
  "CAST(a AS numeric(10,2)) * 2",
  "lower(a)",
  "EXTRACT(year FROM a)",
  "a AT TIME ZONE 'UTC'",
  "tags[a]",
  "COALESCE(a, b)",
  "coalesce(a, lower(n))",
  "greatest(a, b)",
  "nullif(a, 0)",
  "concat_ws(a, n, 'x')",
  "a > 0 AND b IS NULL",
  "a IS NULL = b",
  "CASE WHEN n > 0 THEN a ELSE 0 END",
  "CASE n WHEN 1 THEN 1 WHEN 2 THEN 3 ELSE CASE WHEN n > 3 THEN b ELSE 1 END END",
  "coalesce(n, 0) + a -- n",
  "to_tsvector('english', shop.*)",
])("%s may be NULL because a column is", (sql) => expect(mayGiveNull(sql, isNullable)).toBe(true));

test.each([
  "n + 1",
  "1",
  "'a' || n -- a",
  "data->>'x'",
  "nullif(n, 0)",
  "coalesce(a, 0)",
  "COALESCE(a, b, n)",
  "COALESCE(a, ''::text) || COALESCE(b, ''::text)",
  "setweight(to_tsvector('simple'::regconfig, coalesce(a, '')), 'A') || to_tsvector('simple', coalesce(b, ''))",
  "least(a, n * 2)",
  "a IS NOT NULL",
  "NOT (a IS NULL)",
  "a + b IS NULL AND n",
  "(a = b) IS NOT TRUE",
  "a IS DISTINCT FROM b + 1",
  "a ISNULL",
  "concat(a, '-', b)",
  "concat_ws('-', a, b)",
  "num_nonnulls(a, b)",
  "ARRAY[a, b]",
  "CASE WHEN a = 'open' THEN 'o' ELSE 'x' END",
  "\nCASE\n    WHEN (a = 'open'::pstate) THEN 'o'::text\n    ELSE 'x'::text\nEND",
  "CASE WHEN a > 0 THEN n END",
  "coalesce(CASE WHEN a > 0 THEN a END, 0)",
])("%s is not NULL because a column is", (sql) => expect(mayGiveNull(sql, isNullable)).toBe(false));

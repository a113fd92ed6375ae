import { expect, test } from "vitest";
import { readExpressionNames } from "../../src/kinds/expression-names.ts";

const columns = (sql: string) => [...readExpressionNames(sql).columns];
const types = (sql: string) => [...readExpressionNames(sql).types];
const functions = (sql: string) => [...readExpressionNames(sql).functions];

test.each<[sql: string, names: readonly string[]]>([
  [`"size" > 0 AND size < 100`, ["size"]],
  ["state = 'open' AND NOT paid", ["state", "paid"]],
  [`"Some Col" IS NOT NULL OR Code LIKE 'state%'`, ["Some Col", "code"]],
  [`"q""x" /* total */ = 1 -- state\n AND b`, [`q"x`, "b"]],
  ["lower(code) = slug_of(total)", ["code", "total"]],
  ["tags[1] = 'a' AND shop.total = ANY (ARRAY[one, 2])", ["tags", "total", "one"]],
  ["(pair).total > 0 AND (price)::numeric(10,2) > 0::money", ["pair", "price"]],
  ["EXTRACT(year FROM created) > 2000", ["created"]],
  ["created AT TIME ZONE zone > '2000-01-01'::timestamp with time zone", ["created", "zone"]],
  [`name COLLATE "C" = $$state$$ AND at < interval '1 day'`, ["name", "at"]],
  ["CASE WHEN a THEN b ELSE c END", ["a", "b", "c"]],
  [`USING gist ("room" WITH =, during WITH &&) WHERE (not cancelled)`, ["room", "during", "cancelled"]],
  ["CAST(state AS order_state) = other", ["state", "other"]],
  ["time > '10:00' AND zone IS NULL", ["time", "zone"]],
])("columns in %s", (sql, names) => {
  expect(columns(sql)).toEqual(names);
});

test.each<[sql: string, names: readonly string[]]>([
  ["state::order_state = 'order_kind'", ["order_state"]],
  [`state::"My"."Order State"[] = b`, ["Order State"]],
  ["CAST (state AS sales.order_state) = b", ["order_state"]],
  ["order_state 'open' = state", ["order_state"]],
  ["created::timestamp without time zone > a AND b::character varying(3) = c", ["timestamp", "character"]],
  ["order_state = 'x::order_kind'", []],
])("types in %s", (sql, names) => {
  expect(types(sql)).toEqual(names);
});

test("functions that an expression calls", () => {
  expect(functions(`next_of(n) IS NOT NULL AND sales."Slug Of"(code) = 'counted(1)' AND counted > tags[1]`)).toEqual([
    "next_of",
    "Slug Of",
  ]);
});

import { expect, test } from "vitest";
import { type ComparableText, listCandidates } from "../../src/compare/candidates.ts";
import { collectEquivalents } from "../../src/compare/equivalence.ts";
import { pairNames } from "../../src/compare/renamed.ts";
import { spellingKey } from "../../src/diff/equivalents.ts";
import type { Rename } from "../../src/diff/renames.ts";
import type { Schema } from "../../src/schema/schema.ts";

const RENAMES: readonly Rename[] = [
  { list: "tables", from: "shop", to: "store" },
  { list: "columns", table: "shop", from: "n", to: "count" },
];
const LIVE: Schema = {
  tables: [
    {
      name: "shop",
      columns: [
        { name: "n", type: "integer", default: "1" },
        { name: "code", type: "text", default: "'a'::text" },
      ],
      checks: [{ name: "old", expression: "n > 0" }],
    },
  ],
};
const MODELS: Schema = {
  tables: [
    {
      name: "store",
      columns: [
        { name: "count", type: "bigint", default: "2" },
        { name: "code", type: "text", default: "'a'::text" },
        { name: "added", type: "no_type" },
      ],
      checks: [
        { name: "one", expression: "count > 0 AND added IS NULL" },
        { name: "two", expression: "count >= 1" },
      ],
    },
  ],
};
const candidates = listCandidates(pairNames(LIVE, RENAMES), MODELS, new Set(["integer", "text", "bigint"]), {
  isExpandedAnew: () => false,
});

test("texts that differ are paired by name, or with every item that has no counterpart", () => {
  expect(candidates.map(({ key, text, counterparts }) => [key, text, counterparts.map(({ name }) => name)])).toEqual([
    ["default", "1", ["count"]],
    ["expression", "n > 0", ["one", "two"]],
  ]);
});

test("a default is read as the new type of its column where the database has that type", () => {
  expect(pick("default").counterparts[0]?.pair).toMatchObject({
    live: { sql: "(1\n)::bigint", columns: [] },
    model: { sql: "(2\n)::bigint", columns: [], where: "store.count" },
  });
});

test("an expression is read over the columns it mentions, with their types in the database; unknown types are left out", () => {
  const row = (name: string) => [{ name, as: "count", type: "integer" }];
  expect(pick("expression").counterparts[0]?.pair).toMatchObject({
    live: { sql: "(n > 0\n)::boolean", columns: row("n") },
    model: { sql: "(count > 0 AND added IS NULL\n)::boolean", columns: row("count") },
  });
});

test.each<[what: string, answers: readonly (boolean | undefined)[], match: string | undefined]>([
  ["the second is the same", [false, true], "two"],
  ["none is the same", [false, false], undefined],
  ["it cannot be found out for an item of another name", [undefined, undefined], undefined],
])("of two counterparts, %s", (_, answers, match) => {
  const candidate = pick("expression");
  const { forward, backward } = collectEquivalents([candidate], answer(candidate, answers));
  const text = candidate.counterparts.find(({ name }) => name === match)?.text;
  expect(forward.get(spellingKey("store", "checks", "old", "expression", "n > 0"))).toBe(text);
  expect(backward.get(spellingKey("shop", "checks", match ?? "one", "expression", text ?? ""))).toBe(text && "n > 0");
});

test("what cannot be found out counts as the same for an item of the same name", () => {
  const candidate = pick("default");
  const { forward, backward } = collectEquivalents([candidate], new Map());
  expect([...forward]).toEqual([[spellingKey("store", "columns", "count", "default", "1"), "2"]]);
  expect([...backward]).toEqual([[spellingKey("shop", "columns", "n", "default", "2"), "1"]]);
});

function pick(key: string): ComparableText {
  const found = candidates.find((one) => one.key === key);
  if (found === undefined) throw new Error(`no candidate has the key ${key}`);
  return found;
}

function answer({ counterparts }: ComparableText, answers: readonly (boolean | undefined)[]) {
  const known = counterparts.flatMap(({ pair }, at) => {
    const same = answers[at];
    return same === undefined ? [] : [[pair, same] as const];
  });
  return new Map(known);
}

import { expect, test } from "vitest";
import { keepGuesses } from "../../src/compare/guesses.ts";
import type { Guess } from "../../src/diff/guess.ts";
import type { Rename } from "../../src/diff/renames.ts";
import type { Schema } from "../../src/schema/schema.ts";

const TABLE: Rename = { list: "tables", from: "shop", to: "store" };
const COLUMN: Rename = { list: "columns", table: "shop", from: "n", to: "count" };

test.each<[what: string, live: Schema, models: Schema, kept: readonly Rename[]]>([
  ["are both compared", tables("shop"), tables("store"), [TABLE, COLUMN]],
  ["is left out of the database", tables("mall"), tables("store"), []],
  ["is left out of the models", tables("shop"), tables("mall"), []],
])("guesses about a table that %s", (_, live, models, kept) => {
  const guesses = keepGuesses([guess([TABLE]), guess([COLUMN])], live, models);
  expect(guesses.flatMap(({ renames }) => renames)).toEqual(kept);
});

test("one of many names that change in the same way is left out alone", () => {
  const other: Rename = { list: "tables", from: "a", to: "old_a" };
  expect(keepGuesses([guess([TABLE, other])], tables("shop"), tables("store", "old_a"))).toEqual([guess([TABLE])]);
});

test("other candidates that are left out are no candidates", () => {
  const others = [
    { to: "mall", reason: "" },
    { to: "gone", reason: "" },
  ];
  const full = { ...guess([TABLE]), others, rivals: ["stall", "gone"] };
  const live = tables("shop", "stall");
  const models = tables("store", "mall");
  expect(keepGuesses([full], live, models)).toEqual([
    { ...guess([TABLE]), others: [{ to: "mall", reason: "" }], rivals: ["stall"] },
  ]);
  expect(keepGuesses([full], tables("shop"), models)[0]).not.toHaveProperty("rivals");
});

function guess(renames: readonly Rename[]): Guess {
  return { renames, certain: false, reason: "", others: [] };
}

function tables(...names: readonly string[]): Schema {
  return { tables: names.map((name) => ({ name, columns: [] })) };
}

import { expect, test } from "vitest";
import { alignModels } from "../../src/compare/align.ts";
import { pairNames } from "../../src/compare/renamed.ts";
import { spellingKey } from "../../src/diff/equivalents.ts";
import type { Rename } from "../../src/diff/renames.ts";
import type { Column, Schema } from "../../src/schema/schema.ts";

const RENAMES: readonly Rename[] = [
  { list: "tables", from: "shop", to: "store" },
  { list: "columns", table: "shop", from: "n", to: "count" },
];

test("the models keep their names, and get the order of columns and the SQL of the database", () => {
  const live = schema("shop", [column("id"), column("n"), column("label", "'a'::text")]);
  const models = schema("store", [column("added"), column("label", "'a'"), column("count"), column("id")]);
  const spelling = new Map([[spellingKey("shop", "columns", "label", "default", "'a'"), "'a'::text"]]);
  expect(alignModels(models, pairNames(live, RENAMES), spelling)).toEqual(
    schema("store", [column("id"), column("count"), column("label", "'a'::text"), column("added")]),
  );
});

function schema(name: string, columns: readonly Column[]): Schema {
  return { tables: [{ name, columns }] };
}

function column(name: string, value?: string): Column {
  return { name, type: "text", ...(value !== undefined && { default: value }) };
}

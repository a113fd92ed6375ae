import { expect, test } from "vitest";
import { alignModels, renameTypesInTexts } from "../../src/compare/align.ts";
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

test("defaults name an enum type that is renamed by its new name, in any schema and in arrays", () => {
  const renames: readonly Rename[] = [
    { list: "enums", from: "shop_status_enum", to: "store_status_enum" },
    { list: "enums", from: "sales.Odd", to: "sales.even" },
  ];
  const texts = (...values: readonly string[]) =>
    schema(
      "store",
      values.map((value, at) => column(`c${at}`, value)),
    );
  const before = texts(
    "'open'::shop_status_enum",
    "ARRAY['open'::shop_status_enum]::shop_status_enum[]",
    `'x'::sales."Odd"`,
    "'shop_status_enum'::text",
    "'open'::shop_status_enum_2",
  );
  expect(renameTypesInTexts(before, renames)).toEqual(
    texts(
      "'open'::store_status_enum",
      "ARRAY['open'::store_status_enum]::store_status_enum[]",
      "'x'::sales.even",
      "'shop_status_enum'::text",
      "'open'::shop_status_enum_2",
    ),
  );
  expect(renameTypesInTexts(before, RENAMES)).toBe(before);
});

function schema(name: string, columns: readonly Column[]): Schema {
  return { tables: [{ name, columns }] };
}

function column(name: string, value?: string): Column {
  return { name, type: "text", ...(value !== undefined && { default: value }) };
}

import { expect, test } from "vitest";
import { compareRows } from "../../src/shadow/compare-rows.ts";
import type { TableContent } from "../../src/shadow/content.ts";

const SHOP = makeTable(
  1,
  ["id", "fax"],
  [
    ["1", "a"],
    ["2", "b"],
  ],
);

test.each<[what: string, other: TableContent, places: readonly string[]]>([
  [
    "the same rows, where a column was made in another order",
    makeTable(
      7,
      ["fax", "id"],
      [
        ["b", "2"],
        ["a", "1"],
      ],
    ),
    [],
  ],
  [
    "another value",
    makeTable(
      1,
      ["id", "fax"],
      [
        ["1", "a"],
        ["2", "c"],
      ],
    ),
    ["public.shop.fax b c"],
  ],
  [
    "values that changed places",
    makeTable(
      1,
      ["id", "fax"],
      [
        ["2", "a"],
        ["1", "b"],
      ],
    ),
    ["public.shop.fax a b"],
  ],
  ["fewer rows", makeTable(1, ["id", "fax"], [["1", "a"]]), ["public.shop 2 1"]],
])("rows are compared by name: %s", (_, other, places) => {
  expect(compareRows([SHOP], [other]).map(({ place, values }) => [place, ...values].join(" "))).toEqual(places);
});

function makeTable(oid: number, names: readonly string[], rows: readonly (readonly string[])[]): TableContent {
  const columns = names.map((name, at) => ({ name, number: at + 1, type: "text", typeId: "25:-1" }));
  return { oid, name: "public.shop", columns, keys: [["id"]], rows };
}

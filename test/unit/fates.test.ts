import { expect, test } from "vitest";
import type { TableContent } from "../../src/shadow/content.ts";
import { findColumnFates } from "../../src/shadow/fates.ts";
import { findReturned, listFates } from "../../src/shadow/losses.ts";

/** A table whose columns have numbers of their own: a column that was made again has another one. */
function table(columns: Readonly<Record<string, number>>, rows: TableContent["rows"], oid = 1): TableContent {
  const listed = Object.entries(columns).map(([name, number]) => ({ name, number, type: "text", typeId: "25:-1" }));
  return { oid, name: "public.mall", columns: listed, keys: [["id"]], rows };
}

const BEFORE = table({ id: 1, city: 2, road: 3 }, [
  ["1", "Rome", "Main"],
  ["2", "Oslo", "West"],
  ["3", "", ""],
]);

/** The rows afterwards, and what became of city and road. */
const AFTER: readonly (readonly [what: string, after: TableContent, city: string, road: string])[] = [
  ["the same", table({ id: 1, city: 4, road: 5 }, BEFORE.rows), "kept", "kept"],
  [
    "the values of the other one, but for one that both have",
    table({ id: 1, city: 4, road: 5 }, [
      ["1", "Main", "Rome"],
      ["2", "West", "Oslo"],
      ["3", "", ""],
    ]),
    "renamed to public.mall.road",
    "renamed to public.mall.city",
  ],
  [
    "the same in a table that was made again, with columns in another order",
    table(
      { id: 1, road: 2, city: 3 },
      BEFORE.rows.map(([id = "", city = "", road = ""]) => [id, road, city]),
      2,
    ),
    "kept",
    "kept",
  ],
  [
    "other values in one column",
    table({ id: 1, city: 4, road: 3 }, [
      ["1", "Rom", "Main"],
      ["2", "Oslo", "West"],
      ["3", "", ""],
    ]),
    "kept",
    "kept",
  ],
  [
    "only other values in one column",
    table({ id: 1, city: 4, road: 3 }, [
      ["1", "a", "Main"],
      ["2", "b", "West"],
      ["3", "c", ""],
    ]),
    "gone",
    "kept",
  ],
];

test.each(AFTER)("columns that were dropped and added again have: %s", (_, after, ...wanted) => {
  const fates = listFates(findColumnFates([BEFORE], [after])).slice(1);
  expect(fates.map(({ fate, to }) => (to === undefined ? fate : `${fate} to ${to}`))).toEqual(wanted);
});

test("a downgrade that puts values into another column is told, with the values that are not back", () => {
  const [, swapped] = AFTER[1] ?? [];
  const { misplaced, missing, restored } = findReturned([BEFORE], [swapped!]);
  expect(misplaced.map(({ column, to }) => [column, to])).toEqual([
    ["city", "public.mall.road"],
    ["road", "public.mall.city"],
  ]);
  expect([...restored]).toEqual(["public.mall.id"]);
  const [, changed] = AFTER[3] ?? [];
  expect([...(findReturned([BEFORE], [changed!]).missing.get("public.mall.city") ?? [])]).toEqual(["Rome"]);
  expect(missing.size).toBe(2);
});

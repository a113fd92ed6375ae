import { describe, expect, test } from "vitest";
import { tableLikeness } from "../../src/diff/likeness.ts";
import { possiblePairs } from "../../src/diff/possible-pairs.ts";
import { guessRenames } from "../../src/diff/rename-candidates.ts";
import { indexByName } from "../../src/index-by-name.ts";
import type { Schema, Table } from "../../src/schema/schema.ts";

/** A table from `column:type` and `column->table`. */
function table(name: string, ...columns: readonly string[]): Table {
  const parsed = columns.map((text) => text.split(/:|->/));
  return {
    name,
    columns: parsed.map(([column = "", type = "text"], at) => ({
      name: column,
      type: columns[at]?.includes("->") ? "integer" : type,
    })),
    foreignKeys: columns.flatMap((text) => {
      const [column, target] = text.split("->");
      if (column === undefined || target === undefined) return [];
      return [{ name: `FK_${column}`, columns: [column], references: { table: target, columns: ["id"] } }];
    }),
  };
}

describe("the tables that are compared", () => {
  const shop = table("shop", "id:integer", "name", "code", "opened:date");

  test.each<[what: string, removed: Table, added: Table, renamed: readonly string[], isCompared: boolean]>([
    ["the same columns", shop, { ...shop, name: "store" }, [], true],
    ["one column in four", shop, table("store", "id:integer", "width", "x", "y"), [], false],
    [
      "similar names of one type",
      table("a", "street_name", "city_name"),
      table("b", "streetname", "cityname"),
      [],
      true,
    ],
    [
      "similar names of other types",
      table("a", "street_name", "city_name"),
      table("b", "street:date", "citynames:date"),
      [],
      false,
    ],
    ["the same names of other types", table("a", "size", "code"), table("b", "size:date", "code:date"), [], true],
    ["many more columns", table("a", "size"), table("b", "size", "code", "name"), [], false],
    ["columns that point at a renamed table", table("a", "shop->store"), table("b", "xyz->store"), ["store"], true],
    ["columns that point at any table", table("a", "shop->store"), table("b", "xyz->store"), [], false],
  ])("%s", (_, removed, added, renamed, isCompared) => {
    expect(possiblePairs([added], new Set(renamed))(removed)).toEqual(isCompared ? [added] : []);
  });

  test("all tables that score are among them", () => {
    const words = [
      "id:integer",
      "name",
      "title",
      "names",
      "code",
      "codes:integer",
      "size:date",
      "shop->store",
      "x->mall",
    ];
    const tables = Array.from({ length: 60 }, (_, at) =>
      table(`t${at}`, ...words.filter((__, word) => ((at * 37 + word * 11) % 7) + ((at >> (word % 5)) & 1) > 3)),
    );
    const [removed, added] = [tables.slice(0, 30), tables.slice(30)];
    const scored = new Set<number>();
    for (const renamed of [new Set<string>(), new Set(["store"])]) {
      const like = tableLikeness(indexByName(removed), indexByName(added), renamed);
      const find = possiblePairs(added, renamed);
      for (const from of removed) {
        const scoring = added.filter((to) => like(from, to).score > 0);
        scored.add(scoring.length);
        expect(find(from)).toEqual(expect.arrayContaining(scoring));
      }
    }
    expect(Math.max(...scored)).toBeGreaterThan(0);
  });
});

describe("guesses", () => {
  const schema = (...tables: readonly Table[]): Schema => ({ tables });
  const shop = (name: string, ...columns: readonly string[]) => table(name, "id:integer", "name", ...columns);

  test("each name is used once, the likest first", () => {
    const before = schema(shop("shop", "code"), shop("mall", "code", "size"));
    const after = schema(shop("store", "code"), shop("centre", "code", "size"));
    expect(guessRenames(before, after).map(({ renames: [one] }) => [one?.from, one?.to])).toEqual([
      ["mall", "centre"],
      ["shop", "store"],
    ]);
  });

  test("other candidates and rivals are named", () => {
    const [guess] = guessRenames(schema(shop("a"), shop("b")), schema(shop("c"), shop("d")));
    expect(guess).toMatchObject({
      renames: [{ list: "tables", from: "a", to: "c" }],
      others: [{ to: "d" }],
      rivals: ["b"],
    });
  });

  test.each([
    ["a prefix", ["shop", "mall", "site"], "app_", `each now begins with "app_"`],
    ["two, which are asked one by one", ["shop", "mall"], "app_", undefined],
  ])("many names that change in the same way are one guess: %s", (_, names, prefix, reason) => {
    const tables = (start: string) => names.map((name) => table(`${start}${name}`, `${name}_id`, `${name}_x`, "id"));
    const guesses = guessRenames(schema(...tables("")), schema(...tables(prefix)));
    expect(guesses.map((guess) => guess.reason)).toContainEqual(reason ?? expect.stringContaining("columns"));
    expect(guesses).toHaveLength(reason === undefined ? names.length : 1);
  });

  test.each([
    ["renamed", { renamed: [{ list: "tables" as const, from: "a", to: "d" }] }, ["a=d", "b=c"]],
    ["dropped", { dropped: ["a"] }, ["b=c"]],
  ])("an answer is no guess: %s", (_, answers, found) => {
    const guesses = guessRenames(schema(shop("a"), shop("b")), schema(shop("c"), shop("d")), answers);
    expect(guesses.flatMap(({ renames }) => renames.map(({ from, to }) => `${from}=${to}`))).toEqual(found);
  });
});

import { expect, test } from "vitest";
import { findBrokenDependents } from "../../src/compare/dependents.ts";
import { pairNames } from "../../src/compare/renamed.ts";
import type { Rename } from "../../src/diff/renames.ts";
import type { Unmodelled } from "../../src/read/catalog.ts";
import type { Note } from "../../src/schema/dependencies.ts";
import type { Schema } from "../../src/schema/schema.ts";

const LIVE = schema({ shop: ["id integer", "code text", "floor integer"], other: ["code text"], "a b": ["x text"] });
const MODELS = schema({ shop: ["id integer", "floor bigint"], other: ["code text"] });

test.each<[what: string, one: Unmodelled, expected: readonly Note[]]>([
  [
    "an index on a dropped column",
    left("index", "by_code", "CREATE INDEX by_code ON shop (code)", "shop"),
    [note("index by_code of shop", "lost", ["shop.code"], "CREATE INDEX by_code ON shop (code)", "shop")],
  ],
  [
    "a view of a dropped column and one that gets another type",
    left("view", "seen", "CREATE VIEW seen AS SELECT code, floor FROM shop"),
    [note("view seen", "blocks", ["shop.code", "shop.floor"], "CREATE VIEW seen AS SELECT code, floor FROM shop")],
  ],
  [
    "a view of a dropped table whose name is in quotes",
    left("view", "seen", `CREATE VIEW seen AS SELECT x FROM "a b"`),
    [note("view seen", "blocks", ["a b.x"], `CREATE VIEW seen AS SELECT x FROM "a b"`)],
  ],
  ["an index on a column that gets another type", left("index", "by_floor", "… (floor)", "shop"), []],
  ["a trigger of another table", left("trigger", "t", "… code …", "other"), []],
  ["a view of a table whose name only begins like it", left("view", "v", "SELECT code FROM shops"), []],
  ["what has no definition", { kind: "view", name: "v", why: "" }, []],
])("%s", (_, one, expected) => {
  expect(findBrokenDependents(pairNames(LIVE, []), MODELS, [one])).toEqual(expected);
});

test("names are those of the database, also where the models have others", () => {
  const renames: readonly Rename[] = [
    { list: "tables", from: "shop", to: "store" },
    { list: "columns", table: "shop", from: "floor", to: "storey" },
  ];
  const models = schema({
    store: ["id integer", "code text", "storey bigint"],
    other: ["code text"],
    "a b": ["x text"],
  });
  const view = left("view", "seen", "CREATE VIEW seen AS SELECT floor FROM shop");
  expect(findBrokenDependents(pairNames(LIVE, renames), models, [view])).toEqual([
    note("view seen", "blocks", ["shop.floor"], "CREATE VIEW seen AS SELECT floor FROM shop"),
  ]);
});

function schema(tables: Readonly<Record<string, readonly string[]>>): Schema {
  return {
    tables: Object.entries(tables).map(([name, columns]) => ({
      name,
      columns: columns.map((column) => {
        const [name = "", type = ""] = column.split(" ");
        return { name, type };
      }),
    })),
  };
}

function left(kind: string, name: string, definition: string, table?: string): Unmodelled {
  return { kind, name, why: "", definition, ...(table !== undefined && { table }) };
}

function note(object: string, effect: Note["effect"], uses: readonly string[], create: string, table?: string): Note {
  return { object, ...(table !== undefined && { table }), effect, uses, drop: [], create: [create] };
}

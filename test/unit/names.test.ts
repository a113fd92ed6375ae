import { describe, expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { guessRenames } from "../../src/diff/rename-candidates.ts";
import type { Schema, Table } from "../../src/schema/schema.ts";

const id = { name: "id", type: "integer" };
const table = (name: string, more: Partial<Table> = {}): Table => ({ name, columns: [id], ...more });
const enumType = (name: string) => ({ name, values: ["a"] });
const view = (name: string) => ({ name, expression: "SELECT 1 AS id" });
const index = (name: string) => ({ name, columns: ["id"] });
const serial = { name: "id", type: "serial" };

type Row = readonly [what: string, before: Schema, after: Schema, up: readonly string[], down: readonly string[]];

const ROWS: readonly Row[] = [
  [
    "an enum type becomes a table",
    { enums: [enumType("role")] },
    { tables: [table("role")] },
    ["renameEnum role", "createTable role", "dropEnum remodel_role"],
    ["renameTable role", "createEnum role", "dropTable remodel_role"],
  ],
  [
    "a view becomes a table",
    { views: [view("shop")] },
    { tables: [table("shop")] },
    ["dropView shop", "createTable shop"],
    ["renameTable shop", "createView shop", "dropTable remodel_shop"],
  ],
  [
    "an index gets the name of a removed table, which gets a view's",
    { tables: [table("a"), table("kept")] },
    { tables: [table("kept", { indexes: [index("a")] })] },
    ["renameTable a", "createIndex kept a", "dropTable remodel_a"],
    ["dropIndex kept a", "createTable a"],
  ],
  [
    "a table gets the name of a sequence",
    { tables: [table("a", { columns: [serial] })] },
    { tables: [table("a_id_seq")] },
    ["renameSequence a_id_seq", "createTable a_id_seq", "dropTable a"],
    ["renameTable a_id_seq", "createTable a", "dropTable remodel_a_id_seq"],
  ],
  [
    "a unique constraint becomes a check",
    { tables: [table("a", { uniques: [index("rule")] })] },
    { tables: [table("a", { checks: [{ name: "rule", expression: "id > 0" }] })] },
    ["dropConstraint a rule", "createCheckConstraint a rule"],
    ["dropConstraint a rule", "createUniqueConstraint a rule"],
  ],
  [
    "two constraints swap their names",
    { tables: [table("a", { uniques: [index("x")], checks: [{ name: "y", expression: "id > 0" }] })] },
    { tables: [table("a", { uniques: [index("y")], checks: [{ name: "x", expression: "id > 0" }] })] },
    ["renameConstraint a y", "renameConstraint a x", "renameConstraint a remodel_y"],
    ["renameConstraint a x", "renameConstraint a y", "renameConstraint a remodel_x"],
  ],
  [
    "an index and the index of a constraint swap their names across tables",
    { tables: [table("a", { uniques: [index("x")] }), table("b", { indexes: [index("y")] })] },
    { tables: [table("a", { uniques: [index("y")] }), table("b", { indexes: [index("x")] })] },
    ["renameIndex b y", "renameConstraint a x", "renameIndex b remodel_y"],
    ["renameIndex b x", "renameConstraint a y", "renameIndex b remodel_x"],
  ],
  [
    "the name aside is taken",
    { enums: [enumType("role")], tables: [table("remodel_role")] },
    { tables: [table("remodel_role"), table("role")] },
    ["renameEnum role", "createTable role", "dropEnum remodel_role2"],
    ["renameTable role", "createEnum role", "dropTable remodel_role2"],
  ],
  [
    "names that only change their tables",
    { tables: [table("a", { indexes: [index("x")] }), table("b")] },
    { tables: [table("a"), table("b", { indexes: [index("x")] })] },
    ["dropIndex a x", "createIndex b x"],
    ["dropIndex b x", "createIndex a x"],
  ],
  [
    "an enum type becomes a table, and a table an enum type",
    { enums: [enumType("a")], tables: [table("b"), table("k", { columns: [{ name: "kind", type: "a" }] })] },
    { enums: [enumType("b")], tables: [table("a"), table("k", { columns: [{ name: "kind", type: "b" }] })] },
    ["renameEnum a", "renameTable b", "renameEnum remodel_a"],
    ["renameEnum b", "renameTable a", "renameEnum remodel_b"],
  ],
  [
    "a table gets the name of a view, and another that of an enum type",
    { enums: [enumType("b")], tables: [table("a")] },
    { views: [view("a")], tables: [table("c"), table("b", { columns: [{ name: "code", type: "text" }] })] },
    ["renameEnum b", "renameTable a", "createTable b", "createView a", "dropEnum remodel_b"],
    ["renameTable b", "dropView a", "renameTable c", "createEnum b", "dropTable remodel_b"],
  ],
  [
    "an item of a table that gives up its name too",
    { tables: [table("a", { indexes: [index("x")] }), table("b", { columns: [{ name: "code", type: "text" }] })] },
    { enums: [enumType("a")], tables: [table("x", { columns: [{ name: "code", type: "text" }] })] },
    ["renameIndex a x", "renameTable a", "renameTable b", "createEnum a", "dropTable remodel_a"],
    ["renameEnum a", "renameTable x", "createTable a", "createIndex a x", "dropEnum remodel_a"],
  ],
  [
    "a table goes to a schema where the name of its key is taken",
    { tables: [table("a.shop", { primaryKey: index("k") }), table("b.mall", { primaryKey: index("k") })] },
    { tables: [table("b.shop", { primaryKey: index("l") }), table("b.mall", { primaryKey: index("k") })] },
    ["renameConstraint a.shop k", "moveToSchema a.shop", "renameConstraint b.shop remodel_k"],
    ["moveToSchema b.shop", "renameConstraint a.shop l"],
  ],
  [
    "two tables go to one schema, each with a sequence of the same name aside",
    {
      tables: [
        table("a.shop", { columns: [{ ...serial, sequence: "s" }] }),
        table("b.shop", { columns: [{ ...serial, sequence: "s" }] }),
        table("c.mall", { indexes: [index("s")] }),
      ],
    },
    {
      tables: [
        table("c.shop", { columns: [{ ...serial, sequence: "t" }] }),
        table("c.shop2", { columns: [{ ...serial, sequence: "u" }] }),
        table("c.mall", { indexes: [index("s")] }),
      ],
    },
    [
      "renameSequence a.s",
      "renameSequence b.s",
      "moveToSchema a.shop",
      "renameSequence c.remodel_s",
      "renameTable b.shop",
      "moveToSchema b.shop2",
      "renameSequence c.remodel_s2",
    ],
    ["moveToSchema c.shop", "renameSequence a.t", "moveToSchema c.shop2", "renameTable b.shop2", "renameSequence b.u"],
  ],
  [
    "an enum type of another schema",
    { enums: [enumType("sales.role")] },
    { tables: [table("role")] },
    ["createTable role", "dropEnum sales.role"],
    ["createEnum sales.role", "dropTable role"],
  ],
];

/** Each operation with its table and name. */
function describeDiff(before: Schema, after: Schema): readonly string[] {
  return diff(before, after, { guesses: guessRenames(before, after) }).flatMap(({ operations }) =>
    operations.map(({ name, target }) => [name, target?.table, target?.name].filter(Boolean).join(" ")),
  );
}

describe("names that move between kinds", () => {
  test.each(ROWS)("%s", (_, before, after, up, down) => {
    expect(describeDiff(before, after)).toEqual(up);
    expect(describeDiff(after, before)).toEqual(down);
  });
});

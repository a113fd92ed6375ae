import { expect, test } from "vitest";
import { buildGraph } from "../../src/history/graph.ts";
import { findOverlaps } from "../../src/revision/conflicts.ts";
import { type Operations, record } from "../../src/revision/op.ts";

/** One base, and a head for each list of operations. */
function overlaps(...sides: readonly ((op: Operations) => void)[]) {
  const base = { id: "base1", down: [], message: "", file: "" };
  const heads = sides.map((write, at) => ({ id: `head${at}`, write }));
  const graph = buildGraph([base, ...heads.map(({ id }) => ({ ...base, id, down: ["base1"] }))]);
  const operationsOf = (name: string) => {
    const write = heads.find(({ id }) => id === name)?.write ?? (() => undefined);
    return record(write).map(({ operation }) => operation);
  };
  return findOverlaps(
    graph,
    heads.map(({ id }) => id),
    operationsOf,
  );
}

test("heads that change one table say so, with what each does", () => {
  const found = overlaps(
    (op) => {
      op.addColumn("shop", { name: "area", type: "integer", nullable: true });
      op.createIndex("shop", { name: "IDX_area", columns: ["area"] });
      op.createTable("lease", { columns: [{ name: "id", type: "integer" }] });
    },
    (op) => {
      op.alterColumn("shop", "code", { nullable: true });
      op.commentOnTable("mall", "Malls");
    },
  );
  expect(found).toEqual({
    overlaps: [
      {
        object: "table shop",
        sides: [
          { head: "head0", operations: ["addColumn area", "createIndex IDX_area"] },
          { head: "head1", operations: ["alterColumn code"] },
        ],
      },
    ],
    unknownEffects: [],
  });
});

test.each<[what: string, object: string | undefined, one: (op: Operations) => void, other: (op: Operations) => void]>([
  [
    "a renamed table by its old name",
    "table shop",
    (op) => op.renameTable("shop", "store"),
    (op) => op.dropColumn("shop", "code"),
  ],
  ["a table moved away", "table shop", (op) => op.moveToSchema("shop", "sales"), (op) => op.dropTable("shop")],
  [
    "the table that a foreign key references",
    "table mall",
    (op) => op.createForeignKey("shop", { columns: ["a"], references: { table: "mall", columns: ["id"] } }),
    (op) => op.dropTable("mall"),
  ],
  [
    "one new table on both sides",
    "table tenant",
    (op) => op.createTable("tenant", { columns: [{ name: "id", type: "integer" }] }),
    (op) => op.createTable("tenant", { columns: [{ name: "id", type: "bigint" }] }),
  ],
  [
    "an enum type",
    "enum type status",
    (op) => op.addEnumValue("status", "a"),
    (op) => op.renameEnum("status", "state"),
  ],
  [
    "values of one enum type",
    "enum type status",
    (op) => op.renameEnumValue("status", "shut", "closed"),
    (op) => op.addEnumValue("status", "a"),
  ],
  [
    "values of one name in two enum types",
    undefined,
    (op) => op.renameEnumValue("status", "shut", "closed"),
    (op) => op.renameEnumValue("mood", "shut", "closed"),
  ],
  [
    "a sequence renamed, if it is there",
    "sequence next_seq",
    (op) => op.renameSequence("seq", "next_seq", { ifExists: true }),
    (op) => op.dropSequence("next_seq"),
  ],
  ["a column renamed", "table shop", (op) => op.renameColumn("shop", "a", "b"), (op) => op.dropColumn("shop", "c")],
  ["rows", "table shop", (op) => op.insertRows("shop", [{ id: 1 }]), (op) => op.dropColumn("shop", "id")],
  ["nothing", undefined, (op) => op.dropTable("shop"), (op) => op.dropTable("mall")],
  ["an enum type and a table of one name", undefined, (op) => op.dropEnum("shop"), (op) => op.dropTable("shop")],
])("%s", (_, object, one, other) => {
  expect(overlaps(one, other).overlaps.map((overlap) => overlap.object)).toEqual(object === undefined ? [] : [object]);
});

test("three heads are compared by twos, and steps of one's own are named", () => {
  const drop = (op: Operations) => op.dropTable("shop");
  const { overlaps: found, unknownEffects } = overlaps(drop, (op) => op.sql("DELETE FROM shop"), drop);
  expect(found.map(({ sides }) => sides.map(({ head }) => head))).toEqual([["head0", "head2"]]);
  expect(unknownEffects).toEqual(["head1"]);
});

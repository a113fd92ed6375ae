import { expect, test } from "vitest";
import { applyOperation, NOTHING } from "../../src/kinds/apply.ts";
import * as operations from "../../src/kinds/operations.ts";
import type { Operation } from "../../src/schema/operation.ts";

const { createEnum, createTable, moveEnumToSchema, renameEnum, renameSchema } = operations;

const SHOP = [
  createEnum("sales.state", ["open", "closed"]),
  createTable("sales.shop", {
    columns: [
      { name: "state", type: "sales.state" },
      { name: "states", type: "sales.state[]" },
      { name: "note", type: "text" },
    ],
  }),
];

/** The types and the tables after operations, with the types of the columns. */
function typesAfter(...more: readonly Operation[]) {
  const { enums = [], tables = [] } = [...SHOP, ...more].reduce(applyOperation, NOTHING).schema;
  return {
    enums: enums.map(({ name }) => name),
    tables: tables.map(({ name, columns }) => [name, ...columns.map(({ type }) => type)]),
  };
}

test.each([
  ["renamed", renameEnum("sales.state", "phase"), "sales.phase", "sales.shop"],
  ["moved to another schema", moveEnumToSchema("sales.state", "types"), "types.state", "sales.shop"],
  ["moved to the own schema", moveEnumToSchema("sales.state"), "state", "sales.shop"],
  ["in a schema that is renamed", renameSchema("sales", "trade"), "trade.state", "trade.shop"],
])("columns follow an enum type that is %s", (_, operation, type, table) => {
  expect(typesAfter(operation)).toEqual({ enums: [type], tables: [[table, type, `${type}[]`, "text"]] });
});

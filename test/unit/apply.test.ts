import { expect, test } from "vitest";
import { applyOperation, NOTHING } from "../../src/kinds/apply.ts";
import * as operations from "../../src/kinds/operations.ts";
import type { Operation } from "../../src/schema/operation.ts";

const {
  addEnumValue,
  createEnum,
  createTable,
  moveEnumToSchema,
  renameEnum,
  renameEnumValue,
  renameSchema,
  replaceEnum,
} = operations;

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

test.each([
  ["added last", addEnumValue("sales.state", "sold"), ["open", "closed", "sold"]],
  ["added before another", addEnumValue("sales.state", "new", { before: "open" }), ["new", "open", "closed"]],
  ["added after another", addEnumValue("sales.state", "let", { after: "open" }), ["open", "let", "closed"]],
  ["added though it is there", addEnumValue("sales.state", "open", { commit: true }), ["open", "closed"]],
  ["renamed", renameEnumValue("sales.state", "open", "opened"), ["opened", "closed"]],
  ["replaced", replaceEnum("sales.state", ["shut"], []), ["shut"]],
  ["of another type", addEnumValue("state", "sold"), ["open", "closed"]],
])("a value of an enum type that is %s", (_, operation, values) => {
  const { enums } = [...SHOP, operation].reduce(applyOperation, NOTHING).schema;
  expect(enums).toEqual([{ name: "sales.state", values }]);
});

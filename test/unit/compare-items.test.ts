import { describe, expect, test } from "vitest";
import { compareItems } from "../../src/diff/compare-items.ts";
import { findInTheWay } from "../../src/diff/in-the-way.ts";
import { schemaKinds, tableKinds } from "../../src/kinds/all.ts";
import type { Schema, Table } from "../../src/schema/schema.ts";

const columns = [
  { name: "id", type: "integer" },
  { name: "code", type: "text" },
];
const unique = (name: string, column: string) => ({ name, columns: [column] });

/** The steps as `move operation name`. */
function compare(list: string, before: Partial<Table>, after: Partial<Table>, inTheWay = new Map()) {
  const kind = tableKinds.find((one) => one.list === list);
  if (kind === undefined) throw new Error(`There is no kind ${list}.`);
  const table = { name: "shop", columns };
  const owners = { before: { ...table, ...before }, after: { ...table, ...after } };
  return describeSteps(compareItems({ kind, owners, table: "shop", inTheWay }));
}

function describeSteps(steps: ReturnType<typeof compareItems>): readonly string[] {
  return steps.map(({ move, name = "-", change }) =>
    [move, name, ...change.operations.map((operation) => operation.name)].join(" "),
  );
}

describe("items of a table", () => {
  const [byId, byCode] = [unique("UQ_id", "id"), unique("UQ_code", "code")];

  test.each<[what: string, list: string, before: Partial<Table>, after: Partial<Table>, steps: readonly string[]]>([
    ["added", "uniques", {}, { uniques: [byId] }, ["create UQ_id createUniqueConstraint"]],
    ["kept", "uniques", { uniques: [byId] }, { uniques: [unique("UQ_id", "id")] }, []],
    ["removed", "uniques", { uniques: [byId] }, {}, ["drop UQ_id dropConstraint"]],
    ["removed at the end", "columns", {}, { columns: columns.slice(0, 1) }, ["end code dropColumn"]],
    ["renamed", "uniques", { uniques: [byId] }, { uniques: [unique("UQ_new", "id")] }, ["rename - renameConstraint"]],
    [
      "replaced",
      "uniques",
      { uniques: [byId] },
      { uniques: [unique("UQ_id", "code")] },
      ["create - dropConstraint createUniqueConstraint"],
    ],
    [
      "altered",
      "columns",
      {},
      { columns: [{ name: "id", type: "bigint" }, ...columns.slice(1)] },
      ["create - alterColumn"],
    ],
    [
      "removed and added, for a column is never guessed to be another one",
      "columns",
      {},
      { columns: [{ name: "number", type: "integer", nullable: true }, ...columns.slice(1)] },
      ["create number addColumn", "end id dropColumn"],
    ],
    [
      "one renamed, for two that are alike",
      "uniques",
      { uniques: [byId, unique("UQ_other", "id")] },
      { uniques: [unique("UQ_new", "id")] },
      ["rename - renameConstraint", "drop UQ_other dropConstraint"],
    ],
    [
      "added in the order of the list",
      "uniques",
      {},
      { uniques: [byCode, byId] },
      ["create UQ_code createUniqueConstraint", "create UQ_id createUniqueConstraint"],
    ],
  ])("%s", (_, list, before, after, steps) => expect(compare(list, before, after)).toEqual(steps));

  test("in the way of a change: dropped and created, though they stay the same", () => {
    const inTheWay = new Map([["shop", new Set(["uniques\0UQ_id"])]]);
    const list = { uniques: [byId] };
    expect(compare("uniques", list, list, inTheWay)).toEqual([
      "drop UQ_id dropConstraint",
      "create UQ_id createUniqueConstraint",
    ]);
  });
});

test("views have the place that they have in their list", () => {
  const view = (name: string, expression = "SELECT 1") => ({ name, expression });
  const [before, after]: readonly Schema[] = [
    { views: [view("a"), view("b")] },
    { views: [view("c"), view("b", "SELECT 2")] },
  ];
  const kind = schemaKinds.find(({ list }) => list === "views");
  if (kind === undefined || before === undefined || after === undefined) throw new Error("There are no views.");
  const steps = compareItems({ kind, owners: { before, after }, inTheWay: findInTheWay(before, after) });
  expect(steps.map(({ move, name, place }) => [move, name, place])).toEqual([
    ["create", "c", 0],
    ["drop", "b", 1],
    ["create", "b", 1],
    ["drop", "a", 0],
  ]);
});

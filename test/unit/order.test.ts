import { expect, test } from "vitest";
import { type Step, sortSteps } from "../../src/diff/order.ts";
import { schemaKinds, tableKinds } from "../../src/kinds/all.ts";
import type { Change } from "../../src/schema/operation.ts";

interface More {
  readonly table?: string;
  readonly place?: number;
  readonly change?: Partial<Change>;
}

function step(move: Step["move"], list: string, { change, ...more }: More = {}): Step {
  const kind = [...schemaKinds, ...tableKinds].find((one) => one.list === list);
  if (kind === undefined) throw new Error(`There is no kind ${list}.`);
  return { move, kind, change: { operations: [], ...change }, ...more };
}

/** All phases, and the steps of a phase, in the order in which they have to come out. */
const IN_ORDER: readonly Step[] = [
  step("create", "extensions"),
  step("create", "schemas"),
  step("rename", "tables"),
  step("rename", "columns", { table: "a" }),
  step("rename", "columns", { table: "b" }),
  step("rename", "enums"),
  step("drop", "views", { place: 1 }),
  step("drop", "views", { place: 0 }),
  step("drop", "foreignKeys", { table: "b" }),
  step("drop", "uniques", { table: "a" }),
  step("drop", "primaryKey", { table: "a" }),
  step("drop", "primaryKey", { table: "b" }),
  step("drop", "columns", { table: "a", place: 1 }),
  step("drop", "columns", { table: "a" }),
  step("drop", "tables", { table: "c" }),
  step("rename", "uniques", { table: "a" }),
  step("rename", "indexes", { table: "a" }),
  step("rename", "uniques", { table: "b" }),
  step("create", "enums"),
  step("create", "sequences"),
  step("create", "tables", { table: "a" }),
  step("create", "columns", { table: "a", change: { beforeOtherColumns: true } }),
  step("create", "columns", { table: "a" }),
  step("create", "columns", { table: "a", change: { createAfter: "columns" } }),
  step("create", "primaryKey", { table: "a" }),
  step("create", "indexes", { table: "a" }),
  step("create", "columns", { table: "a", change: { createAfter: "constraints" } }),
  step("create", "tables", { table: "b" }),
  step("create", "foreignKeys", { table: "a" }),
  step("create", "foreignKeys", { table: "b" }),
  step("create", "views", { place: 0 }),
  step("create", "views", { place: 1 }),
  step("end", "columns", { table: "a" }),
  step("end", "indexes", { table: "b" }),
  step("end", "tables", { table: "a" }),
  step("end", "sequences"),
  step("end", "enums"),
];

test.each([
  ["in order", IN_ORDER],
  ["reversed", IN_ORDER.toReversed()],
  ["every other one first", IN_ORDER.toSorted((a, b) => (IN_ORDER.indexOf(a) % 2) - (IN_ORDER.indexOf(b) % 2))],
])("steps that come %s are sorted by phase, and inside it", (_, steps) => {
  expect(sortSteps(steps).map((one) => IN_ORDER.indexOf(one))).toEqual(IN_ORDER.map((__, at) => at));
});

test("steps of the same place keep their order", () => {
  const steps = [step("end", "tables", { table: "b" }), step("end", "tables", { table: "a" })];
  expect(sortSteps(steps)).toEqual(steps);
});

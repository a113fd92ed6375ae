import { expect, test } from "vitest";
import {
  buildCheckClasses,
  CHECK_STATES,
  countCheckStates,
  judgeDifference,
  type TenantDifference,
} from "../../src/fleet/check-classes.ts";
import { describeDifferenceBriefly } from "../../src/fleet/drift-text.ts";
import { addColumn } from "../../src/kinds/operations.ts";

const CHANGES = [{ operations: [addColumn("shop", { name: "fax", type: "text" })] }];
const EQUAL: TenantDifference = { changes: [], diff: "" };
const DIFFERENT: TenantDifference = { changes: CHANGES, diff: "+ fax" };
const DRIFTED: TenantDifference = { ...EQUAL, drift: { revision: "a", changes: CHANGES, diff: "+ fax" } };
const BOTH: TenantDifference = { ...DRIFTED, ...DIFFERENT };
const EDITED = { state: "edited", reason: "a was edited" } as const;

test.each<[what: string, difference: TenantDifference, there: object, edited: object]>([
  ["equal", EQUAL, { state: "there" }, { state: "edited", reason: "a was edited" }],
  [
    "other models",
    DIFFERENT,
    { state: "different", reason: "the models add column shop.fax", difference: DIFFERENT },
    { state: "different", reason: "the models add column shop.fax; a was edited", difference: DIFFERENT },
  ],
  [
    "drift",
    DRIFTED,
    { state: "drifted", reason: "shop has a column fax", difference: DRIFTED },
    { state: "drifted", reason: "shop has a column fax; a was edited", difference: DRIFTED },
  ],
  [
    "both",
    BOTH,
    { state: "drifted", reason: "shop has a column fax", difference: BOTH },
    { state: "drifted", reason: "shop has a column fax; a was edited", difference: BOTH },
  ],
])("a tenant that has every revision, compared: %s", (_, difference, there, edited) => {
  const judge = (status: typeof EDITED | { readonly state: "there" }) =>
    judgeDifference({ ...status, current: ["a"], fingerprint: "old" }, "now", difference, describeDifferenceBriefly);
  expect(judge({ state: "there" })).toEqual({ current: ["a"], fingerprint: "now", ...there });
  expect(judge(EDITED)).toEqual({ current: ["a"], fingerprint: "now", ...edited });
});

test("classes are in the order of the states, the largest first, and hold what is alike", () => {
  const base = { current: ["a"], fingerprint: "f" };
  const named = [...CHECK_STATES].reverse().map((state) => [state, { ...base, state }] as const);
  const again = { ...base, state: "different", difference: DIFFERENT } as const;
  // Equal differences of two comparisons are one class, and one of another diff is not.
  const more = [
    ["x", again],
    ["y", { ...again, difference: { ...DIFFERENT } }],
    ["z", { ...again, difference: { ...DIFFERENT, diff: "+ tel" } }],
  ] as const;
  const classes = buildCheckClasses([...named, ...more]);
  expect(classes.map(({ state, count, tenants }) => [state, count, tenants])).toEqual([
    ...CHECK_STATES.slice(0, -1).map((state) => [state, 1, [state]]),
    ["different", 2, ["x", "y"]],
    ["different", 1, ["different"]],
    ["different", 1, ["z"]],
  ]);
  expect(countCheckStates(classes)).toEqual({
    ...Object.fromEntries(CHECK_STATES.map((state) => [state, 1])),
    different: 4,
  });
});

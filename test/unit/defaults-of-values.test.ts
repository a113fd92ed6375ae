import { expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import type { Schema } from "../../src/schema/schema.ts";

/** A schema with one column of an enum type. */
function shopWith(values: readonly string[], value: string | undefined, type = "state"): Schema {
  const state = { name: "state", type, ...(value !== undefined && { default: value }) };
  return { enums: [{ name: "state", values }], tables: [{ name: "shop", columns: [state] }] };
}

test.each<readonly [what: string, before: Schema, after: Schema, operations: readonly string[]]>([
  [
    "the default follows a renamed value, however it is spelled",
    shopWith(["open", "it's shut"], "'it''s shut'::state"),
    shopWith(["open", "closed"], "'closed'"),
    ["renameEnumValue"],
  ],
  [
    "a default of another value",
    shopWith(["open", "shut"], "'open'::state"),
    shopWith(["open", "closed"], "'closed'"),
    ["renameEnumValue", "alterColumn"],
  ],
  [
    "a default that goes",
    shopWith(["open", "shut"], "'shut'::state"),
    shopWith(["open", "closed"], undefined),
    ["renameEnumValue", "alterColumn"],
  ],
  [
    "a default that comes",
    shopWith(["open", "shut"], undefined),
    shopWith(["open", "closed"], "'closed'"),
    ["renameEnumValue", "alterColumn"],
  ],
  [
    "a type that is replaced gives the default",
    shopWith(["open", "shut", "old"], "'shut'::state"),
    shopWith(["open", "closed"], "'closed'"),
    ["replaceEnum"],
  ],
  [
    "a column of another type",
    shopWith(["open", "shut"], "'shut'::text", "text"),
    shopWith(["open", "closed"], "'closed'", "text"),
    ["renameEnumValue", "alterColumn"],
  ],
])("%s", (_, before, after, operations) => {
  const changes = diff(before, after).flatMap((change) => change.operations.map(({ name }) => name));
  expect(changes).toEqual(operations);
});

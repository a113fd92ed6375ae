import { describe, expect, test } from "vitest";
import type { ColumnChanges } from "../../src/kinds/column-operations.ts";
import * as op from "../../src/kinds/operations.ts";
import { findNeed } from "../../src/questions/values-needed.ts";
import type { Column } from "../../src/schema/schema.ts";

const add = (column: Column) => op.addColumn("shop", column);
const required = op.alterColumn("shop", "floor", { nullable: false });
const retype = (changes: ColumnChanges) => op.alterColumn("shop", "code", changes);
const floor: Column = { name: "floor", type: "integer", nullable: true };

describe("what only a person can write", () => {
  test.each([
    ["a value for the rows", [add(floor), required], "shop.floor needs a value"],
    ["an expression", [retype({ type: "uuid", using: "…" })], "shop.code needs an expression for `using`."],
    [
      "an expression behind other lines",
      [retype({ default: null }), retype({ using: "…" })],
      "shop.code needs an expr",
    ],
    ["a value of a second column", [op.setValues("shop", { set: { remodel_code: "…" } })], "The … in op.setValues"],
    ["something else, without lines", [], "Edit the file by hand"],
  ])("is %s", (_, calls, text) => expect(findNeed(calls)?.text).toContain(text));

  test.each([
    ["a default", [add({ ...floor, default: "0" }), required]],
    ["values from a statement between the lines", [add(floor), op.sql("UPDATE …"), required]],
    ["a text with three dots", [op.sql("UPDATE shop SET label = 'Loading…'")]],
    ["an expression", [retype({ type: "uuid", using: "gen_random_uuid()" })]],
    ["a cast of PostgreSQL", [retype({ type: "bigint" })]],
    ["a rename", [op.renameColumn("shop", "code", "label")]],
  ])("is nothing where there is %s", (_, calls) => expect(findNeed(calls)).toBeUndefined());
});

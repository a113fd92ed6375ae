import { describe, expect, test } from "vitest";
import { needOf } from "../../src/questions/values-needed.ts";

const add = (column: object) => ({ name: "addColumn", args: ["shop", column] });
const required = { name: "alterColumn", args: ["shop", "floor", { nullable: false }] };
const retype = (changes: object) => ({ name: "alterColumn", args: ["shop", "code", changes] });
const floor = { name: "floor", type: "integer", nullable: true };

describe("what only a person can write", () => {
  test.each([
    ["a value for the rows", [add(floor), required], "shop.floor needs a value"],
    ["an expression", [retype({ type: "uuid", using: "…" })], "shop.code needs an expression for `using`."],
    [
      "an expression behind other lines",
      [retype({ default: null }), retype({ using: "…" })],
      "shop.code needs an expr",
    ],
    ["something else, without lines", [], "Edit the file by hand"],
  ])("is %s", (_, calls, text) => expect(needOf("What now?", calls)?.text).toContain(text));

  test.each([
    ["a default", [add({ ...floor, default: "0" }), required]],
    ["values from a statement between the lines", [add(floor), { name: "sql", args: ["UPDATE …"] }, required]],
    ["an expression", [retype({ type: "uuid", using: "gen_random_uuid()" })]],
    ["a cast of PostgreSQL", [retype({ type: "bigint" })]],
    ["a rename", [{ name: "renameColumn", args: ["shop", "code", "label"] }]],
  ])("is nothing where there is %s", (_, calls) => expect(needOf("What now?", calls)).toBeUndefined());

  test("is a type that is not there, whatever stands below", () =>
    expect(needOf("PostgreSQL knows no type mood, which …", [add(floor)])?.text).toContain("Create the type"));
});

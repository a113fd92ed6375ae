import { describe, expect, test } from "vitest";
import { listOf, optionalText, readRows, requiredFlag, requiredText, textList } from "../../src/result-rows.ts";

const COLUMNS = {
  name: requiredText,
  comment: optionalText,
  isValid: requiredFlag,
  columns: textList,
  indexes: listOf<{ readonly name: string }>(),
};

test("a row becomes an object", () => {
  expect(readRows(COLUMNS, [["shop", "a shop", "t", '["id"]', '[{"name":"IDX_a"}]']])).toEqual([
    { name: "shop", comment: "a shop", isValid: true, columns: ["id"], indexes: [{ name: "IDX_a" }] },
  ]);
});

test("NULL is no text, and an empty list", () => {
  expect(readRows(COLUMNS, [["", null, "f", null, null]])).toEqual([
    { name: "", comment: undefined, isValid: false, columns: [], indexes: [] },
  ]);
});

describe("a row that the query cannot mean is refused", () => {
  test.each<[what: string, row: readonly (string | null)[], message: string]>([
    ["NULL for a text", [null, null, "t", null, null], "The column name of a query is NULL."],
    ["NULL for a boolean", ["a", null, null, null, null], "The column isValid of a query is null, not a boolean."],
    ["a text for a boolean", ["a", null, "true", null, null], "The column isValid of a query is true, not a boolean."],
    [
      "a list with NULL",
      ["a", null, "t", "[null]", null],
      "The column columns of a query is [null], not a list of texts.",
    ],
    [
      "a value too few",
      ["a", null, "t", null],
      "A query returns 4 columns, not 5: name, comment, isValid, columns, indexes.",
    ],
    [
      "a value too many",
      ["a", null, "t", null, null, null],
      "A query returns 6 columns, not 5: name, comment, isValid, columns, indexes.",
    ],
  ])("%s", (_, row, message) => expect(() => readRows(COLUMNS, [row])).toThrow(new Error(message)));
});

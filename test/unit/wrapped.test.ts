import { expect, test } from "vitest";
import { wrapText } from "../../src/words.ts";

const CALL = `  op.createForeignKey("lease", { name: "FK_lease_shop", columns: ["shop_id"], references: { table: "shop" } });`;

test.each([20, 40, 77])("lines of a question keep their indentation and their width, %i columns", (width) => {
  for (const text of [CALL, `      ${CALL}`, `  ${"x".repeat(100)}`, CALL.trim()]) {
    const lines = wrapText(text, width);
    const indent = /^ */.exec(text)?.[0] ?? "";
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line.startsWith(indent) && line[indent.length] !== " ").toBe(true);
    }
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  }
});

test("a line that fits, and an empty one, stay as they are", () => {
  for (const text of ["", "  a  b", "a"]) expect(wrapText(text, 40)).toEqual([text]);
});

test.each([1, 0, -3])("a terminal without room has one character in each line, %i columns", (width) => {
  expect(wrapText("  ab c", width)).toEqual(["a", "b", "c"]);
});

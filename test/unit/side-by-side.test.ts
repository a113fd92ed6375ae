import { expect, test } from "vitest";
import { printSideBySide } from "../../src/review/side-by-side.ts";

const NAMES = ["database", "models"] as const;
const show = (before: readonly string[], after: readonly string[], width = 43) =>
  printSideBySide(`${before.join("\n")}\n`, `${after.join("\n")}\n`, NAMES, width).split("\n");

const RULE = "─".repeat(43);

test("lines stand beside each other, and a mark says which differ", () => {
  expect(
    show(["table", "  a text", "  b text", "  c text", "end"], ["table", "  a text", "  b integer", "end"]),
  ).toEqual([
    "database               models",
    RULE,
    "table                  table",
    "  a text                 a text",
    "  b text             |   b integer",
    "  c text             <",
    "end                    end",
    "",
  ]);
  expect(show(["a", "c"], ["a", "b", "c"])).toEqual([
    "database               models",
    RULE,
    "a                      a",
    "                     > b",
    "c                      c",
    "",
  ]);
});

test("a long line is cut, and no terminal is too narrow", () => {
  const [, , line] = show(["x".repeat(30)], ["y".repeat(30)]);
  expect(line).toBe(`${"x".repeat(19)}… | ${"y".repeat(19)}…`);
  const [, , narrow] = show(["x".repeat(30)], ["y".repeat(30)], 5);
  expect(narrow).toBe(`${"x".repeat(17)}… | ${"y".repeat(17)}…`);
});

test("equal lines far from a difference are left out, and equal texts are nothing", () => {
  const many = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  expect(show(many, [...many, "more"]).filter((line) => line.startsWith("line"))).toHaveLength(3);
  expect(show(many, many)).toEqual([""]);
});

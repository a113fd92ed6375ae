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

test("a long line goes on below, so that what differs is seen, and no terminal is too narrow", () => {
  const column = "  title varchar DEFAULT 'a long text'";
  expect(show([`${column} NOT NULL`], [column]).slice(2)).toEqual([
    "  title varchar      |   title varchar",
    "      DEFAULT 'a     |       DEFAULT 'a",
    "      long text' NOT |       long text'",
    "      NULL           |",
    "",
  ]);
  const [, , narrow] = show(["x".repeat(30)], [], 5);
  expect(narrow).toBe(`${"x".repeat(14)}     <`);
});

test("lines are next to those that they are most like, not next to what happens to be new", () => {
  expect(
    show(["  KEY a1 (id)", "  UNIQUE b1 (slug)"], ["  phone text", "  KEY a2 (id)", "  UNIQUE b2 (slug)"]).slice(2),
  ).toEqual([
    "                     >   phone text",
    "  KEY a1 (id)        |   KEY a2 (id)",
    "  UNIQUE b1 (slug)   |   UNIQUE b2 (slug)",
    "",
  ]);
  expect(show(["  a text"], ["  b integer"]).slice(2)).toEqual([
    "  a text             <",
    "                     >   b integer",
    "",
  ]);
});

test("equal lines far from a difference are left out, and equal texts are nothing", () => {
  const many = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  expect(show(many, [...many, "more"]).filter((line) => line.startsWith("line"))).toHaveLength(3);
  expect(show(many, many)).toEqual([""]);
});

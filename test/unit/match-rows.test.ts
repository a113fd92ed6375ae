import { expect, test } from "vitest";
import type { TableContent } from "../../src/shadow/content.ts";
import { matchRows } from "../../src/shadow/match-rows.ts";

const PAIRS = [
  { from: "on", to: "on" },
  { from: "off", to: "off" },
];

test.each<[what: string, before: string, after: string, matched: string]>([
  ["rows that are there twice", "tf tf ft", "ft tf tf", "tf→tf tf→tf ft→ft"],
  ["rows whose values changed, in their order", "tf tf ft", "tf tt tt", "tf→tf tf→tt ft→tt"],
  ["no other row for a row that is gone", "tf tf ft", "tf ft", "tf→tf tf→? ft→ft"],
  ["nothing in an empty table", "tf tf", "", "tf→? tf→?"],
])("without a key it finds %s", (_, before, after, matched) => {
  const found = matchRows(table(before), table(after), PAIRS);
  expect(found.map(([row, other]) => `${row.join("")}→${other?.join("") ?? "?"}`).join(" ")).toBe(matched);
});

function table(rows: string): TableContent {
  const columns = ["on", "off"].map((name, at) => ({ name, number: at + 1, type: "boolean", typeId: "16:-1" }));
  const list = rows.split(" ").filter((row) => row !== "");
  return { oid: 1, name: "public.tick", columns, keys: [], rows: list.map((row) => row.split("")) };
}

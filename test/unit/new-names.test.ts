import { expect, test } from "vitest";
import { renameColumn } from "../../src/kinds/operations.ts";
import { followRenames, indexNewNames, listNewNames } from "../../src/revision/calls.ts";

const COLUMN = { kind: "column", owner: "shop", name: "code" } as const;

test.each([
  [
    "one after the other",
    [
      ["code", "old"],
      ["old", "older"],
    ],
    "older",
  ],
  [
    "a second column that has had the name",
    [
      ["code", "old"],
      ["code", "new"],
    ],
    "old",
  ],
  [
    "a way back",
    [
      ["code", "old"],
      ["old", "code"],
    ],
    "code",
  ],
  ["of another column", [["name", "title"]], "code"],
] as const)("a column follows the renames: %s", (_, renames, name) => {
  const calls = renames.map(([from, to]) => renameColumn("shop", from, to));
  expect(followRenames(COLUMN, indexNewNames(listNewNames(calls)))).toEqual({ ...COLUMN, name });
});

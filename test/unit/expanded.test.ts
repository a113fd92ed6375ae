import { describe, expect, test } from "vitest";
import { foreseeTexts } from "../../src/compare/expanded.ts";
import { pairNames } from "../../src/compare/renamed.ts";
import type { Dependencies } from "../../src/schema/dependencies.ts";
import type { Schema } from "../../src/schema/schema.ts";

const table = (name: string, ...columns: readonly string[]) => ({
  name,
  columns: columns.map((column) => ({ name: column, type: "text" })),
});
const LIVE: Schema = {
  tables: [
    table("app.gains", "a"),
    table("gains", "a"),
    table("loses", "a", "b"),
    table("other", "a"),
    table("swaps", "a", "b"),
  ],
};
const MODELS: Schema = {
  tables: [
    table("app.gains", "a"),
    table("gains", "a", "b"),
    table("loses", "a"),
    table("new", "a"),
    table("other", "a"),
    table("swaps", "a", "b"),
  ],
};
const SWAP = [
  { list: "columns" as const, table: "swaps", from: "a", to: "b" },
  { list: "columns" as const, table: "swaps", from: "b", to: "a" },
];
const gains = { drop: "", create: [], uses: [{ relation: "gains" }] };
const DEPENDENCIES: Dependencies = {
  dependents: [
    { kind: "function", name: "app.list(integer)", ...gains },
    { kind: "view", name: "count", ...gains },
    { kind: "function", name: "count(text)", ...gains, uses: [{ relation: "gains", column: "a" }] },
    {
      kind: "function",
      name: "groups()",
      ...gains,
      uses: [
        { relation: "gains", column: "a" },
        { relation: "gains", key: "PK_gains" },
      ],
    },
  ],
  uses: new Map(),
  facts: new Map(),
};
const { isExpandedAnew, mayBecomeReadable } = foreseeTexts(pairNames(LIVE, SWAP), MODELS, DEPENDENCIES);

describe("a star over a table whose list of columns changes", () => {
  test.each([
    ["gains one", "SELECT * FROM gains", true],
    ["loses one", "SELECT l.* FROM other, loses l", true],
    ["swaps two", "TABLE swaps", true],
    ["is new", "SELECT * FROM new", true],
    ["stays the same", "SELECT o.* FROM other o, gains", false],
    ["has its name in another schema", "SELECT app.gains.* FROM app.gains, gains", false],
    ["is the result of a function", "SELECT * FROM app.list(1)", true],
    ["is used by a function", "SELECT * FROM count('') c", false],
    ["is grouped by its key in a function", "SELECT * FROM groups()", false],
  ])("that %s", (_, sql, found) => expect(isExpandedAnew(sql)).toBe(found));
});

test.each([
  ["a table that changes", "SELECT b FROM gains", true],
  ["a new table", "SELECT a FROM new", true],
  ["a view that changes", "SELECT b FROM view", true],
  ["nothing that changes", "SELECT b FROM other", false],
])("a text that cannot be read, over %s", (_, sql, may) =>
  expect(mayBecomeReadable(sql, [{ name: "view" }])).toBe(may),
);

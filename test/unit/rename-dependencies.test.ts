import { expect, test } from "vitest";
import { renameDependencies } from "../../src/diff/rename-dependencies.ts";
import type { Rename } from "../../src/diff/renames.ts";
import { keyOfItem } from "../../src/kinds/item-keys.ts";
import type { Dependencies, Dependent } from "../../src/schema/dependencies.ts";

const view: Dependent = {
  kind: "view",
  name: "report",
  uses: [{ relation: "shop", column: "code" }, { type: "state" }, { function: "f(integer)" }],
  drop: "DROP VIEW report",
  create: ["CREATE VIEW report AS SELECT code FROM shop"],
};
const trigger: Dependent = {
  kind: "trigger",
  name: "touch",
  table: "shop",
  uses: [],
  drop: "DROP",
  create: ["CREATE"],
};
const dependencies: Dependencies = {
  dependents: [view, trigger],
  uses: new Map([[keyOfItem("columns", "code", "shop"), [{ relation: "shop", column: "name" }]]]),
  facts: new Map([[keyOfItem("enums", "state"), { facts: [] }]]),
};

test("names of dependencies follow renames, and statements with old names are marked", () => {
  const renames: readonly Rename[] = [
    { list: "tables", from: "shop", to: "store" },
    { list: "columns", table: "shop", from: "code", to: "no" },
    { list: "enums", from: "state", to: "status" },
  ];
  expect(renameDependencies(dependencies, renames)).toEqual({
    dependents: [
      {
        ...view,
        uses: [{ relation: "store", column: "no" }, { type: "status" }, { function: "f(integer)" }],
        hasOldNames: true,
      },
      { ...trigger, table: "store", hasOldNames: true },
    ],
    uses: new Map([[keyOfItem("columns", "no", "store"), [{ relation: "store", column: "name" }]]]),
    facts: new Map([[keyOfItem("enums", "status"), { facts: [] }]]),
  });
});

test("what has no other name is not marked", () => {
  const renames: readonly Rename[] = [{ list: "columns", table: "shop", from: "floor", to: "level" }];
  expect(renameDependencies(dependencies, renames).dependents).toEqual(dependencies.dependents);
});

import { expect, test } from "vitest";
import { selectComparable } from "../../src/compare/ownership.ts";
import type { Catalog } from "../../src/read/catalog.ts";

const NAMES = ["declared", "empty", "routines", "excluded", "viewed", "partitioned", "typed", "emptied"];
const columns = [{ name: "id", type: "integer" }];
const CATALOG: Catalog = {
  schema: {
    schemas: NAMES.map((name) => ({ name })),
    tables: [
      { name: "partitioned.log", columns },
      { name: "emptied.old", columns },
    ],
    views: [{ name: "viewed.totals", expression: "SELECT 1" }],
    enums: [{ name: "typed.state", values: ["new"] }],
  },
  unmodelled: [
    { kind: "schema", name: "routines", why: "it has objects that no model declares" },
    { kind: "schema", name: "declared", why: "it has objects that no model declares" },
    { kind: "trigger", table: "emptied.old", name: "touch", why: "models cannot declare triggers" },
  ],
  present: ["partitioned.log", "emptied.old", "viewed.totals", "excluded.cache"],
  partitioned: ["partitioned.log"],
  handMade: [],
};

test("a schema that no model names is compared, and so dropped, only if nothing stays in it", () => {
  const { live, unmodelled } = selectComparable(CATALOG, { schemas: [{ name: "declared" }] });
  expect(live.schemas?.map(({ name }) => name)).toEqual(["declared", "empty", "emptied"]);
  const left = unmodelled.filter(({ kind }) => kind === "schema").map(({ name }) => name);
  expect(left).toEqual(["routines", "excluded", "viewed", "partitioned", "typed"]);
});

import { expect, test } from "vitest";
import { boundFinder } from "../../src/diff/bound-columns.ts";
import type { Fate } from "../../src/diff/fate.ts";
import type { Dependent } from "../../src/schema/dependencies.ts";
import type { Schema } from "../../src/schema/schema.ts";

/** `shop` has its check from `base`, which no model declares. */
const SHOP: Dependent = {
  kind: "table",
  name: "shop",
  uses: [{ relation: "base" }],
  drop: "ALTER TABLE shop NO INHERIT base",
  create: ["ALTER TABLE shop INHERIT base"],
  bound: { columns: ["a"], notNull: [], checks: ["CHK_a"] },
};

function schema(...expressions: readonly string[]): Schema {
  const checks = expressions.map((expression) => ({ name: "CHK_a", expression }));
  return { tables: [{ name: "shop", columns: [{ name: "a", type: "integer" }], checks }] };
}

const [LIVE, MODELS] = [schema("(a > 0)"), schema('"a" > 0')];
const CHECK = "key CHK_a of shop";

test.each<[what: string, before: Schema, after: Schema, isBack: boolean, fates: [string, Fate][], keys: string[]]>([
  ["a check in another spelling that no step changes is left out", LIVE, MODELS, false, [], []],
  ["a check that goes", LIVE, schema(), false, [[CHECK, "gone"]], ["CHK_a"]],
  ["a check that has another name afterwards", LIVE, schema(), false, [], ["CHK_a"]],
  ["a check that is dropped and created", LIVE, MODELS, false, [[CHECK, "replaced"]], ["CHK_a"]],
  ["the same on the way back", MODELS, MODELS, true, [[CHECK, "replaced"]], ["CHK_a"]],
  ["a check that changed is no longer from there on the way back", MODELS, LIVE, true, [[CHECK, "replaced"]], []],
  ["a check that only the other side has", schema(), MODELS, false, [[CHECK, "created"]], []],
])("what a table inherits: %s", (_, before, after, isBack, fates, keys) => {
  const found = boundFinder({ before, after, isBack })(SHOP, new Map(fates));
  expect(found).toEqual(keys.map((key) => ({ relation: "shop", key })));
});

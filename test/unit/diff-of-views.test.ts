import { describe, expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { applySpelling, spellingKey } from "../../src/diff/equivalents.ts";
import { inCreationOrder } from "../../src/kinds/view-references.ts";
import { views } from "../../src/kinds/views.ts";
import type { Column, Schema, View } from "../../src/schema/schema.ts";

/** What random schemas found, made small: each once failed on a server. */
describe("views lean on each other by their names as a whole", () => {
  test.each<[what: string, chain: readonly (readonly [name: string, from: string])[]]>([
    [
      "a name inside a longer one",
      [
        ["shop_report", "shop"],
        ["the_shop", "shop_report"],
        ["report", "the_shop"],
      ],
    ],
    [
      "one name in two schemas",
      [
        ["report", "shop"],
        ["shop_view", "report"],
        ["sales.report", "shop_view"],
      ],
    ],
    [
      "the other schema first",
      [
        ["sales.report", "shop"],
        ["report", `"sales"."report"`],
      ],
    ],
    [
      "a name with a quote",
      [
        [`"say ""hi"""`, "shop"],
        ["b", `"say ""hi"""`],
        ["a", "b"],
      ],
    ],
    [
      "capitals, as PostgreSQL folds them",
      [
        ["shop_view", "shop"],
        ["a", "Shop_View"],
      ],
    ],
  ])("%s", (_, chain) => {
    const made = chain.map(([name, from]) => ({ name, expression: `SELECT 1 FROM ${from}` }));
    expect(inCreationOrder(made.toReversed()).map(({ name }) => name)).toEqual(chain.map(([name]) => name));
  });

  test("a column that is called like a view is no harm", () => {
    const made = [view("a", "SELECT t.b FROM shop t"), view("b", "SELECT 1 FROM c"), view("c", "SELECT a FROM shop")];
    expect(inCreationOrder(made).map(({ name }) => name)).toEqual(["a", "c", "b"]);
  });

  test("what a model says a view needs comes first, but not before what its own query reads", () => {
    const made = [view("a", "SELECT list_b()"), view("b", "SELECT 1 FROM c"), view("c", "SELECT 1 FROM shop")];
    const order = (said: Record<string, string[]>) =>
      inCreationOrder(made, new Map(Object.entries(said))).map(({ name }) => name);
    expect(order({ a: ["b", "nothing"], b: ["b"] })).toEqual(["c", "b", "a"]);
    expect(order({ c: ["b"] })).toEqual(["a", "c", "b"]);
  });
});

describe("a view is dropped and made again around what PostgreSQL refuses under it", () => {
  test("another collation", () => {
    const said = calls(shop({ type: "text" }), shop({ type: "text", collation: "C" }));
    expect(said).toEqual(["dropView", "alterColumn", "createView"]);
  });

  test("an enum type that is made anew", () => {
    const state = (values: readonly string[]) => shop({ type: "state" }, values);
    expect(calls(state(["open", "shut"]), state(["shut", "open"]))).toEqual(["dropView", "replaceEnum", "createView"]);
  });
});

test("a value of an enum type that a view uses is added outside the transaction", () => {
  const before: Schema = { ...shop({ type: "state" }, ["open"]), views: [] };
  const after = {
    ...shop({ type: "state" }, ["open", "new"]),
    views: [view("v", "SELECT 1 FROM shop WHERE v = 'new'")],
  };
  expect(diff(before, after)[0]?.operations[0]?.args[2]).toMatchObject({ commit: true });
});

test("the predicate of an index of a materialized view is respelt like any other", () => {
  const indexes = (where: string) => [{ name: "IDX", columns: ["v"], where }];
  const report: View = { name: "report", expression: "SELECT v", materialized: true, indexes: indexes("v > 0") };
  const { key } = views.expressions!(report).find(({ text }) => text === "v > 0")!;
  const spelling = new Map([[spellingKey("", "views", "report", key, "v > 0"), "(v > 0)"]]);
  expect(applySpelling({ views: [report] }, spelling).views![0]!.indexes).toEqual(indexes("(v > 0)"));
});

function view(name: string, expression: string): View {
  return { name, expression };
}

function shop(column: Omit<Column, "name">, values?: readonly string[]): Schema {
  return {
    ...(values && { enums: [{ name: "state", values }] }),
    tables: [{ name: "shop", columns: [{ name: "v", ...column }] }],
    views: [view("shop_view", "SELECT v FROM shop")],
  };
}

function calls(before: Schema, after: Schema): readonly string[] {
  return diff(before, after).flatMap(({ operations }) => operations.map(({ name }) => name));
}

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
    expect(inCreationOrder(made.toReversed(), []).map(({ name }) => name)).toEqual(chain.map(([name]) => name));
  });

  test("a column that is called like a view is no harm", () => {
    const made = [view("a", "SELECT t.b FROM shop t"), view("b", "SELECT 1 FROM c"), view("c", "SELECT a FROM shop")];
    expect(inCreationOrder(made, []).map(({ name }) => name)).toEqual(["a", "c", "b"]);
  });

  test("a table of another schema with the name of a view is not that view", () => {
    const made = [view("a", "SELECT 1 FROM b"), view("b", "SELECT 1 FROM sales.a")];
    expect(inCreationOrder(made, [{ name: "sales.a" }]).map(({ name }) => name)).toEqual(["b", "a"]);
  });

  test("what a model says a view needs comes first, but not before what its own query reads", () => {
    const made = [view("a", "SELECT list_b()"), view("b", "SELECT 1 FROM c"), view("c", "SELECT 1 FROM shop")];
    const order = (said: Record<string, string[]>) =>
      inCreationOrder(made, [], new Map(Object.entries(said))).map(({ name }) => name);
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

describe("indexes of a materialized view", () => {
  const kept = { name: "IDX_kept", columns: ["v"] };
  const report = (indexes: View["indexes"], expression = "SELECT v FROM shop"): Schema => ({
    ...shop({ type: "integer" }),
    views: [
      { ...view("report", expression), materialized: true, ...(indexes && { indexes }) },
      view("summary", "SELECT v FROM report"),
    ],
  });
  const other = { name: "IDX_other", columns: ["v"], unique: true as const };
  test.each<[what: string, before: Schema, after: Schema, operations: readonly string[]]>([
    ["comes", report(undefined), report([kept]), ["createIndex"]],
    ["goes", report([kept, other]), report([kept]), ["dropIndex"]],
    ["changes", report([kept, other]), report([kept, { ...other, columns: ["w"] }]), ["dropIndex", "createIndex"]],
  ])("one that %s leaves the view and those over it alone", (_, before, after, operations) =>
    expect(calls(before, after)).toEqual(operations),
  );

  test("they are created with a view that changes itself", () => {
    const said = calls(report([kept]), report([other], "SELECT v + 1 AS v FROM shop"));
    expect(said).toEqual(["dropView", "dropView", "createView", "createView"]);
  });
});

test("a view with a star over a table that loses a column is created after the column is dropped", () => {
  const side = (columns: readonly string[], expression: string): Schema => ({
    tables: [{ name: "shop", columns: columns.map((name) => ({ name, type: "text" })) }],
    views: [view("all_shops", expression), view("codes", "SELECT v FROM all_shops")],
  });
  const star = "SELECT * FROM shop";
  const made = ["dropView codes", "dropView all_shops", "dropColumn shop", "createView all_shops", "createView codes"];
  const there = diff(side(["v", "w"], "SELECT v, w FROM shop"), side(["v"], star));
  expect(there.flatMap(({ operations }) => operations.map(({ name, args }) => `${name} ${args[0]}`))).toEqual(made);
  expect(calls(side(["v", "w"], "SELECT v, w FROM shop"), side(["v"], "SELECT v FROM shop")).at(-1)).toBe("dropColumn");
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

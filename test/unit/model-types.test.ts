import { expect, test } from "vitest";
import { applySpelledTypes, askAboutUnknownTypes, listTypesToSpell } from "../../src/compare/model-types.ts";
import type { Schema } from "../../src/schema/schema.ts";

const MODELS: Schema = {
  ...schema("shop", ["integer", "varchar", "shop_kind", "shop_kind[]", "colour", "colour array", "int array"]),
  enums: [{ name: "shop_kind", values: ["a"] }],
};

test("only types that are neither known nor enum types of the models are asked about", () => {
  expect(listTypesToSpell(MODELS, new Set(["integer"]))).toEqual(["varchar", "colour", "colour array", "int array"]);
});

test("types are spelled as PostgreSQL does, and one question asks about each type that it does not know", () => {
  const spelled = new Map([
    ["varchar", "character varying"],
    ["int array", "integer[]"],
  ]);
  const { models, known } = applySpelledTypes(MODELS, new Set(["integer"]), spelled);
  expect(models.tables?.[0]?.columns.map(({ type }) => type)).toEqual([
    ...["integer", "character varying", "shop_kind", "shop_kind[]", "colour", "colour[]", "integer[]"],
  ]);
  expect([...known]).toEqual(["integer", "character varying", "integer[]"]);
  const asked = askAboutUnknownTypes(models, {}, known);
  expect(asked).toHaveLength(1);
  expect(JSON.stringify(asked)).toMatch(/colour.*shop\.c4.*shop\.c5/);
});

test.each<[what: string, installed: readonly string[], questions: number]>([
  ["is new and may bring the type", [], 0],
  ["is installed and does not have the type", ["citext"], 1],
])("an extension of the models that %s", (_, installed, questions) => {
  const models: Schema = { ...schema("shop", ["colour"]), extensions: [{ name: "citext" }] };
  const live: Schema = { extensions: installed.map((name) => ({ name })) };
  expect(askAboutUnknownTypes(models, live, new Set())).toHaveLength(questions);
});

function schema(name: string, types: readonly string[]): Schema {
  return { tables: [{ name, columns: types.map((type, at) => ({ name: `c${at}`, type })) }] };
}

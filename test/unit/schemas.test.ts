import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { defineConfig } from "../../src/config.ts";
import { findInvalidOutput, readSchema } from "../support/json-output.ts";
import { findInvalid, type JsonSchema } from "../support/json-schema.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The script, which has no types. */
interface Script {
  readonly makeSchemas: (root: string) => ReadonlyMap<string, JsonSchema>;
  readonly schemaText: (schema: JsonSchema) => string;
}

let script: Script;
let made: ReadonlyMap<string, JsonSchema>;

beforeAll(async () => {
  script = (await import(`${ROOT}/scripts/schemas.mjs`)) as Script;
  made = script.makeSchemas(ROOT);
});

test("docs/schemas is what `npm run docs` writes", () => {
  expect(readdirSync(`${ROOT}/docs/schemas`).sort()).toEqual([...made.keys()]);
  for (const [name, schema] of made)
    expect(readFileSync(`${ROOT}/docs/schemas/${name}`, "utf8"), name).toBe(script.schemaText(schema));
});

test("docs/json.md is what `npm run docs` writes", async () => {
  const { jsonPage }: { jsonPage: (schemas: typeof made) => string } = await import(`${ROOT}/scripts/docs.mjs`);
  expect(readFileSync(`${ROOT}/docs/json.md`, "utf8")).toBe(jsonPage(made));
});

test("every property of a schema has a type, and every reference leads somewhere", () => {
  const problems = [...made].flatMap(([name, schema]) => findLoose(schema, schema).map((one) => `${name} ${one}`));
  expect(problems).toEqual([]);
});

/** References without a definition. */
function findLoose(part: unknown, root: JsonSchema): readonly string[] {
  const { $ref, ...rest } = Object(part) as JsonSchema;
  const name = typeof $ref === "string" ? $ref.replace("#/$defs/", "") : undefined;
  const loose = name !== undefined && !Object.hasOwn(Object(root["$defs"]), name) ? [name] : [];
  return [...loose, ...Object.values(rest).flatMap((one) => (typeof one === "object" ? findLoose(one, root) : []))];
}

describe("the schema of the configuration", () => {
  const schema = readSchema("config");

  test.each<[what: string, config: object]>([
    ["nothing", {}],
    ["a folder and times", { migrations: "revisions", lockTimeout: 4000, exclude: ["legacy"] }],
    ["a fleet of a file", { fleet: { tenants: "malls.json", waves: [{ name: "first", budget: "2%" }] } }],
    ["a fleet of a query", { fleet: { tenants: { query: "SELECT 1" }, url: "postgres://{host}/{database}" } }],
    ["a fleet of a list", { fleet: { tenants: ["a", { name: "b", tier: "pilot" }] } }],
  ])("accepts %s, as defineConfig does", (_, config) => {
    expect(defineConfig(config)).toBe(config);
    expect(findInvalid(config, schema)).toEqual([]);
  });

  test.each<[what: string, config: Record<string, unknown>]>([
    ["an unknown key", { folder: "revisions" }],
    ["a number as a text", { lockTimeout: "4000" }],
    ["a fleet without tenants", { fleet: {} }],
  ])("refuses %s, as defineConfig does", (_, config) => {
    expect(() => defineConfig(config)).toThrow();
    expect(findInvalid(config, schema)).not.toEqual([]);
  });
});

test("what a command prints is held to its schema", () => {
  const heads = { heads: [{ revision: "a1", message: "One.", file: "/malls/a1.ts" }] };
  const wrong = { heads: [{ revision: "a1", message: "One." }] };
  expect(findInvalidOutput(["heads", "--json"], JSON.stringify(heads))).toEqual([]);
  expect(findInvalidOutput(["heads", "--json"], JSON.stringify(wrong))).toEqual(["it.heads[0] has no file"]);
  const relative = { heads: [{ revision: "a1", message: "One.", file: "a1.ts" }] };
  expect(findInvalidOutput(["heads", "--json"], JSON.stringify(relative))).toEqual(["file is relative: a1.ts"]);
  const refused = { error: { code: "NO_SUCH_CODE", message: "No." } };
  expect(findInvalidOutput(["heads", "--json"], JSON.stringify(refused))).toEqual([
    expect.stringMatching(/^it.error.code/),
  ]);
});

import { expect, test } from "vitest";
import { chooseStandIns, createStandIns, trialStatements } from "../../src/compare/stand-ins.ts";
import type { Dependent } from "../../src/schema/dependencies.ts";

const STAND_INS = {
  types: new Set<string>(),
  relations: new Set(["shop"]),
  functions: new Set<string>(),
  held: new Set<string>(),
  apart: new Set<string>(),
};

test("a virtual column stays virtual in the table that stands in, whatever it computes", () => {
  const columns = [
    { name: "code", type: "text" },
    { name: "big", type: "text", asExpression: `hand(code)`, generatedType: "VIRTUAL" as const },
    { name: "small", type: "text", asExpression: `lower(code)`, generatedType: "STORED" as const },
  ];
  expect(createStandIns(STAND_INS, { tables: [{ name: "shop", columns }] })).toEqual([
    `CREATE TEMPORARY TABLE "shop" ("code" text, "big" text GENERATED ALWAYS AS (NULL) VIRTUAL, "small" text)`,
  ]);
});

test.each([
  [
    "view",
    "CREATE VIEW audit.shop AS SELECT id FROM shop",
    `CREATE TEMPORARY VIEW "audit.shop" AS  SELECT id FROM shop`,
  ],
  ["domain", `CREATE DOMAIN audit."Some" AS state`, `CREATE DOMAIN pg_temp."audit.""Some""" AS state`],
  ["domain", "CREATE DOMAIN public.some AS state", "CREATE DOMAIN pg_temp.some AS state"],
  ["function", "CREATE OR REPLACE FUNCTION audit.f(s state) …", "CREATE OR REPLACE FUNCTION pg_temp.f(s state) …"],
  [
    "view",
    'CREATE VIEW over AS SELECT "Fn s".f(1), audit.g(2), h(3), audit.h(4), f(5) FROM shop',
    'CREATE TEMPORARY VIEW "audit.shop" AS  SELECT pg_temp.f(1), pg_temp.g(2), pg_temp.h(3), audit.h(4), f(5) FROM shop',
  ],
])("a %s is tried under a name that hides nothing", (kind, create, tried) => {
  const called = ["Fn s.f(integer)", "audit.g(integer)", "h(integer)"];
  const uses = called.map((name) => ({ function: name }));
  const dependent: Dependent = { kind, name: "audit.shop", uses, drop: "", create: [create] };
  const standIns = { ...STAND_INS, functions: new Set(called) };
  expect(trialStatements(dependent, standIns, "public")).toEqual([tried]);
});

test("something of another schema has a stand-in, with its whole name where the bare one is taken", () => {
  const schemaOf = (values: readonly string[]) => ({
    enums: ["sales.state", "odd.kind", "kind"].map((name) => ({ name, values })),
    tables: ["sales.Shop", "odd.mall", "mall"].map((name) => ({
      name,
      columns: [{ name: "id", type: '"sales"."state"' }],
    })),
    views: [{ name: "sales.v", expression: 'SELECT id FROM Sales."Shop", odd.mall' }],
  });
  const [live, models] = [schemaOf(["a", "b"]), schemaOf(["a"])];
  const create = "CREATE POLICY p ON sales.\"Shop\" USING (id <> 'b'::sales.state AND id IN (SELECT id FROM odd.mall))";
  const uses = ["sales.v", "odd.mall"].map((relation) => ({ relation }));
  const policy: Dependent = { kind: "policy", name: "p", table: "sales.Shop", uses, drop: "", create: [create] };
  const standIns = chooseStandIns(live, models, [policy]);
  expect(createStandIns(standIns, models)).toEqual([
    `CREATE TYPE pg_temp."state" AS ENUM ('a')`,
    `CREATE TYPE pg_temp."odd.kind" AS ENUM ('a')`,
    `CREATE TYPE pg_temp."kind" AS ENUM ('a')`,
    `CREATE TEMPORARY TABLE "Shop" ("id" "state")`,
    `CREATE TEMPORARY TABLE "odd.mall" ("id" "state")`,
    `CREATE TEMPORARY VIEW "v" AS SELECT id FROM "Shop", "odd.mall"`,
  ]);
  expect(trialStatements(policy, standIns, "public")).toEqual([
    `CREATE POLICY p ON "Shop" USING (id <> 'b'::state AND id IN (SELECT id FROM "odd.mall"))`,
  ]);
  expect(trialStatements({ ...policy, table: "odd.other" }, standIns, "public")).toEqual([]);
});

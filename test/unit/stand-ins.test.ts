import { expect, test } from "vitest";
import { createStandIns, trialStatement } from "../../src/compare/stand-ins.ts";
import type { Dependent } from "../../src/schema/dependencies.ts";

const STAND_INS = { types: new Set<string>(), relations: new Set(["shop"]), functions: new Set<string>() };

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
  [
    "function",
    "CREATE OR REPLACE FUNCTION audit.f(s state) …",
    `CREATE OR REPLACE FUNCTION pg_temp."audit.f"(s state) …`,
  ],
])("a %s is tried under a name that hides nothing", (kind, create, tried) => {
  const dependent: Dependent = { kind, name: "audit.shop", uses: [], drop: "", create: [create] };
  expect(trialStatement(dependent, STAND_INS, "public")).toBe(tried);
});

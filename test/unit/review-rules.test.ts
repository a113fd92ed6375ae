import { describe, expect, test } from "vitest";
import { NOTHING } from "../../src/kinds/apply.ts";
import type { ReviewFinding } from "../../src/review/finding.ts";
import { prepareRevisions } from "../../src/review/prepare.ts";
import { reviewRevisions } from "../../src/review/review.ts";
import { RULES } from "../../src/review/rules.ts";
import type { Sizes } from "../../src/review/sizes.ts";
import { judgeVolatility } from "../../src/review/volatile.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import { RULE_NAMES, type RuleName } from "../../src/schema/rule-names.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { LoadedRevision } from "../../src/state/revisions.ts";

type Write = (op: Operations) => unknown;

const LARGE = { rows: 20_000_000, bytes: 2_000_000_000 };
const SMALL = { rows: 200, bytes: 200_000 };
const sizesOf = (size: Sizes[string]): Sizes =>
  Object.fromEntries(["mall", "shop", "bill", "item"].map((name) => [`public.${name}`, size]));

const SCHEMA: Schema = {
  enums: [{ name: "tier", values: ["basic", "gold"] }],
  tables: [
    {
      name: "mall",
      columns: [
        { name: "id", type: "integer" },
        { name: "title", type: "character varying(40)", nullable: true },
      ],
      primaryKey: { name: "PK_mall", columns: ["id"] },
    },
    {
      name: "shop",
      columns: [
        { name: "id", type: "integer" },
        { name: "mall_id", type: "integer", nullable: true },
        { name: "code", type: "character varying(20)" },
        { name: "slug", type: "text", nullable: true },
        { name: "price", type: "numeric(8,2)" },
        { name: "opened", type: "timestamp without time zone", nullable: true },
        { name: "tier", type: "tier", default: "'basic'" },
      ],
      primaryKey: { name: "PK_shop", columns: ["id"] },
      checks: [
        { name: "CHK_code", expression: "length(code) > 0 AND price > 0" },
        { name: "CHK_slug", expression: "slug IS NOT NULL" },
      ],
      indexes: [
        { name: "IDX_wide", columns: ["code", "slug"] },
        { name: "IDX_opened", columns: ["opened"] },
      ],
    },
    {
      name: "bill",
      columns: [
        { name: "id", type: "integer" },
        { name: "shop_id", type: "integer" },
      ],
    },
    { name: "item", columns: [{ name: "id", type: "integer" }] },
  ],
};

const key = { name: "FK", columns: ["shop_id"], references: { table: "shop", columns: ["id"] } };
const check = { name: "CHK", expression: "price < 9" };
const uuid = { name: "token", type: "uuid", nullable: true as const };

/** For each rule an upgrade about which it says something, and one that looks alike and is harmless. */
const CASES: Readonly<Record<RuleName, readonly [fires: Write, silent: Write]>> = {
  "drop-table": [(op) => op.dropTable("item"), (op) => op.dropColumn("item", "id")],
  "drop-column": [(op) => op.dropColumn("shop", "slug"), (op) => op.dropIndex("shop", "IDX_opened")],
  "drop-takes-more": [(op) => op.dropColumn("shop", "code"), (op) => op.dropColumn("shop", "opened")],
  "retype-loses": [
    (op) => op.alterColumn("shop", "opened", { type: "date" }),
    (op) => op.alterColumn("shop", "price", { type: "numeric(12,2)" }),
  ],
  "drop-and-add": [
    (op) => [op.dropColumn("shop", "code"), op.addColumn("shop", { name: "code", type: "integer", nullable: true })],
    (op) => [op.dropColumn("shop", "code"), op.addColumn("mall", { name: "code", type: "integer", nullable: true })],
  ],
  "enum-value-removed": [
    (op) => op.replaceEnum("tier", ["basic"], [{ table: "shop", column: "tier" }]),
    (op) => op.replaceEnum("tier", ["gold", "basic"], [{ table: "shop", column: "tier" }]),
  ],
  "not-null-scan": [
    (op) => op.alterColumn("shop", "mall_id", { nullable: false }),
    (op) => op.alterColumn("shop", "slug", { nullable: false }), // CHK_slug proves it
  ],
  "check-scan": [
    (op) => op.createCheckConstraint("shop", check),
    (op) => op.createCheckConstraint("shop", check, { notValid: true }),
  ],
  "unique-build": [
    (op) => op.createUniqueConstraint("shop", { columns: ["code"] }),
    (op) => op.createUniqueConstraint("shop", { columns: ["code"] }, { usingIndex: "i" }),
  ],
  "primary-key-build": [
    (op) => op.createPrimaryKey("bill", { columns: ["id"] }),
    (op) => op.createPrimaryKey("bill", { columns: ["id"] }, { usingIndex: "i" }),
  ],
  "exclusion-build": [
    (op) => op.createExclusionConstraint("bill", { expression: "USING gist (id WITH =)" }),
    (op) => op.createCheckConstraint("bill", check),
  ],
  "type-rewrite": [
    (op) => op.alterColumn("shop", "id", { type: "bigint" }),
    (op) => op.alterColumn("shop", "code", { type: "text" }),
  ],
  "type-scan": [
    (op) => op.alterColumn("shop", "code", { type: "varchar(60)" }),
    (op) => op.alterColumn("mall", "title", { type: "varchar(60)" }),
  ],
  "type-index-rebuild": [
    (op) => op.alterColumn("shop", "opened", { type: "timestamp with time zone" }),
    (op) => op.alterColumn("shop", "code", { type: "text" }),
  ],
  "default-rewrite": [
    (op) => op.addColumn("shop", { ...uuid, default: "gen_random_uuid()" }),
    (op) => op.addColumn("shop", { name: "at", type: "timestamptz", default: "now()" }),
  ],
  "generated-rewrite": [
    (op) => op.addColumn("shop", { name: "twice", type: "integer", asExpression: "id * 2" }),
    (op) => op.addColumn("shop", { name: "twice", type: "integer", asExpression: "id * 2", generatedType: "VIRTUAL" }),
  ],
  "serial-rewrite": [
    (op) => op.addColumn("shop", { name: "number", type: "serial" }),
    (op) => op.addColumn("shop", { name: "number", type: "integer", nullable: true }),
  ],
  "identity-rewrite": [
    (op) => op.addColumn("shop", { name: "number", type: "integer", generatedIdentity: "ALWAYS" }),
    (op) => op.addColumn("shop", { name: "number", type: "integer", nullable: true }),
  ],
  "column-placed": [(op) => op.addColumn("shop", uuid, { after: "id" }), (op) => op.addColumn("shop", uuid)],
  "enum-replaced": [
    (op) => op.replaceEnum("tier", ["basic", "gold", "new"], [{ table: "shop", column: "tier" }]),
    (op) => op.addEnumValue("tier", "new"),
  ],
  "index-blocks-writes": [
    (op) => op.createIndex("shop", { columns: ["code"] }),
    (op) => op.createIndex("shop", { columns: ["code"] }, { concurrently: true }),
  ],
  "foreign-key-scan": [
    (op) => op.createForeignKey("bill", key),
    (op) => op.createForeignKey("bill", key, { notValid: true }),
  ],
  "foreign-key-without-index": [
    (op) => op.createForeignKey("bill", key, { notValid: true }),
    (op) => [
      op.createForeignKey("bill", key, { notValid: true }),
      op.createIndex("bill", { columns: ["shop_id", "id"] }),
    ],
  ],
  "rows-in-the-way": [
    (op) => op.alterColumn("shop", "mall_id", { nullable: false }),
    (op) => op.alterColumn("shop", "mall_id", { nullable: true }),
  ],
  "rename-column": [(op) => op.renameColumn("shop", "code", "sku"), (op) => op.renameIndex("shop", "IDX_wide", "IDX")],
  "rename-table": [(op) => op.renameTable("shop", "stall"), (op) => op.renameConstraint("shop", "CHK_code", "CHK")],
  "rename-schema": [(op) => op.renameSchema("sales", "trade"), (op) => op.createSchema("trade")],
  "required-for-old-code": [
    (op) => op.alterColumn("shop", "mall_id", { nullable: false }),
    (op) => op.alterColumn("shop", "mall_id", { nullable: false, default: "1" }),
  ],
  "gone-for-old-code": [(op) => op.dropColumn("shop", "slug"), (op) => op.dropConstraint("shop", "CHK_code")],
  "enum-value-unknown-to-old-code": [(op) => op.addEnumValue("tier", "new"), (op) => op.createEnum("mood", ["new"])],
  "validate-in-same-transaction": [
    (op) => [op.createCheckConstraint("shop", check, { notValid: true }), op.validateConstraint("shop", "CHK")],
    (op) => op.validateConstraint("shop", "CHK_code"),
  ],
  "many-exclusive-locks": [
    (op) => ["mall", "shop", "bill", "item"].map((table) => op.addColumn(table, { ...uuid })),
    (op) => ["mall", "shop", "bill"].map((table) => op.addColumn(table, { ...uuid })),
  ],
  "work-after-exclusive-lock": [
    (op) => [op.addColumn("shop", uuid), op.sql("UPDATE bill SET id = 1")],
    (op) => [op.sql("UPDATE bill SET id = 1"), op.addColumn("shop", uuid)],
  ],
  "update-without-batches": [
    (op) => op.sql('UPDATE "shop" SET slug = code'),
    (op) => op.sql("INSERT INTO shop (id) VALUES (1)"),
  ],
  "enum-value-stays": [
    (op) => op.addEnumValue("tier", "new"),
    (op) => [op.createEnum("mood", ["sad"]), op.addEnumValue("mood", "glad")],
  ],
  "downgrade-loses": [(op) => op.addColumn("shop", uuid), (op) => op.createIndex("shop", { columns: ["slug"] })],
  "unknown-sql": [(op) => op.sql("SELECT 1"), (op) => op.backfill("shop", { set: { slug: "code" } })],
  "unused-acceptance": [
    (op) => [op.accept("drop-table", "nobody reads it"), op.dropColumn("item", "id")],
    (op) => [op.accept("drop-table", "nobody reads it"), op.dropTable("item")],
  ],
};

describe("each rule says something about what it is for, and nothing about what only looks like it", () => {
  test.each(RULE_NAMES)("%s", (rule) => {
    const [fires, silent] = CASES[rule];
    const found = review(fires).filter((one) => one.rule === rule);
    expect(found.length).toBeGreaterThan(0);
    for (const { text, docs, level } of found) {
      expect(text).toMatch(/^[A-Z\w].*\.$/);
      expect(docs).toBe(`docs/rules.md#${rule}`);
      const given = RULES[rule].level;
      expect(level).toBe(rule === "rows-in-the-way" ? "info" : given === "size" ? "error" : given.split(" ")[0]);
    }
    expect(review(silent).filter((one) => one.rule === rule)).toEqual([]);
  });
});

test.each(RULE_NAMES)("%s says nothing about a table that the same revision creates", (rule) => {
  const [fires] = CASES[rule];
  const found = review((op) => {
    for (const { name, columns } of SCHEMA.tables ?? []) op.createTable(name, { columns });
    fires(op);
  });
  expect(found.filter((one) => one.rule === rule && one.table !== undefined)).toEqual([]);
});

test("nothing is found in a revision that creates 1,000 tables", () => {
  const columns = [
    { name: "id", type: "integer" },
    { name: "other_id", type: "integer" },
  ];
  const found = review((op) => {
    for (let at = 0; at < 1000; at += 1) op.createTable(`t${at}`, { columns, primaryKey: { columns: ["id"] } });
    for (let at = 1; at < 1000; at += 1) {
      op.createIndex(`t${at}`, { columns: ["other_id"] });
      op.createForeignKey(`t${at}`, { columns: ["other_id"], references: { table: `t${at - 1}`, columns: ["id"] } });
    }
  });
  expect(found).toEqual([]);
});

test("a cast in `using` that cuts off silently is a loss", () => {
  const retype = (type: string, using: string) =>
    review((op) => op.alterColumn("shop", "slug", { type, using })).some(({ rule }) => rule === "retype-loses");
  expect([retype("varchar(5)", "slug::varchar(5)"), retype("text", "lower(slug)")]).toEqual([true, false]);
});

test("a table that is dropped and created again under its name loses its rows", () => {
  const found = review((op) => [
    op.dropTable("item"),
    op.createTable("item", { columns: [{ name: "id", type: "text" }] }),
  ]);
  expect(found.filter(({ level }) => level === "error").map(({ rule }) => rule)).toEqual([
    "drop-table",
    "drop-and-add",
  ]);
});

test("the size of the table decides how much blocking work matters", () => {
  const level = (sizes?: Sizes) => review((op) => op.createIndex("shop", { columns: ["code"] }), sizes)[0]?.level;
  expect([
    level(),
    level(sizesOf(LARGE)),
    level(sizesOf({ rows: 1, bytes: 20_000_000 })),
    level(sizesOf(SMALL)),
  ]).toEqual(["error", "error", "warning", "info"]);
});

test("an empty table has no findings, but that it is dropped", () => {
  const empty = sizesOf({ rows: 0, bytes: 8192 });
  expect(review((op) => [op.dropColumn("shop", "slug"), op.createIndex("shop", { columns: ["code"] })], empty)).toEqual(
    [],
  );
  expect(review((op) => op.dropTable("shop"), empty).map(({ rule, level }) => [rule, level])).toEqual([
    ["drop-table", "info"],
  ]);
});

test("the size of a table is found behind its new name", () => {
  const [, finding] = review(
    (op) => [op.renameTable("shop", "stall"), op.createIndex("stall", { columns: ["code"] })],
    sizesOf(SMALL),
  );
  expect([finding?.rule, finding?.table, finding?.size]).toEqual(["index-blocks-writes", "stall", SMALL]);
});

test("a reason accepts the finding about the next operation, and no other", () => {
  const found = review((op) => [
    op.accept("index-blocks-writes", "at night"),
    op.createIndex("shop", { columns: ["code"] }),
    op.createIndex("shop", { columns: ["slug"] }),
  ]);
  expect(found.map(({ rule, accepted }) => [rule, accepted])).toEqual([
    ["index-blocks-writes", "at night"],
    ["index-blocks-writes", undefined],
  ]);
  const whole = review((op) => [
    op.accept("many-exclusive-locks", "closed"),
    ...["mall", "shop", "bill", "item"].map((table) => op.addColumn(table, { ...uuid })),
  ]);
  expect(whole.filter(({ level }) => level === "error").map(({ rule, accepted }) => [rule, accepted])).toEqual([
    ["many-exclusive-locks", "closed"],
  ]);
});

test("an acceptance needs a rule and a reason, and is no operation of the revision", () => {
  expect(() => record((op) => op.accept("drop-table", ""))).toThrow(/reason/);
  expect(() => record((op) => op.accept("drop-tables" as RuleName, "x"))).toThrow(/rule/);
  const plain = record((op) => void op.dropTable("shop"));
  const accepted = record((op) => {
    op.accept("drop-table", "empty");
    op.dropTable("shop");
  });
  expect(accepted.map(({ operation }) => operation)).toEqual(plain.map(({ operation }) => operation));
});

const BLOCKING = RULE_NAMES.filter((rule) => RULES[rule].level === "size");

test.each(BLOCKING)("after the recipe for %s nothing is found that the plain form has not", (rule) => {
  const [fires] = CASES[rule];
  const plain = review(fires);
  const finding = plain.find((one) => one.rule === rule);
  const others = plain.map((one) => one.rule).filter((one) => one !== rule);
  if (finding?.recipe === undefined) return;
  const steps = finding.recipe.map(
    (list): Write =>
      (op) => {
        for (const { name, args } of list) Reflect.apply(Reflect.get(op, name), op, args);
      },
  );
  const found = reviewAll(steps).filter(({ level }) => level !== "info");
  expect(found.map((one) => one.rule).filter((one) => !others.includes(one))).toEqual([]);
});

function review(write: Write, sizes?: Sizes): readonly ReviewFinding[] {
  return reviewAll([write], sizes);
}

/** Reviews revisions that follow each other. */
function reviewAll(writes: readonly Write[], sizes?: Sizes): readonly ReviewFinding[] {
  const revisions = writes.map((write, at) => ({ loaded: load(write, `rev${at}`), isReviewed: true, runs: true }));
  const prepared = prepareRevisions(revisions, {
    before: { ...NOTHING, schema: SCHEMA },
    ...(sizes && { sizes }),
    own: "public",
    isVolatile: judgeVolatility(),
    showPath: (file) => file,
  });
  return reviewRevisions(prepared, sizes === undefined ? "none" : "file").findings;
}

function load(write: Write, id: string): LoadedRevision {
  const upgrade = record((op) => void write(op));
  const added = upgrade.map(({ operation }) => operation.target).filter((target) => target?.effect === "create");
  const downgrade = record((op) => {
    for (const target of added) if (target?.kind === "column") op.dropColumn(target.table ?? "", target.name);
  });
  return {
    revision: { id, down: [], message: id, file: `${id}.ts` },
    upgrade,
    downgrade,
    late: [],
    checksum: "",
    timeouts: {},
    findLine: () => 3,
  };
}

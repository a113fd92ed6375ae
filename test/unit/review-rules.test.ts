import { describe, expect, test } from "vitest";
import { NOTHING } from "../../src/kinds/apply.ts";
import type { ReviewFinding } from "../../src/review/finding.ts";
import { RULES } from "../../src/review/rules.ts";
import type { Sizes } from "../../src/review/sizes.ts";
import { record } from "../../src/revision/op.ts";
import { RULE_NAMES, type RuleName } from "../../src/schema/rule-names.ts";
import { reviewWrites } from "../support/example-review.ts";
import { CASES, MEASURED_CASES, READ_RULES, reviewWritten, SCHEMA, type Write } from "../support/rule-cases.ts";

const LARGE = { rows: 20_000_000, bytes: 2_000_000_000 };
const uuid = { name: "token", type: "uuid", nullable: true as const };
const SMALL = { rows: 200, bytes: 200_000 };
const sizesOf = (size: Sizes[string]): Sizes =>
  Object.fromEntries(["mall", "shop", "bill", "item"].map((name) => [`public.${name}`, size]));

describe("each rule says something about what it is for, and nothing about what only looks like it", () => {
  test.each(READ_RULES)("%s", (rule) => {
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

test.each(READ_RULES)("%s says nothing about a table that the same revision creates", (rule) => {
  const [fires] = CASES[rule];
  const found = review((op) => {
    for (const sequence of SCHEMA.sequences ?? []) op.createSequence(sequence);
    for (const { name, columns } of SCHEMA.tables ?? []) op.createTable(name, { columns });
    fires(op);
  });
  expect(found.filter((one) => one.rule === rule && one.table !== undefined)).toEqual([]);
});

test("what the plan says of an operation has the name of the rule that finds it", () => {
  const listCodes = (write: Write) =>
    record((op) => void write(op)).flatMap(({ operation: { hazards = [] } }) => hazards.map(({ code }) => code));
  const codes = new Set(READ_RULES.flatMap((rule) => listCodes(CASES[rule][0])));
  expect(codes.size).toBeGreaterThan(15);
  const unlike = READ_RULES.filter((rule) => codes.has(rule) && !listCodes(CASES[rule][0]).includes(rule));
  expect(unlike).toEqual([]);
});

test("each rule that reads measurements has a case that is measured", () => {
  const reading = RULE_NAMES.filter((rule) => "findMeasured" in RULES[rule]);
  expect(Object.keys(MEASURED_CASES).sort()).toEqual([...reading].sort());
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

test("a type that has room for every value has no rows in the way", () => {
  const rules = (write: Write) => review(write).map(({ rule }) => rule);
  expect(rules((op) => op.alterColumn("shop", "id", { type: "bigint" }))).not.toContain("rows-in-the-way");
  expect(rules((op) => op.alterColumn("shop", "id", { type: "smallint" }))).toContain("rows-in-the-way");
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

test("the sequence of a serial column is dropped: it is about the table, and nothing where that is empty", () => {
  const before = { ...NOTHING, schema: { tables: [{ name: "till", columns: [{ name: "number", type: "serial" }] }] } };
  const write: Write = (op) => [
    op.alterColumn("till", "number", { default: null }),
    op.dropSequence("till_number_seq"),
  ];
  const find = (sizes?: Sizes) =>
    reviewWritten([write], sizes, before).flatMap(({ rule, table }) => (rule === "identity-restarts" ? table : []));
  expect([find(), find({ "public.till": { rows: 0, bytes: 8192 } })]).toEqual([["till"], []]);
});

test("a sequence that goes on with another number may give numbers once more, unless the revision creates it", () => {
  const find = (write: Write) => review(write).filter(({ rule }) => rule === "identity-restarts");
  const restart = { name: "bill_number", restart: "1" };
  expect(find((op) => op.alterSequence(restart))).toEqual([
    expect.objectContaining({
      level: "error",
      operation: "alterSequence",
      text: "bill_number continues with 1. If it has passed that number, numbers are given out a second time.",
    }),
  ]);
  expect(find((op) => op.alterSequence({ name: "bill_number", increment: "10" }))).toEqual([]);
  expect(find((op) => [op.createSequence({ name: "n" }), op.alterSequence({ name: "n", restart: "9" })])).toEqual([]);
});

test("of the tables that wait, those that the revision creates are not named", () => {
  const found = review((op) => [
    op.addColumn("shop", { name: "at", type: "date", nullable: true }),
    op.createTable("fresh", { columns: [{ name: "id", type: "integer" }] }),
    op.addColumn("fresh", { name: "at", type: "date", nullable: true }),
    op.sql("UPDATE fresh SET at = now()"),
  ]);
  const texts = found.flatMap(({ rule, text }) => (rule === "work-after-exclusive-lock" ? text : []));
  expect(texts).toEqual([expect.stringMatching(/^Reads and writes of shop wait /)]);
});

test("a table that is renamed is one table among those that a transaction locks, and is named as it is at the time", () => {
  const find = (rule: RuleName, write: Write) =>
    review(write, sizesOf(SMALL)).flatMap((one) => (one.rule === rule ? [[one.level, one.text.split(". ")[0]]] : []));
  const renamed: Write = (op) => [
    op.addColumn("mall", uuid),
    op.addColumn("shop", uuid),
    op.renameTable("bill", "receipt"),
    op.addColumn("receipt", uuid),
  ];
  expect(find("many-exclusive-locks", renamed)).toEqual([]);
  expect(find("many-exclusive-locks", (op) => [renamed(op), op.addColumn("item", uuid)])).toEqual([
    ["info", "One transaction locks 4 tables against reading: mall, shop, bill, item"],
  ]);
  const work: Write = (op) => [op.renameTable("bill", "receipt"), op.sql("UPDATE receipt SET shop_id = 1")];
  expect(find("work-after-exclusive-lock", work)).toEqual([
    ["info", "Reads and writes of receipt wait while op.sql runs"],
  ]);
});

test("TypeORM's own table, which only TypeORM reads, is none of the tables that a transaction locks", () => {
  const typeorm = { name: "typeorm_metadata", columns: [{ name: "type", type: "text" }] };
  const before = { ...NOTHING, schema: { ...SCHEMA, tables: [...(SCHEMA.tables ?? []), typeorm] } };
  const write: Write = (op) => [
    op.removeTypeormMetadata({ type: "VIEW", name: "open_shop" }),
    ...["mall", "shop", "bill"].map((table) => op.addColumn(table, uuid)),
    op.sql("UPDATE item SET id = 1"),
  ];
  const found = reviewWritten([write], undefined, before);
  expect(found.map(({ rule }) => rule)).not.toContain("many-exclusive-locks");
  expect(found.map(({ text }) => text).join()).not.toContain("typeorm_metadata");
});

test("the table that a statement writes is found, however it is written", () => {
  const find = (sql: string) =>
    review((op) => op.sql(sql)).flatMap(({ rule, table }) => (rule === "update-without-batches" ? table : []));
  const found = [
    "-- all\nUPDATE shop SET slug = code",
    "/* all */ delete from only shop",
    'UPDATE public."shop" AS s SET slug = code',
    'update "public" . Shop set slug = code',
    "INSERT INTO item VALUES (1); UPDATE shop SET slug = ';'",
  ];
  expect(found.map(find)).toEqual(found.map(() => ["shop"]));
  const none = [
    "SELECT 'x; UPDATE shop'",
    "UPDATE sales.shop SET slug = ''",
    "-- UPDATE shop\nSELECT 1",
    'UPDATE "Shop" SET a = 1',
  ];
  expect(none.flatMap(find)).toEqual([]);
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

test("a size whose key has no schema is that of the table in the connection's own schema", () => {
  const level = (sizes: Sizes) => review((op) => op.createIndex("shop", { columns: ["code"] }), sizes)[0]?.level;
  expect([level({ shop: SMALL }), level({ "other.shop": SMALL })]).toEqual(["info", "error"]);
  expect(level({ shop: SMALL, "public.shop": LARGE })).toBe("error");
  const odd: Write = (op) => op.createIndex("constructor", { columns: ["code"] });
  expect(review(odd, { shop: SMALL })[0]?.level).toBe("error");
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
  const whole = review((op) => [op.accept("many-exclusive-locks", "closed"), CASES["many-exclusive-locks"][0](op)]);
  expect(whole.filter(({ level }) => level === "error").map(({ rule, accepted }) => [rule, accepted])).toEqual([
    ["many-exclusive-locks", "closed"],
  ]);
});

test("in downgrade only what is lost there can be accepted; every other acceptance is unused", () => {
  const listed = (back: Write) =>
    reviewWrites(
      [
        {
          id: "aaaa",
          message: "",
          up: (op) => op.addColumn("shop", { name: "n", type: "text", nullable: true }),
          down: back,
        },
      ],
      SCHEMA,
    ).review.findings.map(({ rule, direction, accepted }) => [rule, direction, accepted ?? "open"]);
  expect(listed((op) => [op.accept("downgrade-loses", "a copy is kept"), op.dropColumn("shop", "n")])).toEqual([
    ["downgrade-loses", "upgrade", "a copy is kept"],
  ]);
  expect(listed((op) => [op.accept("drop-column", "a copy is kept"), op.dropColumn("shop", "n")])).toEqual([
    ["downgrade-loses", "upgrade", "open"],
    ["unused-acceptance", "downgrade", "open"],
  ]);
  expect(listed((op) => [op.dropColumn("shop", "n"), op.accept("downgrade-loses", "too late")])).toEqual([
    ["downgrade-loses", "upgrade", "open"],
    ["unused-acceptance", "downgrade", "open"],
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

const BLOCKING = READ_RULES.filter((rule) => RULES[rule].level === "size");

test.each(BLOCKING)("after the recipe for %s nothing is found that the plain form has not", (rule) => {
  const [fires] = CASES[rule];
  const plain = review(fires);
  const finding = plain.find((one) => one.rule === rule);
  const others = plain.map((one) => one.rule).filter((one) => one !== rule);
  if (finding?.recipe === undefined) return;
  const lines = finding.recipe.flat();
  const write: Write = (op) => {
    for (const { name, args } of lines) Reflect.apply(Reflect.get(op, name), op, args);
  };
  const found = reviewWritten([write]).filter(({ level }) => level !== "info");
  expect(found.map((one) => one.rule).filter((one) => !others.includes(one))).toEqual([]);
});

function review(write: Write, sizes?: Sizes): readonly ReviewFinding[] {
  return reviewWritten([write], sizes);
}

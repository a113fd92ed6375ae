import { DefaultNamingStrategy } from "typeorm";
import { DefaultNamingStrategy as DefaultNamingStrategy03 } from "typeorm-0.3";
import { describe, expect, test } from "vitest";
import type { RemodelError } from "../../src/errors.ts";
import * as names from "../../src/kinds/default-names.ts";
import { type Operations, record } from "../../src/revision/op.ts";

// 0.3 hashes a text as it stands in a URI.
describe.each([
  ["1", new DefaultNamingStrategy(), "a > 0"],
  ["0.3", new DefaultNamingStrategy03(), "(a)"],
])("names left out are those of TypeORM %s's default naming strategy", (_, typeorm, expression) => {
  test.each(["shop", "sales.shop", '"odd.name"'])("of %s", (table) => {
    const columns = ["mall_id", "Code", "a"];
    expect(names.primaryKeyName(table, columns)).toBe(typeorm.primaryKeyName(bare(table), columns));
    expect(names.uniqueName(table, columns)).toBe(typeorm.uniqueConstraintName(bare(table), columns));
    expect(names.foreignKeyName(table, columns)).toBe(typeorm.foreignKeyName(bare(table), columns));
    expect(names.indexName(table, columns)).toBe(typeorm.indexName(bare(table), columns));
    expect(names.indexName(table, columns, expression)).toBe(typeorm.indexName(bare(table), columns, expression));
    expect(names.checkName(table, expression)).toBe(typeorm.checkConstraintName(bare(table), expression));
    expect(names.exclusionName(table, expression)).toBe(typeorm.exclusionConstraintName(bare(table), expression));
  });
});

const bare = (table: string) => table.replaceAll('"', "");

test("a name that is given stays, one that is not is filled in", () => {
  const [given, not] = record((op) => {
    op.createIndex("shop", { name: "IDX_mine", columns: ["code"] });
    op.createIndex("shop", { columns: ["code"] });
  }).map(({ operation }) => operation.args);
  expect(given).toEqual(["shop", { name: "IDX_mine", columns: ["code"] }]);
  expect(not).toEqual(["shop", { columns: ["code"], name: names.indexName("shop", ["code"]) }]);
});

/** Every line is a compile error as well, but for lists that are empty or have doubles. */
const BAD: readonly (readonly [message: RegExp, call: (op: Operations) => unknown])[] = [
  // @ts-expect-error: missing
  [/op\.dropTable: table is missing/, (op) => op.dropTable()],
  // @ts-expect-error: wrong type
  [/table must be a non-empty text, not 1/, (op) => op.dropTable(1)],
  [/table must be a non-empty text, not ""/, (op) => op.dropTable("")],
  // @ts-expect-error: one too many
  [/there are 4 arguments/, (op) => op.renameColumn("a", "b", "c", "d")],
  // @ts-expect-error: unknown key
  [/index has an unknown key "colums"; the keys are name, columns/, (op) => op.createIndex("a", { colums: ["b"] })],
  // @ts-expect-error: missing key
  [/index\.columns is missing: a list of at least one/, (op) => op.createIndex("a", { name: "b" })],
  [/index\.columns must be a list of at least one, not \[\]/, (op) => op.createIndex("a", { columns: [] })],
  [/unique\.columns has "b" twice/, (op) => op.createUniqueConstraint("a", { columns: ["b", "b"] })],
  [/key\.columns must be a list of at least one/, (op) => op.createPrimaryKey("a", { columns: [] })],
  [
    /options\.concurrently must be true, or left out, not "yes"/,
    // @ts-expect-error: wrong type
    (op) => op.dropIndex("a", "b", { concurrently: "yes" }),
  ],
  // @ts-expect-error: unknown key
  [/options has an unknown key "cascade"/, (op) => op.dropTable("a", { cascade: true })],
  [/body\.columns must be a list of at least one/, (op) => op.createTable("a", { columns: [] })],
  // @ts-expect-error: missing key
  [/body\.columns\[0\]\.type is missing/, (op) => op.createTable("a", { columns: [{ name: "c" }] })],
  [
    /column\.nullable must be true, or left out, not false/,
    // @ts-expect-error: absent means default
    (op) => op.addColumn("a", { name: "b", type: "text", nullable: false }),
  ],
  [/changes has nothing to change/, (op) => op.alterColumn("a", "b", {})],
  [
    /changes needs a type together with using, collation or sequence/,
    (op) => op.alterColumn("a", "b", { using: "c::text" }),
  ],
  // @ts-expect-error: wrong type
  [/changes\.default must be a non-empty text/, (op) => op.alterColumn("a", "b", { default: 0 })],
  [
    /key has another number of columns than it references/,
    (op) => op.createForeignKey("a", { columns: ["b"], references: { table: "c", columns: ["d", "e"] } }),
  ],
  [
    /key\.onDelete must be "CASCADE" or "SET NULL" or/,
    (op) =>
      // @ts-expect-error: unknown action
      op.createForeignKey("a", { columns: ["b"], references: { table: "c", columns: ["d"] }, onDelete: "cascade" }),
  ],
  [/values has "x" twice/, (op) => op.createEnum("a", ["x", "x"])],
  [/where has both before and after/, (op) => op.addEnumValue("a", "x", { before: "y", after: "z" })],
  // @ts-expect-error: wrong type
  [/sequence\.start must be a whole number in quotes, not 1/, (op) => op.createSequence({ name: "a", start: 1 })],
  [/sequence\.start must be a whole number in quotes/, (op) => op.createSequence({ name: "a", start: "one" })],
  [/rows must be a list of at least one/, (op) => op.insertRows("a", [])],
  [/rows\[0\] must be an object with at least one key/, (op) => op.insertRows("a", [{}])],
  // @ts-expect-error: wrong type
  [/rows\[0\]\.b must be a text, number, boolean/, (op) => op.insertRows("a", [{ b: () => 1 }])],
  [/rows\[0\]\.b must be a text, number, boolean/, (op) => op.insertRows("a", [{ b: new Date("never") }])],
  [/filling\.set must be an object with at least one key/, (op) => op.backfill("a", { set: {} })],
  [/filling\.batch must be a whole number, 1 or more, not 0/, (op) => op.backfill("a", { set: { b: "1" }, batch: 0 })],
  [/text must be the text of a statement/, (op) => op.sql("  ")],
  // @ts-expect-error: wrong type
  [/step must be a function/, (op) => op.run("SELECT 1")],
  // @ts-expect-error: no such operation
  [/There is no operation op\.createIndx/, (op) => op.createIndx("a")],
  [/"a\.b\.c" is not a name/, (op) => op.dropTable("a.b.c")],
];

test.each(BAD)("bad input: %s", (message, call) => {
  const thrown = errorOf(() => record((op) => void call(op)));
  expect(thrown).toMatchObject({
    name: "RemodelError",
    code: "OPERATION_INVALID",
    message: expect.stringMatching(message),
  });
  expect(thrown?.hint).toBeTruthy();
});

test("an operation that is nearly spelt right is named; else all are", () => {
  const hint = (call: string) =>
    errorOf(() => record((op) => (op as unknown as Record<string, () => void>)[call]!()))?.hint;
  expect(hint("createTabel")).toBe("Did you mean op.createTable?");
  expect(hint("insertBefore")).toMatch(/^Operations: addColumn, .*validateConstraint\.$/);
});

test("names that PostgreSQL would cut off are refused, so that none can clash", () => {
  const long = "n".repeat(64);
  const calls: ((op: Operations) => void)[] = [
    (op) => op.renameColumn("shop", "code", long),
    (op) => op.createIndex("shop", { name: long, columns: ["code"] }),
    (op) => op.createTable(long, { columns: [{ name: "id", type: "integer" }] }),
    (op) => op.createEnum("é".repeat(32), ["a"]),
  ];
  for (const call of calls) expect(errorOf(() => record(call))).toMatchObject({ code: "NAME_TOO_LONG" });
});

function errorOf(act: () => unknown): RemodelError | undefined {
  try {
    act();
  } catch (error) {
    return error as RemodelError;
  }
  return undefined;
}

test("op is an object of methods: they can be listed, taken out, copied and replaced", () => {
  const recorded = record((op) => {
    const { sql, dropTable } = op;
    expect(sql).toBe(op.sql);
    expect(Object.keys(op)).toEqual(expect.arrayContaining(["accept", "createTable", "sql"]));
    expect("createTable" in op).toBe(true);
    const copy = { ...op };
    dropTable("a");
    copy.dropTable("b");
    op.sql = (text) => sql(`${text}; -- mine`);
    op.sql("SELECT 1");
  });
  expect(recorded.map(({ operation: { name, args } }) => [name, ...args])).toEqual([
    ["dropTable", "a"],
    ["dropTable", "b"],
    ["sql", "SELECT 1; -- mine"],
  ]);
  expect(record((op) => op.sql("SELECT 1"))[0]?.operation.args).toEqual(["SELECT 1"]);
});

import { expect, test } from "vitest";
import { phraseChange, phraseOperation } from "../../src/kinds/operation-text.ts";
import { type Operations, record } from "../../src/revision/op.ts";

const column = { name: "code", type: "text" };

test.each<[write: (op: Operations) => unknown, text: string]>([
  [(op) => op.createTable("sales.shop", { columns: [column] }), "create table sales.shop"],
  [(op) => op.addColumn("shop", column), "add column shop.code"],
  [
    (op) => op.alterColumn("shop", "code", { type: "varchar(20)", nullable: false, default: null }),
    "change column shop.code: type varchar(20), NOT NULL, no default",
  ],
  [
    (op) => op.alterColumn("shop", "code", { nullable: true, default: "'a'" }),
    "change column shop.code: may be NULL, default 'a'",
  ],
  [(op) => op.alterColumn("shop", "code", { generatedIdentity: "ALWAYS" }), "change column shop.code: identity ALWAYS"],
  [(op) => op.alterColumn("shop", "code", { asExpression: null }), "change column shop.code: no longer generated"],
  [(op) => op.renameColumn("shop", "code", "label"), "rename column shop.code to label"],
  [(op) => op.dropColumn("shop", "code"), "drop column shop.code"],
  [(op) => op.addEnumValue("mood", "it's"), "add value 'it''s' of enum type mood"],
  [(op) => op.replaceEnum("mood", ["sad"], []), "change enum type mood"],
  [(op) => op.createIndex("shop", { name: "IDX", columns: ["code"] }), "add index IDX of shop"],
  [(op) => op.dropConstraint("shop", "UQ"), "drop constraint UQ of shop"],
  [(op) => op.moveToSchema("sales.shop"), "move table sales.shop to shop"],
  [(op) => op.commentOnTable("shop", null), "comment on table shop"],
  [(op) => op.insertRows("shop", [{ code: "a" }]), "insert rows into table shop"],
  [(op) => op.backfill("shop", { set: { code: "1" } }), "fill rows of table shop"],
  [(op) => op.createSchema("a\nb"), "create schema a\\nb"],
  [(op) => op.sql("SELECT 1"), "run SQL (op.sql)"],
  [(op) => op.run(async () => {}), "run code (op.run)"],
  [(op) => op.todo("Which?"), "an open question"],
  [(op) => op.irreversible("x"), "no way back"],
  [(op) => op.accept("drop-table", "x"), "accept drop-table"],
])("the phrase for %s is %s", (write, text) => {
  expect(record(write).map(({ operation }) => phraseOperation(operation))).toEqual([text]);
});

test("a change has a line for each operation, and its question below", () => {
  const operations = record((op) => op.renameColumn("shop", "fax", "phone")).map(({ operation }) => operation);
  const question = {
    ...({
      about: "rename",
      asks: "rename",
      from: "fax",
      to: "phone",
      reason: "both are text",
      also: [],
      loses: [],
    } as const),
    subject: { kind: "column", table: "shop", name: "fax" },
  };
  expect(phraseChange({ operations })).toEqual(["rename column shop.fax to phone"]);
  expect(phraseChange({ operations, question })).toEqual([
    "rename column shop.fax to phone",
    "  asks: Was shop.fax renamed to shop.phone (both are text)?",
  ]);
});

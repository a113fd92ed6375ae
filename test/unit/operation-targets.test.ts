import { expect, test } from "vitest";
import type * as operations from "../../src/kinds/operations.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import type { Operation } from "../../src/schema/operation.ts";
import { nameTables } from "../../src/shadow/measure-run.ts";
import { qualifiedName } from "../../src/sql.ts";

type About = Pick<Operation, "target" | "custom" | "note" | "endsTransaction">;

const column = { name: "code", type: "text" };
const columns = ["code"];

/** What each operation is about: `kind`, `table` where it has one, `name`, `effect`, `to`. */
const ABOUT: Readonly<Record<keyof typeof operations, readonly [call: (op: Operations) => unknown, about: string]>> = {
  addColumn: [(op) => op.addColumn("shop", column), "column shop code create"],
  addEnumValue: [(op) => op.addEnumValue("mood", "sad"), "enum value mood sad create"],
  addTypeormMetadata: [
    (op) => op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "code" }, "1"),
    "row of TypeORM's metadata shop.code create",
  ],
  alterColumn: [(op) => op.alterColumn("shop", "code", { nullable: true }), "column shop code alter"],
  alterSequence: [(op) => op.alterSequence({ name: "seq", restart: "1" }), "sequence seq alter"],
  backfill: [(op) => op.backfill("shop", { set: { code: "1" } }), "table shop update"],
  commentOnColumn: [(op) => op.commentOnColumn("shop", "code", "x"), "column shop code comment"],
  commentOnTable: [(op) => op.commentOnTable("shop", null), "table shop comment"],
  commit: [(op) => op.commit(), "ends the transaction"],
  createCheckConstraint: [
    (op) => op.createCheckConstraint("shop", { name: "CHK", expression: "true" }),
    "constraint shop CHK create",
  ],
  createEnum: [(op) => op.createEnum("mood", ["sad"]), "enum type mood create"],
  createExclusionConstraint: [
    (op) => op.createExclusionConstraint("shop", { name: "XCL", expression: "USING gist (a WITH &&)" }),
    "constraint shop XCL create",
  ],
  createExtension: [(op) => op.createExtension("citext"), "extension citext create"],
  createForeignKey: [
    (op) => op.createForeignKey("shop", { name: "FK", columns, references: { table: "mall", columns } }),
    "constraint shop FK create",
  ],
  createIndex: [(op) => op.createIndex("shop", { name: "IDX", columns }), "index shop IDX create"],
  createPrimaryKey: [(op) => op.createPrimaryKey("shop", { name: "PK", columns }), "constraint shop PK create"],
  createSchema: [(op) => op.createSchema("sales"), "schema sales create"],
  createSequence: [(op) => op.createSequence({ name: "seq" }), "sequence seq create"],
  createTable: [(op) => op.createTable("sales.shop", { columns: [column] }), "table sales.shop create"],
  createUniqueConstraint: [
    (op) => op.createUniqueConstraint("shop", { name: "UQ", columns }),
    "constraint shop UQ create",
  ],
  createView: [(op) => op.createView("open_shop", { expression: "SELECT 1" }), "view open_shop create"],
  dropColumn: [(op) => op.dropColumn("shop", "code"), "column shop code drop"],
  dropConstraint: [(op) => op.dropConstraint("shop", "CHK"), "constraint shop CHK drop"],
  dropEnum: [(op) => op.dropEnum("mood"), "enum type mood drop"],
  dropExtension: [(op) => op.dropExtension("citext"), "extension citext drop"],
  dropIndex: [(op) => op.dropIndex("shop", "IDX"), "index shop IDX drop"],
  dropSchema: [(op) => op.dropSchema("sales"), "schema sales drop"],
  dropSequence: [(op) => op.dropSequence("seq"), "sequence seq drop"],
  dropTable: [(op) => op.dropTable("shop"), "table shop drop"],
  dropView: [(op) => op.dropView("open_shop"), "view open_shop drop"],
  insertRows: [(op) => op.insertRows("shop", [{ code: "a" }]), "table shop insert"],
  irreversible: [(op) => op.irreversible("x"), "note: no way back"],
  moveEnumToSchema: [(op) => op.moveEnumToSchema("mood", "sales"), "enum type mood move sales.mood"],
  moveToSchema: [(op) => op.moveToSchema("sales.shop"), "table sales.shop move shop"],
  removeTypeormMetadata: [
    (op) => op.removeTypeormMetadata({ type: "VIEW", name: "open_shop" }),
    "row of TypeORM's metadata open_shop drop",
  ],
  renameColumn: [(op) => op.renameColumn("shop", "code", "label"), "column shop code rename label"],
  renameConstraint: [(op) => op.renameConstraint("shop", "CHK", "CHK2"), "constraint shop CHK rename CHK2"],
  renameEnum: [(op) => op.renameEnum("mood", "temper"), "enum type mood rename temper"],
  renameEnumValue: [(op) => op.renameEnumValue("mood", "sad", "glum"), "enum value mood sad rename glum"],
  renameIndex: [(op) => op.renameIndex("shop", "IDX", "IDX2"), "index shop IDX rename IDX2"],
  renameSchema: [(op) => op.renameSchema("sales", "trade"), "schema sales rename trade"],
  renameSequence: [(op) => op.renameSequence("seq", "row", { ifExists: true }), "sequence seq rename row"],
  renameTable: [(op) => op.renameTable("shop", "store"), "table shop rename store"],
  replaceEnum: [(op) => op.replaceEnum("mood", ["sad"], []), "enum type mood alter"],
  run: [(op) => op.run(async () => {}), "custom: code"],
  setValues: [(op) => op.setValues("shop", { set: { code: "1" } }), "table shop update"],
  sql: [(op) => op.sql("SELECT 1"), "custom: statement"],
  todo: [(op) => op.todo("Which?"), "note: question"],
  validateConstraint: [(op) => op.validateConstraint("shop", "CHK"), "constraint shop CHK alter"],
};

test.each(Object.entries(ABOUT))("op.%s says what it is about", (name, [call, about]) => {
  const [recorded] = record(call);
  expect(recorded?.operation.name).toBe(name);
  expect(printed(recorded?.operation ?? {})).toBe(about);
});

test.each(Object.entries(ABOUT))("what op.%s is about can be measured, whatever its parts are called", (_, [call]) => {
  for (const { operation } of record(call)) {
    const { target, locks = [] } = operation;
    const odd = target && { ...target, ...(target.table !== undefined && { name: `a "b".c.d` }) };
    const names = nameTables({ ...operation, ...(odd && { target: odd }) }, "public");
    expect(names).toEqual(expect.arrayContaining(locks.map(({ on }) => on)));
  }
});

test("the index of a table in another schema is measured there", () => {
  const [created] = record((op) => op.dropIndex("sales.shop", `IDX "a".b`));
  expect(nameTables(created!.operation, "public")).toContain(qualifiedName(`IDX "a".b`, "sales"));
  expect(nameTables(created!.operation, "sales")).toEqual(["shop", "shop", `"IDX ""a"".b"`]);
});

test("every form of an operation has the same target", () => {
  const targets = (write: (op: Operations) => unknown) => record(write).map(({ operation }) => operation.target);
  const check = { name: "CHK", expression: "true" };
  const key = { name: "FK", columns, references: { table: "mall", columns } };
  const forms = targets((op) => [
    op.createCheckConstraint("shop", check, { notValid: true }),
    op.createForeignKey("shop", key, { notValid: true }),
    op.createPrimaryKey("shop", { name: "PK", columns }, { usingIndex: "i" }),
    op.createUniqueConstraint("shop", { name: "UQ", columns }, { usingIndex: "i" }),
  ]);
  const names = ["CHK", "FK", "PK", "UQ"];
  expect(forms).toEqual(names.map((name) => ({ kind: "constraint", table: "shop", name, effect: "create" })));
});

function printed({ target, custom, note, endsTransaction }: About): string {
  if (endsTransaction) return "ends the transaction";
  if (custom !== undefined) return `custom: ${custom}`;
  if (note !== undefined) return `note: ${note}`;
  const { kind, table, name, effect, to } = target ?? {};
  return [kind, table, name, effect, to].filter((part) => part !== undefined).join(" ");
}

import type * as operations from "../../src/kinds/operations.ts";

/** What is between the parentheses of a call, by parameter, in their order. */
export type Arguments = Readonly<Record<string, unknown>>;

const column = {
  name: "c",
  type: "integer",
  nullable: true,
  default: "0",
  generatedIdentity: "ALWAYS",
  asExpression: "a + 1",
  generatedType: "STORED",
  collation: "C",
  comment: "x",
  sequence: "s",
} as const;
const primaryKey = { name: "k", columns: ["a"], deferrable: "INITIALLY DEFERRED" };
const unique = { name: "u", columns: ["a"], deferrable: "INITIALLY IMMEDIATE" };
const check = { name: "k", expression: "a > 0" };
const exclusion = { name: "x", expression: "USING gist (a WITH &&)", deferrable: "INITIALLY DEFERRED" };
const index = { name: "i", columns: ["a"], unique: true, type: "btree", where: "a > 0" };
const foreignKey = {
  name: "f",
  columns: ["a"],
  references: { table: "other", columns: ["id"] },
  onDelete: "CASCADE",
  onUpdate: "SET NULL",
  deferrable: "INITIALLY DEFERRED",
};
const ifExists = { ifExists: true };
const ifNotExists = { ifNotExists: true };
const sequence = {
  name: "s",
  type: "integer",
  start: "1",
  increment: "1",
  minimum: "1",
  maximum: "9",
  cycle: true,
} as const;

/**
 * Calls that every operation takes, together with all keys that there are: of keys that exclude each other each has its
 * call.
 */
export const GOOD: Readonly<Record<keyof typeof operations, readonly Arguments[]>> = {
  addColumn: [
    { table: "t", column, options: { before: "a", ifNotExists: true } },
    { table: "t", column, options: { after: "a" } },
  ],
  addEnumValue: [
    { type: "e", value: "v", where: { before: "w", commit: true } },
    { type: "e", value: "v", where: { after: "w" } },
  ],
  addTypeormMetadata: [{ key: { type: "GENERATED_COLUMN", table: "t", name: "c", keptIn: "m" }, value: "v" }],
  alterColumn: [
    {
      table: "t",
      column: "c",
      changes: {
        type: "text",
        using: "c::text",
        collation: "C",
        nullable: false,
        default: "0",
        generatedIdentity: "ALWAYS",
        continueAfter: "seq",
        setGenerated: "BY DEFAULT",
        asExpression: null,
      },
    },
    { table: "t", column: "c", changes: { type: "serial", sequence: "s" } },
  ],
  alterSequence: [
    { sequence: { ...sequence, cycle: false, restart: "5", ownedBy: { table: "t", column: "c" } } },
    { sequence: { name: "s", ownedBy: null } },
  ],
  backfill: [{ table: "t", filling: { set: { a: "1" }, where: "a IS NULL", batch: 5 } }],
  commentOnColumn: [{ table: "t", column: "c", comment: "x" }],
  commentOnTable: [{ table: "t", comment: "x" }],
  commit: [{}],
  createCheckConstraint: [{ table: "t", check, options: { notValid: true } }],
  createEnum: [{ name: "e", values: ["v"], options: ifNotExists }],
  createExclusionConstraint: [{ table: "t", exclusion }],
  createExtension: [{ name: "citext" }],
  createForeignKey: [{ table: "t", key: foreignKey, options: { notValid: true } }],
  createIndex: [{ table: "t", index, options: { concurrently: true, ifNotExists: true } }],
  createPrimaryKey: [{ table: "t", key: primaryKey, options: { usingIndex: "i" } }],
  createSchema: [{ name: "s", options: ifNotExists }],
  createSequence: [{ sequence, options: ifNotExists }],
  createTable: [
    {
      table: "t",
      body: {
        columns: [column],
        primaryKey,
        uniques: [unique],
        checks: [check],
        exclusions: [exclusion],
        comment: "x",
      },
      options: ifNotExists,
    },
  ],
  createUniqueConstraint: [{ table: "t", unique, options: { usingIndex: "i" } }],
  createView: [{ view: "v", body: { expression: "SELECT 1 AS a", materialized: true, indexes: [index] } }],
  dropColumn: [{ table: "t", column: "c", options: ifExists }],
  dropConstraint: [{ table: "t", name: "k", options: ifExists }],
  dropEnum: [{ name: "e", options: ifExists }],
  dropExtension: [{ name: "citext", options: ifExists }],
  dropIndex: [{ table: "t", name: "i", options: { concurrently: true, ifExists: true } }],
  dropSchema: [{ name: "s", options: ifExists }],
  dropSequence: [{ name: "s", options: ifExists }],
  dropTable: [{ table: "t", options: ifExists }],
  dropView: [{ view: "v", options: { materialized: true, ifExists: true } }],
  insertRows: [{ table: "t", rows: [{ a: 1 }], options: { types: { a: "integer" }, sequenceOf: "a", batch: 5 } }],
  irreversible: [{ why: "w" }],
  moveEnumToSchema: [{ name: "e", schema: "s" }],
  moveToSchema: [{ table: "t", schema: "s" }],
  removeTypeormMetadata: [{ key: { type: "GENERATED_COLUMN", table: "t", name: "c", keptIn: "m" } }],
  renameColumn: [{ table: "t", from: "a", to: "b" }],
  renameConstraint: [{ table: "t", from: "a", to: "b" }],
  renameEnum: [{ from: "a", to: "b" }],
  renameEnumValue: [{ type: "e", from: "a", to: "b" }],
  renameIndex: [{ table: "t", from: "a", to: "b" }],
  renameSchema: [{ from: "a", to: "b" }],
  renameSequence: [{ from: "a", to: "b", options: ifExists }],
  renameTable: [{ from: "a", to: "b" }],
  replaceEnum: [{ type: "e", values: ["v"], columns: [{ table: "t", column: "c", array: true, default: "'{}'" }] }],
  run: [{ step: async () => undefined }],
  setValues: [{ table: "t", assignment: { set: { a: "o.b" }, from: "o", where: "o.id = t.id" } }],
  sql: [{ text: "SELECT $1", values: [1] }],
  todo: [{ text: "Is it?", query: "SELECT 1" }],
  validateConstraint: [{ table: "t", name: "k" }],
};

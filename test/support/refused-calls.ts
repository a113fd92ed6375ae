import type * as operations from "../../src/kinds/operations.ts";

/** A call that PostgreSQL refuses on the tables of `BASE`: what is wrong, the parentheses, and PostgreSQL's code. */
export type Refused = readonly [what: string, args: string, code: string];

const UNKNOWN_SCHEMA = "3F000";
const UNKNOWN_TABLE = "42P01";
const UNKNOWN_COLUMN = "42703";
const UNKNOWN = "42704";
const TAKEN = "42710";
const TAKEN_RELATION = "42P07";
const TAKEN_COLUMN = "42701";
const NEEDED = "2BP01";
const NOT_UNIQUE = "23505";
const BAD_VALUE = "22P02";

/** Something of each sort that an operation can meet: what is missing, what is there already, and what rows do not allow. */
export const REFUSED: Readonly<
  Record<Exclude<keyof typeof operations, "todo" | "irreversible" | "commit">, readonly Refused[]>
> = {
  addColumn: [
    ["an unknown table", `"nothing", { name: "a", type: "text" }`, UNKNOWN_TABLE],
    ["an unknown table, in the middle", `"nothing", { name: "a", type: "text" }, { after: "b" }`, UNKNOWN_TABLE],
    ["a place next to an unknown column", `"mall", { name: "a", type: "text" }, { after: "nothing" }`, UNKNOWN_COLUMN],
    ["a column that is there", `"mall", { name: "name", type: "text" }`, TAKEN_COLUMN],
    ["a column that is there, in the middle", `"mall", { name: "tags", type: "text" }, { after: "id" }`, TAKEN_COLUMN],
    ["an unknown type", `"mall", { name: "a", type: "txt" }`, UNKNOWN],
    ["an unknown collation", `"mall", { name: "a", type: "text", collation: "nothing" }`, UNKNOWN],
    ["a default of another type", `"mall", { name: "a", type: "integer", default: "'x'" }`, BAD_VALUE],
    ["no value for the rows that are there", `"mall", { name: "a", type: "text" }`, "23502"],
    [
      "an expression over an unknown column",
      `"mall", { name: "a", type: "text", asExpression: "nothing" }`,
      UNKNOWN_COLUMN,
    ],
    [
      "the name of another sequence",
      `"mall", { name: "a", type: "serial", sequence: "invoice_number" }`,
      TAKEN_RELATION,
    ],
  ],
  addEnumValue: [
    ["an unknown type", `"nothing", "a"`, UNKNOWN],
    ["a value that is there", `"shop_status", "open"`, TAKEN],
    ["a place next to an unknown value", `"shop_status", "a", { after: "nothing" }`, "22023"],
    ["a value of more than 63 bytes", `"shop_status", "${"v".repeat(64)}"`, "42602"],
  ],
  addTypeormMetadata: [
    ["another table of that name", `{ type: "VIEW", name: "open_shop" }, "SELECT 1"`, UNKNOWN_COLUMN],
  ],
  alterColumn: [
    ["an unknown table", `"nothing", "a", { type: "text" }`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", "nothing", { nullable: true }`, UNKNOWN_COLUMN],
    ["an unknown type", `"mall", "name", { type: "txt" }`, UNKNOWN],
    ["values that cannot be cast", `"mall", "name", { type: "integer", using: "name::integer" }`, BAD_VALUE],
    ["rows without a value", `"shop", "area", { nullable: false }`, "23502"],
    ["a default of another type", `"shop", "area", { default: "'x'" }`, BAD_VALUE],
    ["a column that is no identity column", `"mall", "id", { setGenerated: "ALWAYS" }`, "55000"],
    ["a column that is not generated", `"mall", "name", { asExpression: null }`, "55000"],
  ],
  alterSequence: [
    ["an unknown sequence", `{ name: "nothing", increment: "2" }`, UNKNOWN_TABLE],
    ["a table", `{ name: "mall", increment: "2" }`, "42809"],
    ["a start beyond the maximum", `{ name: "invoice_number", maximum: "10" }`, "22023"],
  ],
  backfill: [
    ["an unknown table", `"nothing", { set: { a: "1" } }`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", { set: { nothing: "1" } }`, UNKNOWN_COLUMN],
    ["an unknown column in its condition", `"mall", { set: { name: "'x'" }, where: "nothing" }`, UNKNOWN_COLUMN],
    ["a value of another type", `"shop", { set: { area: "'x'" } }`, BAD_VALUE],
  ],
  commentOnColumn: [
    ["an unknown table", `"nothing", "a", "x"`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", "nothing", "x"`, UNKNOWN_COLUMN],
  ],
  commentOnTable: [["an unknown table", `"nothing", "x"`, UNKNOWN_TABLE]],
  createCheckConstraint: [
    ["an unknown table", `"nothing", { expression: "a > 0" }`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", { expression: "nothing > 0" }`, UNKNOWN_COLUMN],
    ["a name that is taken", `"shop", { name: "CHK_shop_area", expression: "area > 1" }`, TAKEN],
    ["no condition", `"mall", { expression: "id" }`, "42804"],
    ["rows that violate it", `"shop", { expression: "area > 10" }`, "23514"],
  ],
  createEnum: [
    ["a name that is taken", `"shop_status", ["a"]`, TAKEN],
    ["the name of a table, which has a type of its own", `"mall", ["a"]`, TAKEN],
    ["a value of more than 63 bytes", `"mood", ["${"v".repeat(64)}"]`, "42602"],
    ["an unknown schema", `"nothing.mood", ["a"]`, UNKNOWN_SCHEMA],
  ],
  createExclusionConstraint: [
    ["an unknown table", `"nothing", { expression: "USING gist (a WITH &&)" }`, UNKNOWN_TABLE],
    ["an unknown column", `"booking", { expression: "USING gist (nothing WITH &&)" }`, UNKNOWN_COLUMN],
    [
      "a name that is taken",
      `"booking", { name: "PK_mall", expression: "USING gist (during WITH &&)" }`,
      TAKEN_RELATION,
    ],
    ["a type without the operator", `"booking", { expression: "USING gist (room WITH =)" }`, UNKNOWN],
    ["rows that conflict", `"shop", { expression: "USING btree (mall_id WITH =)" }`, "23P01"],
  ],
  createExtension: [["an extension that is not installed", `"nothing"`, "0A000"]],
  createForeignKey: [
    [
      "an unknown table",
      `"nothing", { columns: ["a"], references: { table: "mall", columns: ["id"] } }`,
      UNKNOWN_TABLE,
    ],
    [
      "an unknown table referenced",
      `"price", { columns: ["shop_id"], references: { table: "nothing", columns: ["id"] } }`,
      UNKNOWN_TABLE,
    ],
    [
      "an unknown column",
      `"price", { columns: ["nothing"], references: { table: "shop", columns: ["id"] } }`,
      UNKNOWN_COLUMN,
    ],
    [
      "an unknown column referenced",
      `"price", { columns: ["shop_id"], references: { table: "shop", columns: ["nothing"] } }`,
      UNKNOWN_COLUMN,
    ],
    [
      "columns that are not unique",
      `"price", { columns: ["shop_id"], references: { table: "shop", columns: ["mall_id"] } }`,
      "42830",
    ],
    [
      "columns of other types",
      `"price", { columns: ["day"], references: { table: "shop", columns: ["id"] } }`,
      "42804",
    ],
    [
      "a name that is taken",
      `"shop", { name: "FK_shop_mall", columns: ["mall_id"], references: { table: "mall", columns: ["id"] } }`,
      TAKEN,
    ],
    [
      "rows that point at nothing",
      `"price", { columns: ["shop_id"], references: { table: "shop", columns: ["id"] } }`,
      "23503",
    ],
  ],
  createIndex: [
    ["an unknown table", `"nothing", { columns: ["a"] }`, UNKNOWN_TABLE],
    ["an unknown table, concurrently", `"nothing", { columns: ["a"] }, { concurrently: true }`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", { columns: ["nothing"] }`, UNKNOWN_COLUMN],
    ["a name that is taken", `"mall", { name: "IDX_shop_mall", columns: ["name"] }`, TAKEN_RELATION],
    ["an unknown method", `"mall", { columns: ["name"], type: "nothing" }`, UNKNOWN],
    ["a method that the type does not have", `"mall", { columns: ["name"], type: "gin" }`, UNKNOWN],
    ["a predicate over an unknown column", `"mall", { columns: ["name"], where: "nothing > 0" }`, UNKNOWN_COLUMN],
    ["rows with equal values", `"shop", { columns: ["mall_id"], unique: true }`, NOT_UNIQUE],
  ],
  createPrimaryKey: [
    ["an unknown table", `"nothing", { columns: ["a"] }`, UNKNOWN_TABLE],
    ["an unknown column", `"booking", { columns: ["nothing"] }`, UNKNOWN_COLUMN],
    ["a table that has one", `"mall", { columns: ["name"] }`, "42P16"],
    ["a name that is taken", `"booking", { name: "PK_mall", columns: ["room"] }`, TAKEN_RELATION],
    ["an unknown index", `"booking", { columns: ["room"] }, { usingIndex: "nothing" }`, UNKNOWN],
    ["an index of another table", `"booking", { columns: ["room"] }, { usingIndex: "IDX_shop_mall" }`, "55000"],
  ],
  createSchema: [
    ["a name that is taken", `"public"`, "42P06"],
    ["a name that PostgreSQL keeps for itself", `"pg_mine"`, "42939"],
  ],
  createSequence: [
    ["a name that is taken", `{ name: "invoice_number" }`, TAKEN_RELATION],
    ["an unknown schema", `{ name: "nothing.a" }`, UNKNOWN_SCHEMA],
    ["a minimum above the maximum", `{ name: "a", minimum: "5", maximum: "4" }`, "22023"],
    ["no increment", `{ name: "a", increment: "0" }`, "22023"],
    ["a number beyond its type", `{ name: "a", type: "smallint", maximum: "40000" }`, "22023"],
  ],
  createTable: [
    ["a name that is taken", `"mall", { columns: [{ name: "a", type: "text" }] }`, TAKEN_RELATION],
    [
      "the name of an enum type, since a table has a type of its own",
      `"shop_status", { columns: [{ name: "a", type: "text" }] }`,
      TAKEN,
    ],
    ["an unknown schema", `"nothing.a", { columns: [{ name: "a", type: "text" }] }`, UNKNOWN_SCHEMA],
    ["an unknown type", `"a", { columns: [{ name: "a", type: "txt" }] }`, UNKNOWN],
    ["a column twice", `"a", { columns: [{ name: "a", type: "text" }, { name: "a", type: "text" }] }`, TAKEN_COLUMN],
    [
      "a key over an unknown column",
      `"a", { columns: [{ name: "a", type: "text" }], primaryKey: { columns: ["b"] } }`,
      UNKNOWN_COLUMN,
    ],
    [
      "a unique constraint over an unknown column",
      `"a", { columns: [{ name: "a", type: "text" }], uniques: [{ columns: ["b"] }] }`,
      UNKNOWN_COLUMN,
    ],
    [
      "a check over an unknown column",
      `"a", { columns: [{ name: "a", type: "text" }], checks: [{ expression: "b > 0" }] }`,
      UNKNOWN_COLUMN,
    ],
    ["a default of another type", `"a", { columns: [{ name: "a", type: "integer", default: "'x'" }] }`, BAD_VALUE],
  ],
  createUniqueConstraint: [
    ["an unknown table", `"nothing", { columns: ["a"] }`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", { columns: ["nothing"] }`, UNKNOWN_COLUMN],
    ["a name that is taken", `"mall", { name: "UQ_shop_code", columns: ["name"] }`, TAKEN_RELATION],
    ["rows with equal values", `"shop", { columns: ["mall_id"] }`, NOT_UNIQUE],
    ["an unknown index", `"mall", { columns: ["name"] }, { usingIndex: "nothing" }`, UNKNOWN],
    ["an index that is not unique", `"shop", { columns: ["mall_id"] }, { usingIndex: "IDX_shop_mall" }`, "42809"],
    ["an index over other columns", `"shop", { columns: ["code"] }, { usingIndex: "IDX_shop_mall" }`, "42P16"],
    [
      "an index over more columns",
      `"shop", { columns: ["mall_id", "code"] }, { usingIndex: "IDX_shop_mall" }`,
      "42P16",
    ],
  ],
  createView: [
    ["a name that is taken", `"mall", { expression: "SELECT 1 AS a" }`, TAKEN_RELATION],
    ["an unknown table", `"a", { expression: "SELECT * FROM nothing" }`, UNKNOWN_TABLE],
    ["an unknown column", `"a", { expression: "SELECT nothing FROM mall" }`, UNKNOWN_COLUMN],
    ["no query", `"a", { expression: "DELETE FROM mall" }`, "42601"],
    [
      "an index over an unknown column",
      `"a", { expression: "SELECT 1 AS a", materialized: true, indexes: [{ name: "i", columns: ["b"] }] }`,
      UNKNOWN_COLUMN,
    ],
  ],
  dropColumn: [
    ["an unknown table", `"nothing", "a"`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", "nothing"`, UNKNOWN_COLUMN],
    ["a column that a view needs", `"shop", "code"`, NEEDED],
  ],
  dropConstraint: [
    ["an unknown table", `"nothing", "a"`, UNKNOWN_TABLE],
    ["an unknown constraint", `"mall", "nothing"`, UNKNOWN],
    ["a key that a foreign key needs", `"mall", "PK_mall"`, NEEDED],
  ],
  dropEnum: [
    ["an unknown type", `"nothing"`, UNKNOWN],
    ["a type that a column has", `"shop_status"`, NEEDED],
  ],
  dropExtension: [["an unknown extension", `"nothing"`, UNKNOWN]],
  dropIndex: [
    ["an unknown table", `"nothing", "IDX_shop_mall"`, UNKNOWN],
    ["an unknown index", `"shop", "nothing"`, UNKNOWN],
    ["an index of another table", `"mall", "IDX_shop_mall"`, UNKNOWN],
    [
      "an index of another table, concurrently",
      `"mall", "IDX_shop_mall", { concurrently: true, ifExists: true }`,
      UNKNOWN,
    ],
    ["an index that a constraint needs", `"shop", "UQ_shop_code"`, NEEDED],
    ["a table", `"shop", "mall"`, "42809"],
  ],
  dropSchema: [
    ["an unknown schema", `"nothing"`, UNKNOWN_SCHEMA],
    ["a schema with something in it", `"public"`, NEEDED],
  ],
  dropSequence: [
    ["an unknown sequence", `"nothing"`, UNKNOWN_TABLE],
    ["a sequence that a default needs", `"mall_id_seq"`, NEEDED],
  ],
  dropTable: [
    ["an unknown table", `"nothing"`, UNKNOWN_TABLE],
    ["a table that others need", `"mall"`, NEEDED],
    ["a view", `"open_shop"`, "42809"],
  ],
  dropView: [
    ["an unknown view", `"nothing"`, UNKNOWN_TABLE],
    ["a table", `"mall"`, "42809"],
    ["a view that is not materialized", `"open_shop", { materialized: true }`, "42809"],
  ],
  insertRows: [
    ["an unknown table", `"nothing", [{ a: 1 }]`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", [{ nothing: 1 }]`, UNKNOWN_COLUMN],
    ["a value that the column does not take", `"shop", [{ mall_id: "many", code: "Z" }]`, BAD_VALUE],
    ["a value that is too long", `"shop", [{ mall_id: 1, code: "${"z".repeat(21)}" }]`, "22001"],
    ["a required column without a value", `"shop", [{ mall_id: 1 }]`, "23502"],
    ["a row that is there", `"shop", [{ mall_id: 1, code: "A" }]`, NOT_UNIQUE],
    ["an unknown type", `"mall", [{ name: "x" }], { types: { name: "txt" } }`, UNKNOWN],
    ["a column without a sequence", `"mall", [{ name: "x" }], { sequenceOf: "name" }`, UNKNOWN],
    ["an integer column without a sequence", `"shop", [{ mall_id: 1, code: "Z" }], { sequenceOf: "mall_id" }`, UNKNOWN],
  ],
  moveEnumToSchema: [
    ["an unknown type", `"nothing", "other"`, UNKNOWN],
    ["an unknown schema", `"shop_status", "nothing"`, UNKNOWN_SCHEMA],
  ],
  moveToSchema: [
    ["an unknown table", `"nothing", "other"`, UNKNOWN_TABLE],
    ["an unknown schema", `"mall", "nothing"`, UNKNOWN_SCHEMA],
  ],
  removeTypeormMetadata: [["a database without the table", `{ type: "VIEW", name: "nothing" }`, UNKNOWN_TABLE]],
  renameColumn: [
    ["an unknown table", `"nothing", "a", "b"`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", "nothing", "a"`, UNKNOWN_COLUMN],
    ["a name that is taken", `"mall", "name", "tags"`, TAKEN_COLUMN],
  ],
  renameConstraint: [
    ["an unknown table", `"nothing", "a", "b"`, UNKNOWN_TABLE],
    ["an unknown constraint", `"mall", "nothing", "a"`, UNKNOWN],
    ["a name that is taken", `"shop", "CHK_shop_area", "FK_shop_mall"`, TAKEN],
    ["the name of an index", `"shop", "UQ_shop_code", "IDX_shop_mall"`, TAKEN_RELATION],
  ],
  renameEnum: [
    ["an unknown type", `"nothing", "a"`, UNKNOWN],
    ["the name of a table", `"shop_status", "mall"`, TAKEN],
  ],
  renameEnumValue: [
    ["an unknown type", `"nothing", "a", "b"`, UNKNOWN],
    ["an unknown value", `"shop_status", "nothing", "a"`, "22023"],
    ["a value that is there", `"shop_status", "open", "shut"`, TAKEN],
  ],
  renameIndex: [
    ["an unknown table", `"nothing", "IDX_shop_mall", "a"`, UNKNOWN],
    ["an unknown index", `"shop", "nothing", "a"`, UNKNOWN_TABLE],
    ["an index of another table", `"mall", "IDX_shop_mall", "a"`, UNKNOWN],
    ["a name that is taken", `"shop", "IDX_shop_mall", "PK_mall"`, TAKEN_RELATION],
  ],
  renameSchema: [
    ["an unknown schema", `"nothing", "a"`, UNKNOWN_SCHEMA],
    ["a name that is taken", `"other", "public"`, "42P06"],
  ],
  renameSequence: [
    ["an unknown sequence", `"nothing", "a"`, UNKNOWN_TABLE],
    ["a name that is taken", `"invoice_number", "mall"`, TAKEN_RELATION],
    ["a table", `"mall", "a"`, "42809"],
  ],
  renameTable: [
    ["an unknown table", `"nothing", "a"`, UNKNOWN_TABLE],
    ["a name that is taken", `"mall", "shop"`, TAKEN_RELATION],
  ],
  replaceEnum: [
    ["an unknown type", `"nothing", ["a"], []`, UNKNOWN],
    ["an unknown table", `"shop_status", ["open"], [{ table: "nothing", column: "a" }]`, UNKNOWN_TABLE],
    ["an unknown column", `"shop_status", ["open"], [{ table: "shop", column: "nothing" }]`, UNKNOWN_COLUMN],
    ["a column that is left out", `"shop_status", ["open", "shut"], []`, NEEDED],
  ],
  run: [["a query that is refused", `async (db) => void (await db.query("SELECT * FROM nothing"))`, UNKNOWN_TABLE]],
  setValues: [
    ["an unknown table", `"nothing", { set: { a: "1" } }`, UNKNOWN_TABLE],
    ["an unknown column", `"mall", { set: { nothing: "1" } }`, UNKNOWN_COLUMN],
    ["an unknown table beside it", `"mall", { set: { name: "o.a" }, from: "nothing AS o" }`, UNKNOWN_TABLE],
    ["an unknown column in its condition", `"mall", { set: { name: "'x'" }, where: "nothing" }`, UNKNOWN_COLUMN],
    ["a value of another type", `"shop", { set: { area: "'x'" } }`, BAD_VALUE],
  ],
  sql: [
    ["an unknown table", `"DELETE FROM nothing"`, UNKNOWN_TABLE],
    ["an unknown column", `"UPDATE mall SET nothing = 1"`, UNKNOWN_COLUMN],
    ["a value that is refused", `"UPDATE shop SET area = $1", ["many"]`, BAD_VALUE],
    ["values that are missing", `"UPDATE shop SET area = $1::int + $2::int", [1]`, "08P01"],
    ["no SQL", `"UPDAT mall"`, "42601"],
  ],
  validateConstraint: [
    ["an unknown table", `"nothing", "a"`, UNKNOWN_TABLE],
    ["an unknown constraint", `"mall", "nothing"`, UNKNOWN],
    ["a key", `"mall", "PK_mall"`, "42809"],
  ],
};

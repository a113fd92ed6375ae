import type { Operation } from "../schema/operation.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { bareName, id, moveSql, path } from "../sql.ts";
import { checkSql } from "./checks.ts";
import { afterColumnSql, columnSql } from "./columns.ts";
import { commentOnTable } from "./comments.ts";
import { exclusionSql } from "./exclusions.ts";
import { change, type Kind } from "./kind.ts";
import { primaryKeySql } from "./primary-keys.ts";
import { uniqueSql } from "./uniques.ts";

export const tables: Kind<Table, Schema> = {
  word: "table",
  list: "tables",
  holdsData: true,
  create: ({ name, indexes: _indexes, foreignKeys: _keys, ...body }) => createTable(name, body),
  alter: (from, to) => (from.comment === to.comment ? [] : [change(commentOnTable(to.name, to.comment ?? null))]),
  rename: renameTable,
  move: moveToSchema,
  drop: (table) => dropTable(table.name),
};

/** What stands inside `createTable`; indexes and foreign keys are operations of their own. */
export type TableBody = Omit<Table, "name" | "indexes" | "foreignKeys">;

/**
 * Creates a table.
 * @param table its name
 * @param body its columns, key, constraints and comment
 * @example op.createTable("mall", {
 *   columns: [{ name: "id", type: "serial" }, { name: "name", type: "text" }],
 *   primaryKey: { name: "PK_mall", columns: ["id"] },
 * })
 */
export function createTable(table: string, body: TableBody): Operation {
  const clauses = [
    ...body.columns.map(columnSql),
    ...(body.primaryKey === undefined ? [] : [primaryKeySql(body.primaryKey)]),
    ...(body.uniques ?? []).map(uniqueSql),
    ...(body.checks ?? []).map(checkSql),
    ...(body.exclusions ?? []).map(exclusionSql),
  ];
  return {
    name: "createTable",
    args: [table, body],
    sql: [
      `CREATE TABLE ${path(table)} (${clauses.map((clause) => `\n  ${clause}`).join(",")}\n)`,
      ...(body.comment === undefined ? [] : commentOnTable(table, body.comment).sql),
      ...body.columns.flatMap((column) => afterColumnSql(table, column)),
    ],
  };
}

/**
 * Renames a table, within its schema. Foreign keys and views follow; queries that name it break.
 * @param from its name
 * @param to its new name
 * @example op.renameTable("store", "shop")
 */
export function renameTable(from: string, to: string): Operation {
  return {
    name: "renameTable",
    args: [from, to],
    sql: [`ALTER TABLE ${path(from)} RENAME TO ${id(bareName(to))}`],
    hazards: [{ code: "BREAKS_CLIENTS", table: from, text: `Code that still queries ${from} fails from now on.` }],
  };
}

/**
 * Moves a table, with its indexes and owned sequences, to another schema.
 * @param table the table
 * @param schema the schema it moves to; left out, the connection's own
 * @example op.moveToSchema("shop", "sales")
 */
export function moveToSchema(table: string, schema?: string): Operation {
  return {
    name: "moveToSchema",
    args: schema === undefined ? [table] : [table, schema],
    sql: [moveSql("TABLE", table, schema)],
    hazards: [{ code: "BREAKS_CLIENTS", table, text: `Code that still queries ${table} fails from now on.` }],
  };
}

/**
 * Drops a table with its rows, indexes and constraints. PostgreSQL refuses while a view or foreign key needs it.
 * @param table the table
 * @example op.dropTable("mall")
 */
export function dropTable(table: string): Operation {
  return {
    name: "dropTable",
    args: [table],
    sql: [`DROP TABLE ${path(table)}`],
    hazards: [{ code: "DATA_LOSS", table, text: `All rows of ${table} are gone for good.` }],
  };
}

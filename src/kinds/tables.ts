import type { Operation } from "../schema/operation.ts";
import type { Check, Exclusion, PrimaryKey, Schema, Table, Unique } from "../schema/schema.ts";
import { bareName, id, moveSql, path, qualifiedName } from "../sql.ts";
import { checkSql } from "./checks.ts";
import { afterColumnSql, columnSql } from "./column-operations.ts";
import { commentOnTable } from "./comments.ts";
import { checkName, exclusionName, type Nameless, primaryKeyName, uniqueName } from "./default-names.ts";
import { exclusionSql } from "./exclusions.ts";
import {
  change,
  compact,
  type IfExists,
  type IfNotExists,
  ifExistsSql,
  ifNotExistsSql,
  type Kind,
  withOptions,
} from "./kind.ts";
import { exclusive, exclusiveWithTied, NO_LOCKS } from "./locks.ts";
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
export interface TableBody extends Pick<Table, "columns" | "comment"> {
  readonly primaryKey?: Nameless<PrimaryKey>;
  readonly uniques?: readonly Nameless<Unique>[];
  readonly checks?: readonly Nameless<Check>[];
  readonly exclusions?: readonly Nameless<Exclusion>[];
}

/**
 * Creates a table.
 * @param table its name
 * @param body its columns, key, constraints and comment
 * @param options `ifNotExists: true` lets it be there already
 * @example op.createTable("tenant", {
 *   columns: [{ name: "id", type: "serial" }, { name: "name", type: "text", comment: "As on the lease" }],
 *   primaryKey: { name: "PK_tenant", columns: ["id"] },
 * })
 */
export function createTable(table: string, body: TableBody, options: IfNotExists = {}): Operation {
  const named = withNames(table, body);
  const clauses = [
    ...named.columns.map(columnSql),
    ...(named.primaryKey === undefined ? [] : [primaryKeySql(named.primaryKey)]),
    ...(named.uniques ?? []).map(uniqueSql),
    ...(named.checks ?? []).map(checkSql),
    ...(named.exclusions ?? []).map(exclusionSql),
  ];
  return {
    name: "createTable",
    args: withOptions([table, named], options),
    target: { kind: "table", name: table, effect: "create" },
    sql: [
      `CREATE TABLE ${ifNotExistsSql(options)}${path(table)} (${clauses.map((clause) => `\n  ${clause}`).join(",")}\n)`,
      ...(body.comment === undefined ? [] : commentOnTable(table, body.comment).sql),
      ...body.columns.flatMap((column) => afterColumnSql(table, column)),
    ],
    locks: NO_LOCKS,
  };
}

/**
 * Renames a table, within its schema. Foreign keys and views follow; queries that name it break.
 * @param from its name
 * @param to its new name
 * @example op.renameTable("store", "stall")
 */
export function renameTable(from: string, to: string): Operation {
  return {
    name: "renameTable",
    args: [from, to],
    target: { kind: "table", name: from, effect: "rename", to },
    sql: [`ALTER TABLE ${path(from)} RENAME TO ${id(bareName(to))}`],
    locks: exclusive(from),
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
    target: { kind: "table", name: table, effect: "move", to: qualifiedName(bareName(table), schema) },
    sql: [moveSql("TABLE", table, schema)],
    locks: exclusiveWithTied(table),
    hazards: [{ code: "BREAKS_CLIENTS", table, text: `Code that still queries ${table} fails from now on.` }],
  };
}

/**
 * Drops a table with its rows, indexes and constraints. PostgreSQL refuses while a view or foreign key needs it.
 * @param table the table
 * @param options `ifExists: true` lets it be missing
 * @example op.dropTable("store")
 */
export function dropTable(table: string, options: IfExists = {}): Operation {
  return {
    name: "dropTable",
    args: withOptions([table], options),
    target: { kind: "table", name: table, effect: "drop" },
    sql: [`DROP TABLE ${ifExistsSql(options)}${path(table)}`],
    locks: exclusiveWithTied(table),
    hazards: [{ code: "DATA_LOSS", table, text: `All rows of ${table} are lost.` }],
  };
}

function withNames(table: string, body: TableBody): Omit<Table, "name"> {
  const { primaryKey: key, uniques, checks, exclusions } = body;
  return compact<Omit<Table, "name">>({
    ...body,
    primaryKey: key && { ...key, name: key.name ?? primaryKeyName(table, key.columns) },
    uniques: uniques?.map((one) => ({ ...one, name: one.name ?? uniqueName(table, one.columns) })),
    checks: checks?.map((one) => ({ ...one, name: one.name ?? checkName(table, one.expression) })),
    exclusions: exclusions?.map((one) => ({ ...one, name: one.name ?? exclusionName(table, one.expression) })),
  });
}

import { collect } from "../collect.ts";
import type { Operation } from "../schema/operation.ts";
import type { Check, Exclusion, PrimaryKey, Schema, Table, Unique } from "../schema/schema.ts";
import { bareName, id, moveSql, path, qualifiedName } from "../sql.ts";
import { commentOnTable } from "./comments.ts";
import type { Nameless } from "./default-names.ts";
import { breaksClients, losesData } from "./hazards.ts";
import { checkConstraint, column, exclusion, objectName, primaryKey, ruleLists, unique } from "./item-rules.ts";
import {
  change,
  compact,
  describeComment,
  describeItem,
  type IfExists,
  type IfNotExists,
  ifExistsSql,
  ifNotExistsSql,
  inList,
  itemsOf,
  type Kind,
  withOptions,
} from "./kind.ts";
import { exclusive, exclusiveWithTied, NO_LOCKS } from "./locks.ts";
import { ifExists, ifNotExists } from "./option-rules.ts";
import * as is from "./rules.ts";
import { anyText, optional, type ParameterRules, shape } from "./rules.ts";
import { tableKinds } from "./table-kinds.ts";

export const tables: Kind<Table, Schema> = {
  word: "table",
  list: "tables",
  ownsRelationName: true,
  ownsTypeName: true,
  rule: (value, at) => shape({ name: objectName, ...ruleLists(tableKinds), comment: optional(anyText) })(value, at),
  holdsData: true,
  fromModels: ({ tables }) => tables,
  describe: (table) => [
    `table ${table.name}`,
    ...describeComment(table.comment),
    ...tableKinds.flatMap((kind) => itemsOf(table, kind.list).flatMap((item) => describeItem(kind, item, table))),
  ],
  create: ({ name, ...body }) => createTable(name, withoutLists(body)),
  alter: (from, to) => collect(from.comment !== to.comment && change(commentOnTable(to.name, to.comment ?? null))),
  rename: renameTable,
  move: moveToSchema,
  drop: (table) => dropTable(table.name),
};

/** What `createTable` creates; indexes and foreign keys are operations of their own. */
export interface TableBody extends Pick<Table, "columns" | "comment"> {
  readonly primaryKey?: Nameless<PrimaryKey>;
  readonly uniques?: readonly Nameless<Unique>[];
  readonly checks?: readonly Nameless<Check>[];
  readonly exclusions?: readonly Nameless<Exclusion>[];
}

const body = shape<TableBody>({
  columns: is.nonEmptyList(column),
  primaryKey: optional(primaryKey),
  uniques: optional(is.nonEmptyList(unique)),
  checks: optional(is.nonEmptyList(checkConstraint)),
  exclusions: optional(is.nonEmptyList(exclusion)),
  comment: optional(is.text),
});

/** What its operations take. */
export const tableParameters = {
  createTable: { table: is.text, body, options: ifNotExists },
  renameTable: { from: is.text, to: is.text },
  moveToSchema: { table: is.text, schema: optional(is.text) },
  dropTable: { table: is.text, options: ifExists },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Creates a table.
 * @param table its name
 * @param body its columns, primary key, constraints and comment
 * @param options with `ifNotExists: true` nothing happens if the name exists
 * @example op.createTable("tenant", {
 *   columns: [{ name: "id", type: "serial" }, { name: "name", type: "text", comment: "As on the lease" }],
 *   primaryKey: { name: "PK_tenant", columns: ["id"] },
 * })
 */
export function createTable(table: string, body: TableBody, options: IfNotExists = {}): Operation {
  const named = withNames(table, body);
  const parts = tableKinds.flatMap((kind) => itemsOf(named, kind.list).map((item) => ({ kind, item })));
  const clauses = parts.flatMap(({ kind, item }) => kind.clause?.(item) ?? []);
  return {
    name: "createTable",
    args: withOptions([table, named], options),
    target: { kind: "table", name: table, effect: "create" },
    sql: [
      `CREATE TABLE ${ifNotExistsSql(options)}${path(table)} (${clauses.map((clause) => `\n  ${clause}`).join(",")}\n)`,
      ...(body.comment === undefined ? [] : commentOnTable(table, body.comment).sql),
      ...parts.flatMap(({ kind, item }) => kind.afterClause?.(item, table) ?? []),
    ],
    locks: NO_LOCKS,
  };
}

/**
 * Renames a table within its schema. Foreign keys and views follow; queries that use the old name fail.
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
    hazards: [breaksClients("rename-table", from, `queries ${from}`)],
  };
}

/**
 * Moves a table, with its indexes and owned sequences, to another schema.
 * @param table the table
 * @param schema the new schema; left out, the schema of the connection
 * @example op.moveToSchema("shop", "sales")
 */
export function moveToSchema(table: string, schema?: string): Operation {
  return {
    name: "moveToSchema",
    args: schema === undefined ? [table] : [table, schema],
    target: { kind: "table", name: table, effect: "move", to: qualifiedName(bareName(table), schema) },
    sql: [moveSql("TABLE", table, schema)],
    locks: exclusiveWithTied(table),
    hazards: [breaksClients("rename-table", table, `queries ${table}`)],
  };
}

/**
 * Drops a table with its rows, indexes and constraints. PostgreSQL refuses while a view or foreign key needs it.
 * @param table the table
 * @param options with `ifExists: true` nothing happens if the table does not exist
 * @example op.dropTable("store")
 */
export function dropTable(table: string, options: IfExists = {}): Operation {
  return {
    name: "dropTable",
    args: withOptions([table], options),
    target: { kind: "table", name: table, effect: "drop" },
    sql: [`DROP TABLE ${ifExistsSql(options)}${path(table)}`],
    locks: exclusiveWithTied(table),
    hazards: [losesData("drop-table", table, `All rows of ${table} are`)],
  };
}

/** The body without what is created after the table. */
function withoutLists(body: Omit<Table, "name">): TableBody {
  const lists = tableKinds.filter(({ clause }) => clause === undefined).map(({ list }) => list);
  return Object.fromEntries(Object.entries(body).filter(([key]) => !lists.includes(key))) as unknown as TableBody;
}

function withNames(table: string, body: TableBody): Omit<Table, "name"> {
  const named = tableKinds.flatMap((kind) => {
    const { list, defaultName } = kind;
    const items = itemsOf(body, list);
    if (defaultName === undefined || items.length === 0) return [];
    const withName = items.map((item) => ({ ...item, name: item.name ?? defaultName(item, table) }));
    return [[list, inList(kind, withName)] as const];
  });
  return compact<Omit<Table, "name">>({ ...(body as Omit<Table, "name">), ...Object.fromEntries(named) });
}

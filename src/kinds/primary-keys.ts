import { requiredFlag, requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Deferrable, PrimaryKey, Table } from "../schema/schema.ts";
import { id, idList, path } from "../sql.ts";
import { constraintQuestion, dropConstraint, goesWithColumn, renameConstraint } from "./constraints.ts";
import { type Nameless, primaryKeyName } from "./default-names.ts";
import { primaryKey } from "./item-rules.ts";
import { catalogQuery, compact, deferrable, deferrableSql, type Kind } from "./kind.ts";
import { exclusive } from "./locks.ts";
import { type UsingIndex, usingIndexSql } from "./using-index.ts";

export const primaryKeys: Kind<PrimaryKey, Table> = {
  word: "primary key",
  list: "primaryKey",
  isConstraint: true,
  rule: primaryKey,
  clause: primaryKeySql,
  defaultName: ({ columns }, table) => primaryKeyName(table, columns),
  isSingle: true,
  dropBeforeColumns: true,
  ownsRelationName: true,
  fromModel: ({ columns, primaryKeyName }) => {
    const key = columns.filter((column) => column.isPrimary).map((column) => column.name);
    return key.length === 0 ? [] : [{ name: primaryKeyName, columns: key }];
  },
  catalog: catalogQuery(
    {
      table: requiredText,
      name: requiredText,
      columns: requiredText,
      isDeferrable: requiredFlag,
      isDeferred: requiredFlag,
      isSpecial: requiredFlag,
    },
    ({ namespaces, version }) => `
    SELECT k.conrelid, k.conname, k.conkey, k.condeferrable, k.condeferred,
      i.indnatts <> i.indnkeyatts OR ${version >= 180000 ? "k.conperiod" : "false"}
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid
    WHERE k.contype = 'p' AND k.connamespace IN (${namespaces})`,
    ({ table, name, columns, isDeferrable, isDeferred, isSpecial }, names) => ({
      table,
      item: compact<PrimaryKey>({
        name,
        columns: names.columns(table, columns),
        deferrable: deferrable(isDeferrable, isDeferred),
      }),
      ...(isSpecial && {
        unmodelled: { name, why: "models cannot declare INCLUDE or WITHOUT OVERLAPS of a primary key" },
      }),
    }),
  ),
  create: (key, table) => createPrimaryKey(table.name, key),
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (key, table) => dropConstraint(table.name, key.name),
  question: (from, to, owners) =>
    to === undefined && goesWithColumn(from!.columns, owners)
      ? undefined
      : constraintQuestion("primary key", from, to, owners, columnsOf, (key) =>
          duplicates(owners.after.name, key.columns),
        ),
};

/**
 * Gives a table its primary key; the columns become NOT NULL.
 * @param table the table
 * @param key its name and columns
 * @param options `usingIndex: "…"` takes over a unique index over just these columns, so that none has to be built
 * @example op.createPrimaryKey("product_tag", { name: "PK_product_tag", columns: ["product_id", "tag_id"] })
 * @example op.createPrimaryKey("product_tag", { columns: ["product_id", "tag_id"] }, { usingIndex: "product_tag_key" })
 */
export function createPrimaryKey(table: string, key: Nameless<PrimaryKey>, options: UsingIndex = {}): Operation {
  const named = { ...key, name: key.name ?? primaryKeyName(table, key.columns) };
  const { usingIndex } = options;
  if (usingIndex !== undefined)
    return {
      name: "createPrimaryKey",
      args: [table, named, options],
      target: { kind: "constraint", table, name: named.name, effect: "create" },
      sql: usingIndexSql(table, named, "PRIMARY KEY", usingIndex),
      locks: exclusive(table),
      hazards: [
        {
          code: "TABLE_SCAN",
          table,
          text: `${table} cannot be read or written while its rows are checked for NULL, unless the columns are NOT NULL.`,
        },
      ],
    };
  return {
    name: "createPrimaryKey",
    args: [table, named],
    target: { kind: "constraint", table, name: named.name, effect: "create" },
    sql: [`ALTER TABLE ${path(table)} ADD ${primaryKeySql(named)}`],
    locks: exclusive(table),
    hazards: [
      { code: "BLOCKS_READS", table, text: `${table} cannot be read or written while the index of its key is built.` },
    ],
  };
}

/** The clause of `CREATE TABLE` and `ALTER TABLE … ADD`. */
export function primaryKeySql(key: PrimaryKey): string {
  return `CONSTRAINT ${id(key.name)} PRIMARY KEY ${idList(key.columns)}${deferrableSql(key.deferrable)}`;
}

/** The columns of a key as a person reads them. */
export function columnsOf(key: { readonly columns: readonly string[]; readonly deferrable?: Deferrable }): string {
  return `(${key.columns.join(", ")})${deferrableSql(key.deferrable)}`;
}

/** The query for values that several rows have. */
export function duplicates(table: string, columns: readonly string[], where?: string): string {
  const numbers = columns.map((_, index) => index + 1).join(", ");
  const filter = where === undefined ? "" : ` WHERE ${where}`;
  return `SELECT ${columns.map(id).join(", ")}, count(*) FROM ${path(table)}${filter} GROUP BY ${numbers} HAVING count(*) > 1`;
}

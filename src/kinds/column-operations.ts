import type { Hazard, Operation } from "../schema/operation.ts";
import type { Column } from "../schema/schema.ts";
import { bareName, id, path } from "../sql.ts";
import { isSerial } from "./column-types.ts";
import { commentOnColumn } from "./comments.ts";
import { type IfExists, type IfNotExists, ifExistsSql, ifNotExistsSql, withOptions } from "./kind.ts";
import { exclusive, exclusiveWithTied } from "./locks.ts";
import { type ColumnPlace, placeColumnSql } from "./rebuild.ts";
import { continueSql, renameOwnSql, serialSql } from "./serials.ts";

/** What `alterColumn` can change; what is left out stays as it is, and `null` removes. */
export interface ColumnChanges {
  /** The new type; `serial` and its like give an integer column a sequence that goes on behind the largest value. */
  readonly type?: string;
  /** The name of the sequence of a column that becomes serial, where it is not `<table>_<column>_seq`. */
  readonly sequence?: string;
  /** How old values become new ones, where PostgreSQL cannot cast by itself. */
  readonly using?: string;
  readonly collation?: string;
  readonly nullable?: boolean;
  readonly default?: string | null;
  /** Makes the column an identity column that goes on behind the largest value; `null` makes it a plain one. */
  readonly generatedIdentity?: "ALWAYS" | "BY DEFAULT" | null;
  /** For a column that is an identity column already. */
  readonly setGenerated?: "ALWAYS" | "BY DEFAULT";
  /**
   * `null` makes a stored generated column a plain one that keeps its values, from PostgreSQL 13 on; there is no such
   * step for a virtual one.
   */
  readonly asExpression?: null;
}

/**
 * Adds a column at the end of a table, or in the place that `before` or `after` names. PostgreSQL only adds columns at
 * the end: for another place the table is built anew in the revision's transaction, with everything that belongs to it,
 * and nobody reads or writes it meanwhile. What cannot be made again stops it before anything is changed, with a list.
 * @param table the table
 * @param column the column
 * @param options `before` or `after` a column; `ifNotExists: true` lets it be there already
 * @example op.addColumn("mall", { name: "opened_on", type: "date", nullable: true })
 * @example op.addColumn("mall", { name: "city", type: "text", nullable: true }, { after: "title" })
 */
export function addColumn(table: string, column: Column, options: ColumnPlace & IfNotExists = {}): Operation {
  const { before, after, ifNotExists } = options;
  const placed = before !== undefined || after !== undefined;
  const adding = [
    `ALTER TABLE ${path(table)} ADD COLUMN ${placed ? "" : ifNotExistsSql(options)}${columnSql(column)}`,
    ...afterColumnSql(table, column),
  ];
  const hazards = [
    ...(rewrites(column) ? [rewriteOf(table, `the new column ${column.name} gets a value in every row`)] : []),
    ...(placed ? rebuildHazards(table, column.name, options) : []),
  ];
  return {
    name: "addColumn",
    args: withOptions([table, column], options),
    target: { kind: "column", table, name: column.name, effect: "create" },
    sql: placed ? [placeColumnSql({ table, column: column.name, place: options, adding, ifNotExists })] : adding,
    locks: placed ? exclusiveWithTied(table) : exclusive(table),
    ...(hazards.length > 0 && { hazards }),
  };
}

/**
 * Changes the type, nullability, default, identity or collation of a column.
 * @param table the table
 * @param column the column
 * @param changes see {@link ColumnChanges}
 * @example op.alterColumn("shop", "code", { type: "bigint", using: "code::bigint" })
 */
export function alterColumn(table: string, column: string, changes: ColumnChanges): Operation {
  const alter = (action: string) => `ALTER TABLE ${path(table)} ALTER COLUMN ${id(column)} ${action}`;
  const sql: string[] = [];
  if (changes.default === null) sql.push(alter("DROP DEFAULT"));
  if (changes.generatedIdentity === null) sql.push(alter("DROP IDENTITY"));
  if (changes.asExpression === null) sql.push(alter("DROP EXPRESSION"));
  if (changes.type !== undefined)
    sql.push(
      ...(isSerial(changes.type)
        ? serialSql(table, column, changes.type, changes.sequence)
        : [
            alter(
              `TYPE ${changes.type}${changes.collation === undefined ? "" : ` COLLATE ${path(changes.collation)}`}${
                changes.using === undefined ? "" : ` USING ${changes.using}`
              }`,
            ),
          ]),
    );
  if (changes.nullable !== undefined) sql.push(alter(changes.nullable ? "DROP NOT NULL" : "SET NOT NULL"));
  if (changes.setGenerated !== undefined) sql.push(alter(`SET GENERATED ${changes.setGenerated}`));
  if (typeof changes.generatedIdentity === "string")
    sql.push(alter(`ADD GENERATED ${changes.generatedIdentity} AS IDENTITY`), continueSql(table, column));
  if (typeof changes.default === "string") sql.push(alter(`SET DEFAULT ${changes.default}`));
  const hazards = [
    ...(changes.type === undefined || isSerial(changes.type)
      ? []
      : [rewriteOf(table, `${column} becomes ${changes.type}, unless that only lengthens it`)]),
    ...(changes.nullable === false ? [scanOf(table)] : []),
  ];
  const { type, generatedIdentity, setGenerated } = changes;
  const touchesOthers = type !== undefined || generatedIdentity === null || setGenerated !== undefined;
  return {
    name: "alterColumn",
    args: [table, column, changes],
    target: { kind: "column", table, name: column, effect: "alter" },
    sql,
    ...(hazards.length > 0 && { hazards }),
    locks: touchesOthers ? exclusiveWithTied(table) : exclusive(table),
  };
}

/**
 * Renames a column. Indexes, constraints and views follow; queries that name it break.
 * @param table the table
 * @param from its name
 * @param to its new name
 * @example op.renameColumn("mall", "title", "name")
 */
export function renameColumn(table: string, from: string, to: string): Operation {
  return {
    name: "renameColumn",
    args: [table, from, to],
    target: { kind: "column", table, name: from, effect: "rename", to },
    sql: [`ALTER TABLE ${path(table)} RENAME COLUMN ${id(from)} TO ${id(to)}`],
    locks: exclusive(table),
    hazards: [{ code: "BREAKS_CLIENTS", table, text: `Code that still reads ${table}.${from} fails from now on.` }],
  };
}

/**
 * Drops a column with its values, and every index and constraint of this table that uses it.
 * @param table the table
 * @param column the column
 * @param options `ifExists: true` lets it be missing
 * @example op.dropColumn("mall", "title")
 */
export function dropColumn(table: string, column: string, options: IfExists = {}): Operation {
  return {
    name: "dropColumn",
    args: withOptions([table, column], options),
    target: { kind: "column", table, name: column, effect: "drop" },
    sql: [`ALTER TABLE ${path(table)} DROP COLUMN ${ifExistsSql(options)}${id(column)}`],
    locks: exclusiveWithTied(table),
    hazards: [{ code: "DATA_LOSS", table, text: `The values of ${table}.${column} are lost.` }],
  };
}

/** The clause of `CREATE TABLE` and `ADD COLUMN`. */
export function columnSql(column: Column): string {
  return [
    id(column.name),
    column.type,
    column.collation === undefined ? "" : `COLLATE ${path(column.collation)}`,
    column.asExpression === undefined
      ? ""
      : `GENERATED ALWAYS AS (${column.asExpression}) ${column.generatedType ?? "STORED"}`,
    column.generatedIdentity === undefined ? "" : `GENERATED ${column.generatedIdentity} AS IDENTITY`,
    column.default === undefined ? "" : `DEFAULT ${column.default}`,
    column.nullable ? "" : "NOT NULL",
  ]
    .filter((clause) => clause !== "")
    .join(" ");
}

/** What a new column needs beside its clause: its comment, and the name of its sequence. */
export function afterColumnSql(table: string, column: Column): readonly string[] {
  const loose = isSerial(column.type) && column.nullable; // serial is NOT NULL, whatever stands behind it
  return [
    ...(loose ? [`ALTER TABLE ${path(table)} ALTER COLUMN ${id(column.name)} DROP NOT NULL`] : []),
    ...(column.sequence === undefined ? [] : [renameOwnSql(table, column.name, column.sequence)]),
    ...(column.comment === undefined ? [] : commentOnColumn(table, column.name, column.comment).sql),
  ];
}

/** PostgreSQL writes a value into every row for a generated value or a volatile default. */
function rewrites(column: Column): boolean {
  if (isSerial(column.type) || column.generatedIdentity !== undefined) return true;
  if (column.asExpression !== undefined) return column.generatedType !== "VIRTUAL";
  return /\b(gen_random_uuid|uuid_generate_v\w+|uuidv[47]|random|clock_timestamp|nextval)\(/.test(column.default ?? "");
}

function rewriteOf(table: string, why: string): Hazard {
  return {
    code: "TABLE_REWRITE",
    table,
    text: `${bareName(table)} is rewritten and cannot be read or written during that time: ${why}.`,
  };
}

function rebuildHazards(table: string, column: string, { before, after }: ColumnPlace): readonly Hazard[] {
  const place = after === undefined ? `before ${before}` : `after ${after}`;
  const why = `to put ${column} ${place}, the table and its indexes are rebuilt under an ACCESS EXCLUSIVE lock. The tables that foreign keys connect with it are locked too`;
  const text = `Code that relies on the column order of ${bareName(table)}, such as INSERT or COPY without a column list, may break.`;
  return [rewriteOf(table, why), { code: "BREAKS_CLIENTS", table, text }];
}

function scanOf(table: string): Hazard {
  return { code: "TABLE_SCAN", table, text: `${table} cannot be read or written while its rows are checked.` };
}

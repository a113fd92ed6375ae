import { collect } from "../collect.ts";
import { mapGiven } from "../given.ts";
import type { RowProbe, RowsEffect } from "../schema/row-probe.ts";
import type { Table } from "../schema/schema.ts";
import { bareName, id, literal, path } from "../sql.ts";
import { endComment } from "../tokens.ts";
import { printType } from "./column-types.ts";
import { findConversion } from "./conversions.ts";
import { readExclusion } from "./exclusion-conflicts.ts";

/** What is known of a table whose rows are sought. */
export interface RowSource {
  /**
   * What comes after FROM, with an alias if it is a query.
   * @param alias the name that the query uses for it; absent, the table's own name
   */
  readonly from: (alias?: string) => string;
  /** Whether a column may have NULL. */
  readonly isNullable: (column: string) => boolean;
  /** The type of a column before the operation, if it is known. */
  readonly typeOf: (column: string) => string | undefined;
  /** The values of the enum type of a column, or of the elements of an array. */
  readonly labelsOf: (column: string) => readonly string[] | undefined;
}

/** Finds what is known of a table by its name when the operation runs. */
export type FindSource = (table: string) => RowSource;

/** A query that shows rows, and what the operation does to them. */
export interface ShownRows {
  readonly query: string;
  readonly rows: RowsEffect;
  /** The SQLSTATE with which PostgreSQL refuses the rows. */
  readonly sqlState: string;
}

/** Why there is no query: no row can be in the way, or that is not known. */
export interface NoQuery {
  readonly none: "clear" | "unknown";
  readonly reason?: string;
}

/** A table with nothing known but its name: every column may have NULL. */
export function plainSource(table: string): RowSource {
  return {
    from: (alias) => (alias === undefined ? path(table) : `${path(table)} ${alias}`),
    isNullable: () => true,
    typeOf: () => undefined,
    labelsOf: () => undefined,
  };
}

/** A table of a schema that is known as data. */
export function tableSource({ name, columns, primaryKey }: Table): RowSource {
  const find = (column: string) => columns.find((one) => one.name === column);
  return {
    ...plainSource(name),
    isNullable: (column) => find(column)?.nullable === true && primaryKey?.columns.includes(column) !== true,
    typeOf: (column) => find(column)?.type,
  };
}

type Sought<Finds extends RowProbe["finds"]> = Extract<RowProbe, { readonly finds: Finds }>;
type Writers = {
  readonly [Finds in RowProbe["finds"]]: (probe: Sought<Finds>, find: FindSource) => ShownRows | NoQuery;
};

/** PostgreSQL's codes for rows that it refuses, by what they violate. */
const NOT_NULL = "23502";
const FOREIGN_KEY = "23503";
const UNIQUE = "23505";
const CHECK = "23514";
const EXCLUSION = "23P01";
const NOT_A_LABEL = "22P02";

const WRITERS: Writers = {
  "any row": ({ table }, find) => fails(`SELECT * FROM ${find(table).from()}`, NOT_NULL),
  nulls: (probe, find) => {
    const nullable = probe.columns.filter(find(probe.table).isNullable);
    if (nullable.length === 0) return { none: "clear" };
    const where = nullable.map((column) => `${id(column)} IS NULL`).join(" OR ");
    return fails(`SELECT * FROM ${find(probe.table).from()} WHERE ${where}`, NOT_NULL);
  },
  "null results": ({ table, expression }, find) =>
    fails(`SELECT * FROM ${find(table).from()} WHERE (${endComment(expression)}) IS NULL`, NOT_NULL),
  duplicates: ({ table, columns, where }, find) => fails(findDuplicatesSql(find(table), columns, where), UNIQUE),
  orphans: (probe, find) => fails(findOrphansSql(probe, find), FOREIGN_KEY),
  violations: ({ table, expression }, find) =>
    fails(`SELECT * FROM ${find(table).from()} WHERE NOT (${endComment(expression)})`, CHECK),
  values: findMisfits,
  labels: findRemoved,
  conflicts: findConflicts,
  unchecked: ({ name }) => unknown(`the definition of ${name} was not found`),
};

/**
 * Makes the query for the rows that an operation cannot work with. It is the one source of such queries.
 * @param probe which rows
 * @param find what is known of the tables
 */
export function showRows<Finds extends RowProbe["finds"]>(
  probe: Sought<Finds>,
  find: FindSource = plainSource,
): ShownRows | NoQuery {
  const write: Writers[Finds] = WRITERS[probe.finds];
  return write(probe, find);
}

/** The query of {@link showRows}, where there is one. */
export function showRowsSql(probe: RowProbe, find?: FindSource): string | undefined {
  const shown = showRows(probe, find);
  if ("none" in shown) return undefined;
  const { query } = shown;
  return query;
}

function fails(query: string, sqlState: string): ShownRows {
  return { query, rows: "fail", sqlState };
}

function unknown(reason: string): NoQuery {
  return { none: "unknown", reason };
}

/** NULL is never equal to NULL, so a row with one violates no unique constraint. */
function findDuplicatesSql({ from, isNullable }: RowSource, columns: readonly string[], where?: string): string {
  const numbers = columns.map((_, at) => at + 1).join(", ");
  const present = columns.filter(isNullable).map((column) => `${id(column)} IS NOT NULL`);
  const given = mapGiven(where, endComment);
  const conditions = given === undefined ? present : [present.length === 0 ? given : `(${given})`, ...present];
  const filter = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `SELECT ${columns.map(id).join(", ")}, count(*) FROM ${from()}${filter} GROUP BY ${numbers} HAVING count(*) > 1`;
}

function findOrphansSql({ table, columns, references }: Sought<"orphans">, find: FindSource): string {
  const present = columns.map((column) => `t.${id(column)} IS NOT NULL`).join(" AND ");
  const joined = columns
    .flatMap((column, at) => {
      const referenced = references.columns[at];
      return collect(referenced !== undefined && `r.${id(referenced)} = t.${id(column)}`);
    })
    .join(" AND ");
  const other = find(references.table).from("r");
  return `SELECT t.* FROM ${find(table).from("t")} WHERE ${present} AND NOT EXISTS (SELECT FROM ${other} WHERE ${joined})`;
}

/** PostgreSQL's codes for values that it cannot convert. The first pair of types counts. */
const MISFITS: readonly (readonly [from: RegExp, to: RegExp, sqlState: string])[] = [
  [/./, /^(character|bit)/, "22001"],
  [/^(smallint|integer|bigint|numeric|real|double|money)/, /^(smallint|integer|bigint|numeric|real|double)/, "22003"],
  [/./, /^(date|time|interval)/, "22007"],
  [/./, /./, "22P02"],
];

function findMisfitCode(from: string, to: string): string {
  const [, , sqlState = ""] = MISFITS.find(([old, next]) => old.test(from) && next.test(to)) ?? [];
  return sqlState;
}

function findMisfits({ table, column, type, using }: Sought<"values">, find: FindSource): ShownRows | NoQuery {
  const { from, typeOf } = find(table);
  const present = typeOf(column);
  if (present === undefined) return unknown(`the type of ${table}.${column} before the change is not known`);
  const [oldType, newType] = [printType(present), printType(type)];
  if (oldType === newType && using === undefined) return { none: "clear" };
  const conversion = findConversion(id(column), oldType, newType);
  if (conversion.using !== using) return unknown(`what \`using\` makes of the values is not known`);
  const { where, rows, loses } = conversion;
  if (loses === undefined) return { none: "clear" };
  if (where === undefined || rows === undefined) return unknown(loses.join(" "));
  return { query: `SELECT * FROM ${from()} WHERE ${where}`, rows, sqlState: findMisfitCode(oldType, newType) };
}

function findRemoved({ table, column, array, values }: Sought<"labels">, find: FindSource): ShownRows | NoQuery {
  const { from, labelsOf } = find(table);
  const labels = labelsOf(column);
  if (labels === undefined) return unknown(`the values of ${table}.${column} before the change are not known`);
  const removed = labels.filter((label) => !values.includes(label));
  if (removed.length === 0) return { none: "clear" };
  const list = removed.map(literal).join(", ");
  const [value, rows] = array
    ? ["value::text", `${from()}, unnest(${id(column)}) value`]
    : [`${id(column)}::text AS value`, from()];
  const condition = `${array ? "value" : id(column)}::text IN (${list})`;
  return fails(
    `SELECT ${literal(`${table}.${column}`)} AS "column", ${value}, count(*) FROM ${rows} WHERE ${condition} GROUP BY 2`,
    NOT_A_LABEL,
  );
}

/** Compares each row with every other one, so it takes long for many rows. */
function findConflicts({ table, expression }: Sought<"conflicts">, find: FindSource): ShownRows | NoQuery {
  const parts = readExclusion(expression);
  if (parts === undefined) return unknown("what the exclusion constraint compares could not be read");
  const { elements, where } = parts;
  const values = elements.map((one, at) => `(${one.expression}) AS remodel_${at}`).join(", ");
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  const rows = `SELECT *, row_number() OVER () AS remodel_row, ${values} FROM ${find(table).from()}${condition}`;
  const conflict = elements.map(({ operator }, at) => `a.remodel_${at} ${operator} b.remodel_${at}`).join(" AND ");
  const query = `WITH compared AS MATERIALIZED (${rows}) SELECT * FROM compared a WHERE EXISTS (SELECT FROM compared b WHERE b.remodel_row <> a.remodel_row AND ${conflict})`;
  return fails(query, EXCLUSION);
}

/** The alias under which an expression of a table finds its columns also with the name of the table before them. */
export function tableAlias(table: string): string {
  return id(bareName(table));
}

import { collect } from "../collect.ts";
import { printType } from "../kinds/column-types.ts";
import { plainSource, type RowSource, tableAlias } from "../kinds/row-probes.ts";
import type { Column } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import type { ColumnBefore, TableBefore } from "./look-back.ts";

/** A column as it is in the database. */
export interface LiveColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** The values of its enum type, or of the one of its elements. */
  readonly labels?: readonly string[];
}

/**
 * Describes where a query finds the rows of a table before a run, under the names that an operation of the run uses.
 * @param name the name of the table for the operation
 * @param table the table before the run
 * @param live its columns in the database; none if the run creates the table
 */
export function describeSource(name: string, table: TableBefore, live: readonly LiveColumn[]): RowSource {
  const find = (column: string) => findColumn(table, live, column);
  return {
    ...plainSource(name),
    from: (alias) => readFrom(table, live, alias ?? tableAlias(name), name),
    isNullable: (column) => find(column)?.nullable ?? true,
    typeOf: (column) => find(column)?.type,
    labelsOf: (column) => find(column)?.labels,
  };
}

/**
 * Whether the values of a column are not those of before the run, or not known.
 * @param asks `nulls`: only whether they are NULL
 */
export function isUnclear({ columns }: TableBefore, name: string, asks: "nulls" | "values"): boolean {
  const known = columns.find((one) => one.name === name);
  const isChanged = known?.changes === "values" || (known?.changes === "type" && asks === "values");
  return isChanged || (known?.added !== undefined && isGenerated(known.added));
}

function isGenerated({ type, asExpression, generatedIdentity }: Column): boolean {
  return asExpression !== undefined || generatedIdentity !== undefined || /serial$/.test(type);
}

function findColumn(table: TableBefore, live: readonly LiveColumn[], name: string): LiveColumn | undefined {
  const known = table.columns.find((one) => one.name === name);
  const before = known === undefined ? name : known.before;
  const added = known?.added ?? table.created?.find((one) => one.name === before);
  if (added === undefined) return live.find((one) => one.name === before);
  return { name, type: printType(added.type), nullable: added.nullable === true };
}

function readFrom(table: TableBefore, live: readonly LiveColumn[], alias: string, name: string): string {
  const { before, created, columns } = table;
  if (before === undefined) return `(SELECT ${(created ?? []).map(selectNull).join(", ")} WHERE false) ${alias}`;
  if (columns.length > 0) return `(SELECT ${selectColumns(columns, live)} FROM ${path(before)}) ${alias}`;
  return before === name && alias === tableAlias(name) ? path(before) : `${path(before)} ${alias}`;
}

function selectNull(column: Column): string {
  return `NULL::${printType(column.type)} AS ${id(column.name)}`;
}

/** The columns under their names for the operation. */
function selectColumns(columns: readonly ColumnBefore[], live: readonly LiveColumn[]): string {
  const kept = live.flatMap(({ name: before }) => {
    const known = columns.find((one) => one.before === before);
    if (known === undefined) return [id(before)];
    return collect(known.name !== undefined && `${id(before)} AS ${id(known.name)}`);
  });
  const added = columns.flatMap(({ name, added: column }) => {
    if (name === undefined || column === undefined) return [];
    return [`CAST(${column.default ?? "NULL"} AS ${printType(column.type)}) AS ${id(name)}`];
  });
  return [...kept, ...added].join(", ");
}

import type { Column, Table } from "../schema/schema.ts";

/** A table before or after, and the tables around it. */
export interface TableSide {
  readonly table: Table;
  readonly tables: readonly Table[];
}

/** The table and column that a column points at by a foreign key. */
export interface Pointer {
  readonly table: string;
  readonly column: string;
}

/** A name that no table has: a foreign key to its own table points at that table under any name. */
const ITSELF = "";

/** What a column points at, by all its foreign keys. */
export function targetsOf(table: Table, { name }: Column): readonly Pointer[] {
  return (table.foreignKeys ?? []).flatMap(({ columns, references }) =>
    columns.flatMap((column, at) =>
      column === name
        ? [{ table: references.table === table.name ? ITSELF : references.table, column: references.columns[at] ?? "" }]
        : [],
    ),
  );
}

/** Whether a column points at one of these tables. */
export function pointsTo(table: Table, column: Column, targets: readonly Pointer[]): boolean {
  return targetsOf(table, column).some((one) => targets.some((other) => other.table === one.table));
}

/**
 * Whether two columns point at different things, so that the values of one mean nothing in the other.
 * @param before the table that has `from`, in which tables have the names they have afterwards
 * @param after the table that has `to`
 * @param known whether all renames of tables are known; else a table that goes may be one that comes
 */
export function pointsElsewhere(before: TableSide, from: Column, after: TableSide, to: Column, known = true): boolean {
  const [old, next] = [targetsOf(before.table, from), targetsOf(after.table, to)];
  if (old.length === 0 || next.length === 0) return false;
  const mayBeOne = (a: Pointer, b: Pointer) => !known && !hasTable(after, a) && !hasTable(before, b);
  return !old.some((a) => next.some((b) => mayBeOne(a, b) || isSameTarget(a, b, before, after)));
}

function hasTable({ tables }: TableSide, { table }: Pointer): boolean {
  return table === ITSELF || tables.some(({ name }) => name === table);
}

/** Two columns of one table are the same target if they have one name, or if one may be the other's new name. */
function isSameTarget(from: Pointer, to: Pointer, before: TableSide, after: TableSide): boolean {
  if (from.table !== to.table) return false;
  if (from.column === to.column) return true;
  const has = ({ table, tables }: TableSide, column: string) =>
    (from.table === ITSELF ? table : tables.find(({ name }) => name === from.table))?.columns.some(
      ({ name }) => name === column,
    ) ?? false;
  return !has(after, from.column) && !has(before, to.column);
}

import { collect } from "../collect.ts";
import type { Column, Table } from "../schema/schema.ts";

/** A table before or after, and all tables of its schema by name. */
export interface TableSide {
  readonly table: Table;
  readonly tables: ReadonlyMap<string, Table>;
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
  return (table.foreignKeys ?? []).flatMap(({ columns, references }) => {
    const target = references.table === table.name ? ITSELF : references.table;
    return columns.flatMap((column, at) =>
      collect(column === name && { table: target, column: references.columns[at] ?? "" }),
    );
  });
}

/** Whether two columns with these targets point at the same table. */
export function shareTable(some: readonly Pointer[], others: readonly Pointer[]): boolean {
  return some.some((one) => others.some((other) => other.table === one.table));
}

/**
 * Whether two columns point at different things, so that the values of one mean nothing in the other.
 * @param before the table whose column has the targets `from`, with tables in their names of afterwards
 * @param from what the one column points at
 * @param after the table whose column has the targets `to`
 * @param to what the other column points at
 * @param known whether all renames of tables are known; else a removed table may be an added one
 */
export function pointsElsewhere(
  before: TableSide,
  from: readonly Pointer[],
  after: TableSide,
  to: readonly Pointer[],
  known = true,
): boolean {
  if (from.length === 0 || to.length === 0) return false;
  const mayBeOne = (a: Pointer, b: Pointer) => !known && !hasTable(after, a) && !hasTable(before, b);
  return !from.some((a) => to.some((b) => mayBeOne(a, b) || isSameTarget(a, b, before, after)));
}

function hasTable({ tables }: TableSide, { table }: Pointer): boolean {
  return table === ITSELF || tables.has(table);
}

/** Two columns of one table are the same target if they have one name, or if one may be the other's new name. */
function isSameTarget(from: Pointer, to: Pointer, before: TableSide, after: TableSide): boolean {
  if (from.table !== to.table) return false;
  return from.column === to.column || (!hasColumn(after, from) && !hasColumn(before, { ...from, column: to.column }));
}

function hasColumn({ table, tables }: TableSide, pointer: Pointer): boolean {
  const target = pointer.table === ITSELF ? table : tables.get(pointer.table);
  return target?.columns.some(({ name }) => name === pointer.column) ?? false;
}

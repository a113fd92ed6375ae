import type { Column, Table } from "../schema/schema.ts";
import { bareName } from "../sql.ts";
import { type Pointer, targetsOf } from "./pointers.ts";

/** A column with what it is compared by. */
export interface ColumnTraits {
  readonly column: Column;
  /** Its name, see {@link plain}. */
  readonly name: string;
  /** Its type, without the schema of the type and the table's name in it. */
  readonly type: string;
  /** The pairs of neighbouring letters in its name. */
  readonly pairs: ReadonlySet<string>;
  /** Where it is among the columns: 0 for the first, 1 for the last. */
  readonly place: number;
  readonly inPrimaryKey: boolean;
  /** What it points at by foreign keys. */
  readonly targets: readonly Pointer[];
}

/** A table with what it is compared by. */
export interface TableTraits {
  readonly columns: readonly ColumnTraits[];
  readonly byColumn: ReadonlyMap<Column, ColumnTraits>;
  /** The pairs of neighbouring letters in its name, without its schema. */
  readonly pairs: ReadonlySet<string>;
  /** All of its columns that the comparison of two tables looks at, as one text. */
  readonly shape: string;
}

/** Each table is compared with many others. */
const known = new WeakMap<Table, TableTraits>();

/** The traits of a table, computed once. */
export function traitsOf(table: Table): TableTraits {
  const before = known.get(table);
  if (before !== undefined) return before;
  const columns = table.columns.map((column, at) => columnTraits(table, column, at));
  const traits = {
    columns,
    byColumn: new Map(columns.map((one) => [one.column, one])),
    pairs: pairsOf(bareName(table.name)),
    shape: JSON.stringify(columns.map(({ column, type, targets }) => [column.name, type, targets])),
  };
  known.set(table, traits);
  return traits;
}

function columnTraits(table: Table, column: Column, at: number): ColumnTraits {
  return {
    column,
    name: plain(column.name),
    type: plain(column.type.replace(/^.*\./, "").replace(`${bareName(table.name)}_`, "")),
    pairs: pairsOf(column.name),
    place: at / Math.max(1, table.columns.length - 1),
    inPrimaryKey: table.primaryKey?.columns.includes(column.name) ?? false,
    targets: targetsOf(table, column),
  };
}

function pairsOf(name: string): ReadonlySet<string> {
  const text = plain(name);
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)));
}

/** The part of the pairs of letters that two names share, from 0 to 1. */
export function pairLikeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let shared = 0;
  for (const pair of left) if (right.has(pair)) shared += 1;
  return shareOf(shared, left, right);
}

/** The part of two sets that so many shared members are (Dice's coefficient). */
export function shareOf(shared: number, left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (shared === 0) return 0;
  return (2 * shared) / (left.size + right.size);
}

/** A name without what spellings differ in: capitals, underscores and the like. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

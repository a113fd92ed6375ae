import { groupBy } from "../group-by.ts";
import { byName } from "../kinds/kind.ts";
import type { Table } from "../schema/schema.ts";
import { isClose } from "./likeness.ts";
import { type ColumnTraits, shareOf, traitsOf } from "./traits.ts";

/** How many halves a column adds at most to what two tables share. */
const [SAME, SIMILAR] = [2, 1];

/**
 * Prepares a search for the tables that may score as another name of a table, so that not each pair has to be compared:
 * those whose columns share half at least if every column finds its best.
 * @param tables the added tables
 * @param renamed the new names of renamed tables: a column that points at one of them may have another name
 * @returns a search for a removed table; what it finds is sorted by name
 */
export function possiblePairs(
  tables: readonly Table[],
  renamed: ReadonlySet<string>,
): (table: Table) => readonly Table[] {
  const index = indexColumns(tables);
  const similar = new Map<string, readonly Entry[]>();
  const findSimilar = (column: ColumnTraits) => {
    const found = similar.get(keyOf(column)) ?? entriesLike(index, column);
    similar.set(keyOf(column), found);
    return found;
  };
  const search = (table: Table) => {
    const halves = new Map<Table, number>();
    for (const column of traitsOf(table).columns) {
      const similarTables = findSimilar(column).flatMap((entry) => [...entry.tables]);
      for (const [other, count] of bestMatches(index, column, similarTables, renamed))
        halves.set(other, (halves.get(other) ?? 0) + count);
    }
    const isEnough = ([other, count]: readonly [Table, number]) =>
      count >= Math.max(table.columns.length, other.columns.length);
    const enough = [...halves].filter(isEnough).map(([other]) => other);
    return enough.sort(byName);
  };
  // Tables of the same shape have the same answer.
  const found = new Map<string, readonly Table[]>();
  return (table) => {
    const { shape } = traitsOf(table);
    const known = found.get(shape) ?? search(table);
    found.set(shape, known);
    return known;
  };
}

/** How much a column adds in each table in which it finds one that is like it. */
function bestMatches(
  index: ColumnIndex,
  column: ColumnTraits,
  similarTables: readonly Table[],
  renamed: ReadonlySet<string>,
): ReadonlyMap<Table, number> {
  const withSameName = index.byName.get(column.name) ?? [];
  const withSameType = index.byKey.get(keyOf(column))?.tables ?? [];
  const best = new Map<Table, number>();
  for (const table of [...similarTables, ...withSameName]) best.set(table, SIMILAR);
  for (const table of [...withSameType, ...tablesPointing(index, column, renamed)]) best.set(table, SAME);
  return best;
}

/** A column name and type, and the tables that have such a column. */
interface Entry {
  readonly column: ColumnTraits;
  readonly tables: Set<Table>;
}

interface ColumnIndex {
  readonly entries: readonly Entry[];
  readonly byKey: ReadonlyMap<string, Entry>;
  readonly byName: ReadonlyMap<string, ReadonlySet<Table>>;
  /** Places in `entries`, by type and pair of letters in the name. */
  readonly byPair: ReadonlyMap<string, readonly number[]>;
  /** By the table that a column points at. */
  readonly byTarget: ReadonlyMap<string, ReadonlySet<Table>>;
}

function indexColumns(tables: readonly Table[]): ColumnIndex {
  const byKey = new Map<string, Entry>();
  const byName = new Map<string, Set<Table>>();
  const byTarget = new Map<string, Set<Table>>();
  for (const table of tables)
    for (const column of traitsOf(table).columns) {
      const entry = byKey.get(keyOf(column)) ?? { column, tables: new Set() };
      byKey.set(keyOf(column), entry);
      entry.tables.add(table);
      addTo(byName, column.name, table);
      for (const target of column.targets) addTo(byTarget, target.table, table);
    }
  const entries = [...byKey.values()];
  const pairs = entries.flatMap(({ column }, at) =>
    [...column.pairs].map((pair) => [pairKey(column, pair), at] as const),
  );
  const byPair = new Map([...groupBy(pairs, ([key]) => key)].map(([key, group]) => [key, group.map(([, at]) => at)]));
  return { entries, byKey, byName, byPair, byTarget };
}

/** The columns of the same type whose names are similar. */
function entriesLike({ entries, byPair }: ColumnIndex, column: ColumnTraits): readonly Entry[] {
  const shared = new Uint16Array(entries.length);
  const found: number[] = [];
  for (const pair of column.pairs)
    for (const at of byPair.get(pairKey(column, pair)) ?? []) {
      const count = shared[at] ?? 0;
      if (count === 0) found.push(at);
      shared[at] = count + 1;
    }
  const like: Entry[] = [];
  for (const at of found) {
    const entry = entries[at];
    if (entry !== undefined && isClose(shareOf(shared[at] ?? 0, column.pairs, entry.column.pairs))) like.push(entry);
  }
  return like;
}

/** The tables with a column that points at the same as a column which points at a renamed table. */
function tablesPointing(
  { byTarget }: ColumnIndex,
  { targets }: ColumnTraits,
  renamed: ReadonlySet<string>,
): readonly Table[] {
  if (!targets.some(({ table }) => renamed.has(table))) return [];
  return targets.flatMap(({ table }) => [...(byTarget.get(table) ?? [])]);
}

function keyOf({ name, type }: ColumnTraits): string {
  return `${type}\0${name}`;
}

function pairKey({ type }: ColumnTraits, pair: string): string {
  return `${type}\0${pair}`;
}

function addTo<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

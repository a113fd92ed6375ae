import { collect } from "../collect.ts";
import type { ContentColumn, TableContent } from "./content.ts";
import type { CellValue } from "./values.ts";

/** A column before and the one that it may be afterwards. */
export interface ColumnPair {
  readonly from: string;
  readonly to: string;
}

/** The rows before, each with the same row afterwards; `undefined` where that is not found. */
export type MatchedRows = readonly (readonly [before: readonly CellValue[], after: readonly CellValue[] | undefined])[];

/**
 * Finds every row again: by a key whose columns are still there, else by any column whose values are all different, else by
 * all its values.
 * @param pairs the columns that are there on both sides
 */
export function matchRows(before: TableContent, after: TableContent, pairs: readonly ColumnPair[]): MatchedRows {
  const to = new Map(pairs.map((pair) => [pair.from, pair.to]));
  const keys = before.keys.flatMap((key) => collect(key.every((column) => to.has(column)) && key));
  const all = [...keys, ...pairs.map(({ from }) => [from])];
  let best: MatchedRows = before.rows.map((row) => [row, undefined]);
  for (const key of all) {
    const afterKey = key.flatMap((column) => to.get(column) ?? []);
    const found = matchBy(before, key, after, afterKey);
    if (found !== undefined && countFound(found) > countFound(best)) best = found;
    if (countFound(best) === before.rows.length) break;
  }
  return countFound(best) > 0 ? best : matchAlike(before, after, pairs);
}

/** Pairs equal rows, and then the others in their order, if there are as many. Rows without a key may be there twice. */
function matchAlike(before: TableContent, after: TableContent, pairs: readonly ColumnPair[]): MatchedRows {
  const at = positions(
    before.columns,
    pairs.map(({ from }) => from),
  );
  const then = positions(
    after.columns,
    pairs.map(({ to }) => to),
  );
  const equal = new Map<string, (readonly CellValue[])[]>();
  for (const row of after.rows) equal.set(readKey(row, then), [...(equal.get(readKey(row, then)) ?? []), row]);
  const found = before.rows.map((row) => equal.get(readKey(row, at))?.shift());
  const left = [...equal.values()].flat().sort((a, b) => after.rows.indexOf(a) - after.rows.indexOf(b));
  const isComplete = left.length === found.filter((row) => row === undefined).length;
  const others = isComplete ? left.values() : [].values();
  return before.rows.map((row, index) => [row, found[index] ?? others.next().value]);
}

/** @returns nothing if the key has a value twice */
function matchBy(
  before: TableContent,
  key: readonly string[],
  after: TableContent,
  afterKey: readonly string[],
): MatchedRows | undefined {
  const index = indexRows(after, afterKey);
  const own = indexRows(before, key);
  if (own === undefined || index === undefined) return undefined;
  const at = positions(before.columns, key);
  return before.rows.map((row) => [row, index.get(readKey(row, at))]);
}

function indexRows(table: TableContent, key: readonly string[]): ReadonlyMap<string, readonly CellValue[]> | undefined {
  const at = positions(table.columns, key);
  const index = new Map<string, readonly CellValue[]>();
  for (const row of table.rows) index.set(readKey(row, at), row);
  if (index.size !== table.rows.length) return undefined;
  return index;
}

function readKey(row: readonly CellValue[], at: readonly number[]): string {
  return JSON.stringify(at.map((position) => row[position]));
}

function positions(columns: readonly ContentColumn[], names: readonly string[]): readonly number[] {
  return names.map((name) => columns.findIndex((column) => column.name === name));
}

function countFound(rows: MatchedRows): number {
  return rows.filter(([, after]) => after !== undefined).length;
}

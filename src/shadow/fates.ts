import { collect } from "../collect.ts";
import type { ContentColumn, TableContent } from "./content.ts";
import { type ColumnPair, type MatchedRows, matchRows } from "./match-rows.ts";
import type { CellValue } from "./values.ts";

/** A value that is another one afterwards. NULL that was filled is none. */
export interface ChangedValue {
  readonly before: string;
  readonly after: CellValue | undefined;
}

/** What became of a column. */
export interface ColumnFate {
  /** `schema.name` of its table; for a new column the table afterwards. */
  readonly table: string;
  readonly column: string;
  readonly fate: "kept" | "renamed" | "cast" | "new" | "gone";
  /** Where its values are afterwards, if that is another table or column: `schema.table.column`. */
  readonly to?: string;
  /** The types before and afterwards, where they differ. */
  readonly types?: readonly [before: string, after: string];
  readonly rows: number;
  /** The rows whose value differs, in any way. */
  readonly changed: number;
  /** The values that were there and are others now, or gone with their row. */
  readonly values: readonly ChangedValue[];
}

/** What became of a table. */
export interface TableFate {
  readonly table: string;
  /** Its name afterwards; absent if it is gone. */
  readonly to?: string;
  readonly columns: readonly ColumnFate[];
}

/** What became of a database's content. */
export interface ContentFates {
  readonly tables: readonly TableFate[];
  /** Columns that were not there before. */
  readonly created: readonly ColumnFate[];
}

type Content = readonly TableContent[];

/** Accounts for every column by its content. */
export function findColumnFates(before: Content, after: Content): ContentFates {
  const partners = pairTables(before, after);
  const taken = new Set<string>();
  const matched = before.map((table) => {
    const to = partners.get(table);
    const columns = to === undefined ? goneColumns(table) : matchColumns(table, to);
    for (const { fate, to: name, column } of columns) if (fate !== "gone") taken.add(name ?? `${table.name}.${column}`);
    return { table: table.name, ...(to !== undefined && { to: to.name }), columns };
  });
  const created = after.flatMap((table) =>
    table.columns.filter(({ name }) => !taken.has(`${table.name}.${name}`)).map(({ name }) => newColumn(table, name)),
  );
  const find = (column: ColumnFate) => findElsewhere(column, before, after, created);
  return { tables: matched.map((table) => ({ ...table, columns: table.columns.map(find) })), created };
}

function newColumn({ name: table, rows }: TableContent, column: string): ColumnFate {
  return { table, column, fate: "new", rows: rows.length, changed: 0, values: [] };
}

/** A table stays the same when it is renamed. One that was made again is found by its name, or by its content. */
function pairTables(before: Content, after: Content): ReadonlyMap<TableContent, TableContent> {
  const pairs = new Map<TableContent, TableContent>();
  const free = new Set(after);
  const pair = (find: (table: TableContent, other: TableContent) => boolean) => {
    for (const table of before.filter((one) => !pairs.has(one))) {
      const partner = [...free].find((other) => find(table, other));
      if (partner === undefined) continue;
      pairs.set(table, partner);
      free.delete(partner);
    }
  };
  const isNew = ({ oid }: TableContent) => before.every((one) => one.oid !== oid);
  pair(({ oid }, other) => oid === other.oid);
  pair(({ name }, other) => name === other.name);
  pair((table, other) => isNew(other) && hasSameContent(table, other));
  return pairs;
}

/** Whether at least half of the columns of a table are in another one, with all their values. */
function hasSameContent(table: TableContent, other: TableContent): boolean {
  if (table.rows.length === 0) return false;
  const lists = new Set(other.columns.map((_, at) => listValues(other, at)));
  const found = table.columns.filter((_, at) => lists.has(listValues(table, at)));
  return found.length * 2 >= table.columns.length;
}

function listValues({ rows }: TableContent, at: number): string {
  return JSON.stringify(rows.map((row) => row[at] ?? null).sort());
}

function goneColumns({ name: table, columns, rows }: TableContent): readonly ColumnFate[] {
  return columns.map(({ name: column }, at) =>
    gone(
      table,
      column,
      rows.map((row) => [row, undefined]),
      at,
    ),
  );
}

function gone(table: string, column: string, rows: MatchedRows, at: number): ColumnFate {
  const values = rows.flatMap(([row]) => collect(row[at] != null && { before: row[at], after: undefined }));
  return { table, column, fate: "gone", rows: rows.length, changed: rows.length, values };
}

function matchColumns(before: TableContent, after: TableContent): readonly ColumnFate[] {
  const pairs = pairColumns(before, after);
  const matching = { before, after, rows: matchRows(before, after, pairs) };
  const taken = new Set(pairs.flatMap((pair) => (isMadeAgain(matching, pair) ? [] : pair.to)));
  return before.columns.map((column, at) => {
    const pair = pairs.find(({ from }) => from === column.name);
    if (pair !== undefined && taken.has(pair.to)) return matched(matching, pair);
    const copy = after.columns.find(
      ({ name }) => !taken.has(name) && isCopy(matching, { from: column.name, to: name }),
    );
    if (copy !== undefined) return matched(matching, { from: column.name, to: copy.name });
    if (pair !== undefined && !isReplaced(matching, pair)) return matched(matching, pair);
    return gone(before.name, column.name, matching.rows, at);
  });
}

/** The columns that are the same by their number, or by their name where one of them was made again. */
function pairColumns(before: TableContent, after: TableContent): readonly ColumnPair[] {
  const isSame = before.oid === after.oid;
  const physical = before.columns.flatMap(({ name: from, number }) => {
    const found = isSame ? after.columns.find((column) => column.number === number) : undefined;
    return collect(found !== undefined && { from, to: found.name });
  });
  const [froms, tos] = [new Set(physical.map(({ from }) => from)), new Set(physical.map(({ to }) => to))];
  const byName = before.columns.flatMap(({ name }) => {
    const isFree = !froms.has(name) && !tos.has(name) && after.columns.some((column) => column.name === name);
    return collect(isFree && { from: name, to: name });
  });
  return [...physical, ...byName];
}

interface Matching {
  readonly before: TableContent;
  readonly after: TableContent;
  readonly rows: MatchedRows;
}

/** Whether a column was dropped, and another one of its name has not all of its values. */
function isMadeAgain(matching: Matching, { from, to }: ColumnPair): boolean {
  const { before, after } = matching;
  const [old, other] = [findColumn(before, from), findColumn(after, to)];
  if (before.oid === after.oid && old.number === other.number) return false;
  return listGiven(matching, { from, to }).some(([value, now]) => value !== now);
}

/** Whether such a column has none of the values. */
function isReplaced(matching: Matching, pair: ColumnPair): boolean {
  if (matching.before.oid !== matching.after.oid || !isMadeAgain(matching, pair)) return false;
  return listGiven(matching, pair).every(([value, now]) => value !== now);
}

/** The cells that had a value. */
function listGiven(matching: Matching, pair: ColumnPair): ReturnType<typeof listCells> {
  return listCells(matching, pair).filter(([value]) => value != null);
}

/** Whether a column has all values of another one, and at least two different ones. */
function isCopy(matching: Matching, pair: ColumnPair): boolean {
  const cells = listCells(matching, pair);
  const values = new Set(cells.flatMap(([value]) => value ?? []));
  return values.size > 1 && cells.every(([value, now]) => value === null || value === now);
}

function matched(matching: Matching, pair: ColumnPair): ColumnFate {
  const { before, after } = matching;
  const cells = listCells(matching, pair);
  const differing = cells.filter(([value, now]) => value !== now);
  const [old, now] = [findColumn(before, pair.from), findColumn(after, pair.to)];
  const isMoved = before.name !== after.name || pair.from !== pair.to;
  return {
    table: before.name,
    column: pair.from,
    fate: chooseFate(old, now, isMoved),
    ...(isMoved && { to: `${after.name}.${pair.to}` }),
    ...(old.typeId !== now.typeId && { types: [old.type, now.type] as const }),
    rows: cells.length,
    changed: differing.length,
    values: differing.flatMap(([value, other]) => collect(value != null && { before: value, after: other })),
  };
}

function chooseFate(old: ContentColumn, now: ContentColumn, isMoved: boolean): ColumnFate["fate"] {
  if (old.typeId !== now.typeId) return "cast";
  return isMoved ? "renamed" : "kept";
}

function listCells(
  { before, after, rows }: Matching,
  { from, to }: ColumnPair,
): readonly (readonly [CellValue, CellValue | undefined])[] {
  const [at, then] = [before.columns, after.columns].map((columns, side) =>
    columns.findIndex(({ name }) => name === [from, to][side]),
  );
  return rows.map(([row, other]) => [row[at ?? -1] ?? null, other && (other[then ?? -1] ?? null)]);
}

function findColumn({ name: table, columns }: TableContent, name: string): ContentColumn {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`${table} has no column ${name}`);
  return found;
}

/** Finds the values of a column that is gone in a new column of any table. */
function findElsewhere(
  column: ColumnFate,
  before: Content,
  after: Content,
  created: readonly ColumnFate[],
): ColumnFate {
  const wanted = new Set(column.values.map((value) => value.before));
  if (column.fate !== "gone" || wanted.size < 2 || before.length === 0) return column;
  const found = created.find((one) => {
    const table = after.find(({ name }) => name === one.table);
    const at = table?.columns.findIndex(({ name }) => name === one.column) ?? -1;
    const values = new Set(table?.rows.map((row) => row[at]));
    return [...wanted].every((value) => values.has(value));
  });
  if (found === undefined) return column;
  return { ...column, to: `${found.table}.${found.column}` };
}

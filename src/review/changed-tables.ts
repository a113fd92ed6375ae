import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import { indexByName } from "../index-by-name.ts";
import { lookBack } from "../run/look-back.ts";
import type { Operation } from "../schema/operation.ts";
import type { Column, ForeignKey, Schema, Table } from "../schema/schema.ts";
import { schemaText } from "./text.ts";

/** What becomes of a table, a column or a link between tables. `same`: it is only a neighbour of what changes. */
export type ShownFate = "new" | "gone" | "changed" | "same";

/** A column that is new, gone or changed. */
export interface ChangedColumn {
  readonly name: string;
  readonly fate: ShownFate;
  /** Its type, and for a change what is different, such as `integer → bigint, NOT NULL`. */
  readonly what: string;
  /** Its type after the change, or before it if it is gone. */
  readonly type: string;
}

/** A table that a revision touches, or its neighbour. */
export interface ChangedTable {
  readonly name: string;
  readonly fate: ShownFate;
  readonly before?: Table;
  readonly after?: Table;
  /** Only those that differ. */
  readonly columns: readonly ChangedColumn[];
}

/** A foreign key, from the table that has it to the one that it refers to. */
export interface TableLink {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly fate: ShownFate;
  /** One of its columns may be NULL. */
  readonly isOptional: boolean;
}

/** The tables that operations touch, their neighbours, and how they are linked. */
export interface ChangedTables {
  readonly tables: readonly ChangedTable[];
  readonly links: readonly TableLink[];
}

/** A table after the operations with what it was before. */
interface TablePair {
  readonly before?: Table;
  readonly after?: Table;
  /** The name before of each column that was renamed or added; `undefined` if it was added. */
  readonly columns: ReadonlyMap<string, string | undefined>;
}

/**
 * Finds out which tables operations touch. Renamed tables and columns are followed.
 * @param operations the operations between the two schemas
 */
export function findChangedTables(operations: readonly Operation[], before: Schema, after: Schema): ChangedTables {
  const touched = listTouched(operations);
  const pairs = pairTables(operations, touched, before, after);
  const all = pairs.map((pair) => compareTable(pair, touched));
  const links = pairs.flatMap((pair) => compareLinks(pair, pairs));
  const changed = new Set(all.filter(({ fate }) => fate !== "same").map(({ name }) => name));
  const shown = links.filter(({ from, to }) => changed.has(from) || changed.has(to));
  const near = new Set(shown.flatMap(({ from, to }) => [from, to]));
  return { tables: all.filter(({ name }) => changed.has(name) || near.has(name)), links: shown };
}

/** The names in the targets of operations; `undefined` means any, since a schema is renamed. */
function listTouched(operations: readonly Operation[]): ReadonlySet<string | undefined> {
  return new Set(
    operations.flatMap(({ target }): readonly (string | undefined)[] => {
      if (target === undefined) return [];
      const { kind, name, to, table } = target;
      if (kind === "schema") return [undefined];
      if (kind === "table") return collect(name, to);
      return collect(table);
    }),
  );
}

function pairTables(
  operations: readonly Operation[],
  touched: ReadonlySet<string | undefined>,
  { tables: old = [] }: Schema,
  { tables: now = [] }: Schema,
): readonly TablePair[] {
  const known = indexByName(old);
  const pairs = now.map((after): TablePair => {
    const isTouched = touched.has(undefined) || [...touched].some((name) => isSameTable(name, after.name));
    const trail = isTouched ? lookBack(operations, after.name) : { before: after.name, columns: [] };
    const before = trail.before === undefined ? undefined : known.get(trail.before);
    const columns = new Map(trail.columns.flatMap((one) => (one.name === undefined ? [] : [[one.name, one.before]])));
    return { after, columns, ...dropUndefined({ before }) };
  });
  const kept = new Set(pairs.map(({ before }) => before));
  const gone = old.filter((table) => !kept.has(table)).map((before) => ({ before, columns: new Map() }));
  return [...pairs, ...gone];
}

/** The new name of a table that is renamed has no schema. */
function isSameTable(named: string | undefined, name: string): boolean {
  return named === name || (named !== undefined && name.endsWith(`.${named}`));
}

function nameOf({ before, after }: TablePair): string {
  return after?.name ?? before?.name ?? "";
}

function compareTable(pair: TablePair, touched: ReadonlySet<string | undefined>): ChangedTable {
  const { before, after } = pair;
  const fate = judgeTable(pair, touched);
  return {
    name: nameOf(pair),
    fate,
    ...dropUndefined({ before, after }),
    columns: fate === "same" ? [] : compareColumns(pair),
  };
}

function judgeTable(pair: TablePair, touched: ReadonlySet<string | undefined>): ShownFate {
  const { before, after } = pair;
  if (before === undefined) return "new";
  if (after === undefined) return "gone";
  return touched.has(after.name) || tableText(before) !== tableText(after) ? "changed" : "same";
}

/** A table as a person reads it; empty where there is none. */
export function tableText(table: Table | undefined): string {
  return schemaText({ tables: collect(table) });
}

function compareColumns({ before, after, columns }: TablePair): readonly ChangedColumn[] {
  const [oldColumns, newColumns] = [before?.columns ?? [], after?.columns ?? []];
  const old = indexByName(oldColumns);
  const nameBefore = (name: string) => (columns.has(name) ? columns.get(name) : name);
  const kept = new Set(newColumns.map(({ name }) => nameBefore(name)));
  const now = newColumns.flatMap((column) => compareColumn(old.get(nameBefore(column.name) ?? ""), column));
  const gone = oldColumns.filter(({ name }) => !kept.has(name));
  return [...now, ...gone.map(({ name, type }): ChangedColumn => ({ name, type, what: type, fate: "gone" }))];
}

function compareColumn(before: Column | undefined, after: Column): readonly ChangedColumn[] {
  const { name, type } = after;
  if (before === undefined) return [{ name, type, what: type, fate: "new" }];
  const parts = collect(
    before.type !== type && `${before.type} → ${type}`,
    before.nullable !== after.nullable && phraseNullable(after),
    before.default !== after.default && phraseDefault(after),
    before.name !== name && `was ${before.name}`,
  );
  if (parts.length === 0) return [];
  return [{ name, type, what: parts.join(", "), fate: "changed" }];
}

function phraseNullable({ nullable }: Column): string {
  if (nullable) return "may be NULL";
  return "NOT NULL";
}

function phraseDefault({ default: value }: Column): string {
  if (value === undefined) return "no default";
  return `default ${value}`;
}

function compareLinks(pair: TablePair, pairs: readonly TablePair[]): readonly TableLink[] {
  const { before, after } = pair;
  const [old, now] = [before?.foreignKeys ?? [], after?.foreignKeys ?? []];
  const isKept = (key: ForeignKey, others: readonly ForeignKey[]) => others.some(({ name }) => name === key.name);
  const link = (key: ForeignKey, owner: Table | undefined, to: string, fate: ShownFate): TableLink => ({
    name: key.name,
    from: nameOf(pair),
    to,
    fate,
    isOptional: (owner?.columns ?? []).some(({ name, nullable }) => nullable && key.columns.includes(name)),
  });
  const rename = (name: string) => {
    const found = pairs.find((one) => one.before?.name === name);
    if (found === undefined) return name;
    return nameOf(found);
  };
  return [
    ...now.map((key) => link(key, after, key.references.table, isKept(key, old) ? "same" : "new")),
    ...old.filter((key) => !isKept(key, now)).map((key) => link(key, before, rename(key.references.table), "gone")),
  ];
}

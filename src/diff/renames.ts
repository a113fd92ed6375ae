import { isDeepStrictEqual } from "node:util";
import { collect } from "../collect.ts";
import { groupBy } from "../group-by.ts";
import { indexByName } from "../index-by-name.ts";
import { tableKinds } from "../kinds/all.ts";
import { elementType, hasSequence } from "../kinds/column-types.ts";
import { byName, itemsOf, type NewNames } from "../kinds/kind.ts";
import type { Column, Enum, ForeignKey, Schema, Table } from "../schema/schema.ts";
import { sequenceName, typeName } from "../sql.ts";

/** Something that has another name afterwards. */
export interface Rename {
  readonly list: "tables" | "columns" | "enums";
  /** The table of a column, by its name before. */
  readonly table?: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The same renames, the other way.
 * @param all the renames that a table of `renames` may be in too, since a column is named with the old name of its table
 */
export function invert(renames: readonly Rename[], all: readonly Rename[] = renames): readonly Rename[] {
  const tables = new Map(all.filter(({ list }) => list === "tables").map(({ from, to }) => [from, to]));
  return renames.map(({ list, table, from, to }) => ({
    list,
    ...(table !== undefined && { table: tables.get(table) ?? table }),
    from: to,
    to: from,
  }));
}

/**
 * The name that something has after renames.
 * @param table the table of a column, by its name before
 */
export function nameAfter(renames: readonly Rename[], list: Rename["list"], name: string, table?: string): string {
  return renames.find((one) => one.list === list && one.table === table && one.from === name)?.to ?? name;
}

/** What is an enum type among things that get another name, as renames. */
export function renamesOfTypes(
  things: readonly { readonly list: string; readonly name: string; readonly to: string }[],
): readonly Rename[] {
  return things.flatMap(({ list, name, to }) => collect(list === "enums" && { list, from: name, to }));
}

/** New names by old ones. */
type Names = ReadonlyMap<string, string>;

const NO_NAMES: Names = new Map();

/** All new names of a schema. */
interface RenamedNames {
  readonly tables: Names;
  /** By the table's name before. */
  readonly columns: ReadonlyMap<string, Names>;
  /** As columns name them. */
  readonly types: Names;
}

/**
 * Follows new names of tables, columns and enum types into everything that refers to them. A table that no rename
 * concerns stays the same object.
 */
export function applyRenames(schema: Schema, renames: readonly Rename[]): Schema {
  if (renames.length === 0) return schema;
  const byList = groupBy(renames, ({ list }) => list);
  const enums = namesFrom(byList.get("enums"));
  const byTable = groupBy(byList.get("columns") ?? [], ({ table = "" }) => table);
  const names: RenamedNames = {
    tables: namesFrom(byList.get("tables")),
    columns: new Map([...byTable].map(([table, columns]) => [table, namesFrom(columns)])),
    types: new Map([...enums].map(([from, to]) => [typeName(from), typeName(to)])),
  };
  const { tables = [] } = schema;
  const follow = (type: Enum) => ({ ...type, name: enums.get(type.name) ?? type.name });
  return {
    ...schema,
    ...(schema.enums && { enums: schema.enums.map(follow).sort(byName) }),
    tables: tables.map((table) => (isConcerned(table, names) ? renameTable(table, names) : table)),
  };
}

/** The new names of types, by their old ones, as SQL has them. */
export function listTypeNames(renames: readonly Rename[]): ReadonlyMap<string, string> {
  const types = renames.filter(({ list }) => list === "enums");
  return new Map(types.map(({ from, to }) => [typeName(from), typeName(to)]));
}

function namesFrom(renames: readonly Rename[] = []): Names {
  return new Map(renames.map(({ from, to }) => [from, to]));
}

function isConcerned(table: Table, { tables, columns, types }: RenamedNames): boolean {
  const { foreignKeys = [] } = table;
  const refersToRenamed = ({ references }: ForeignKey) =>
    tables.has(references.table) || references.columns.some((name) => columns.get(references.table)?.has(name));
  return (
    tables.has(table.name) ||
    columns.has(table.name) ||
    foreignKeys.some(refersToRenamed) ||
    (types.size > 0 && table.columns.some(({ type }) => types.has(elementType(type))))
  );
}

function renameTable(table: Table, names: RenamedNames): Table {
  const newNames: NewNames = {
    table: (name) => names.tables.get(name) ?? name,
    columns: (columns, owner = table.name) => {
      const own = names.columns.get(owner) ?? NO_NAMES;
      return columns.map((column) => own.get(column) ?? column);
    },
  };
  const name = newNames.table(table.name);
  const lists = tableKinds.flatMap(({ list, isSingle, follow }) => {
    if (follow === undefined) return [];
    const items = itemsOf(table, list).map((item) => follow(item, newNames));
    return collect(items.length > 0 && ([list, isSingle ? items[0] : items] as const));
  });
  const columns = table.columns.map((column) => renameColumn(column, table, name, names));
  return { ...table, name, columns, ...Object.fromEntries(lists) };
}

/** The sequence of a serial or identity column keeps its name when the table or the column gets another. */
function renameColumn(column: Column, table: Table, newTable: string, { columns, types }: RenamedNames): Column {
  const name = columns.get(table.name)?.get(column.name) ?? column.name;
  const element = elementType(column.type);
  const type = `${types.get(element) ?? element}${column.type.slice(element.length)}`;
  const renamed = { ...column, name, type };
  if (!hasSequence(column)) return renamed;
  const sequence = column.sequence ?? sequenceName(table.name, column.name);
  const { sequence: _, ...rest } = renamed;
  return sequence === sequenceName(newTable, name) ? rest : { ...rest, sequence };
}

/**
 * Renames of enum types whose columns have a type of another name afterwards: the type follows its column. A name that
 * both sides have may wander, too, where the type has the same values under its other name.
 */
export function enumRenames(before: Schema, after: Schema): readonly Rename[] {
  const [old, next] = [enumsByType(before), enumsByType(after)];
  const [removed, added] = [without(old, next), without(next, old)];
  const isChanged = ([type, { values }]: readonly [string, Enum]) =>
    !isDeepStrictEqual(next.get(type)?.values ?? values, values);
  const wandering = [...old].filter(isChanged).map(([type]) => type);
  if (wandering.length === 0 && (removed.size === 0 || added.size === 0)) return [];
  const pairs = [...columnTypes(before, after)];
  const renames = onePairEach(pairs.filter(([from, to]) => removed.has(from) && added.has(to)));
  if (wandering.length > 0) renames.push(...wanderingTypes(pairs, old, next, new Set(wandering)));
  return renames.flatMap(([from, to]) => {
    const [one, other] = [old.get(from), next.get(to)];
    return collect(one && other && { list: "enums" as const, from: one.name, to: other.name });
  });
}

type TypePair = readonly [before: string, after: string];

/** Enum types by the names that columns give them. */
function enumsByType({ enums = [] }: Schema): ReadonlyMap<string, Enum> {
  return new Map(enums.map((one) => [typeName(one.name), one]));
}

function without(types: ReadonlyMap<string, Enum>, others: ReadonlyMap<string, Enum>): ReadonlySet<string> {
  return new Set([...types.keys()].filter((type) => !others.has(type)));
}

/** The pairs whose types are in no earlier pair. */
function onePairEach(pairs: readonly TypePair[]): TypePair[] {
  const [left, right] = [new Set<string>(), new Set<string>()];
  return pairs.filter(([from, to]) => {
    if (left.has(from) || right.has(to)) return false;
    left.add(from);
    right.add(to);
    return true;
  });
}

/**
 * The pairs of a circle or chain of names: each name comes from a type that goes on under another one.
 * @param wandering the types of both sides that have other values afterwards
 */
function wanderingTypes(
  pairs: readonly TypePair[],
  old: ReadonlyMap<string, Enum>,
  next: ReadonlyMap<string, Enum>,
  wandering: ReadonlySet<string>,
): readonly TypePair[] {
  const kept = new Set(pairs.flatMap(([from, to]) => collect(from === to && from)));
  const isFree = ([from, to]: TypePair) =>
    [from, to].some((type) => wandering.has(type)) && ![from, to].some((type) => kept.has(type));
  const isSame = ([from, to]: TypePair) =>
    old.has(from) && isDeepStrictEqual(old.get(from)?.values, next.get(to)?.values);
  let found = onePairEach(pairs.filter((pair) => isFree(pair) && isSame(pair)));
  for (;;) {
    const [left, right] = [new Set(found.map(([from]) => from)), new Set(found.map(([, to]) => to))];
    const closed = found.filter(([from, to]) => (left.has(to) || !old.has(to)) && (right.has(from) || !next.has(from)));
    if (closed.length === found.length) return closed;
    found = closed;
  }
}

/** The types of each column before and after, arrays by the type of their elements. */
function* columnTypes(before: Schema, after: Schema): Generator<readonly [before: string, after: string]> {
  const targets = indexByName(after.tables);
  for (const table of before.tables ?? []) {
    const columns = indexByName(targets.get(table.name)?.columns);
    for (const { name, type } of table.columns) {
      const column = columns.get(name);
      if (column !== undefined) yield [elementType(type), elementType(column.type)];
    }
  }
}

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

/** Renames of enum types whose columns have a type of another name afterwards: the type follows its column. */
export function enumRenames(before: Schema, after: Schema): readonly Rename[] {
  const [old, next] = [typeNames(before), typeNames(after)];
  const removed = new Map([...old].filter(([type]) => !next.has(type)));
  const added = new Map([...next].filter(([type]) => !old.has(type)));
  if (removed.size === 0 || added.size === 0) return [];
  const found = new Map<string, string>();
  const taken = new Set<string>();
  for (const [oldType, newType] of columnTypes(before, after)) {
    const [from, to] = [removed.get(oldType), added.get(newType)];
    if (from === undefined || to === undefined || found.has(from) || taken.has(to)) continue;
    found.set(from, to);
    taken.add(to);
  }
  return [...found].map(([from, to]) => ({ list: "enums" as const, from, to }));
}

/** The names of enum types, by the names that columns give them. */
function typeNames({ enums = [] }: Schema): Names {
  return new Map(enums.map(({ name }) => [typeName(name), name]));
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

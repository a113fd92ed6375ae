import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { isSerial } from "../kinds/column-types.ts";
import { type AnyKind, change, itemsOf } from "../kinds/kind.ts";
import type { Operation } from "../schema/operation.ts";
import type { Column, ForeignKey, Named, Schema, Table } from "../schema/schema.ts";
import { bareName, parseName, qualifiedName, sequenceName, siblingName, temporaryName, typeName } from "../sql.ts";
import type { Step } from "./order.ts";

/** Something that has another name afterwards. */
export interface Rename {
  readonly list: "tables" | "columns" | "enums";
  /** The table of a column, by its name before. */
  readonly table?: string;
  readonly from: string;
  readonly to: string;
}

/** The same renames, the other way. */
export function invert(renames: readonly Rename[]): readonly Rename[] {
  const tables = new Map(renames.filter(({ list }) => list === "tables").map(({ from, to }) => [from, to]));
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

/** Renames in an order in which no name is taken yet; names that go round in a circle take a way round. */
export function inSafeOrder(renames: readonly Rename[]): readonly Rename[] {
  const waiting = [...renames];
  const ordered: Rename[] = [];
  const key = ({ list, table = "" }: Rename, name: string) => [list, table, name].join("\0");
  while (waiting.length > 0) {
    const taken = new Set(waiting.map((one) => key(one, one.from)));
    const free = waiting.findIndex((one) => !taken.has(key(one, one.to)));
    const [next] = waiting.splice(Math.max(0, free), 1) as [Rename];
    if (free >= 0) ordered.push(next);
    else {
      const aside = next.list === "columns" ? temporaryName(next.from) : nameAside(next.from);
      ordered.push({ ...next, to: aside });
      waiting.push({ ...next, from: aside });
    }
  }
  return ordered;
}

/** A name in the same schema that is free for a moment. */
export function nameAside(name: string): string {
  return siblingName(name, temporaryName(bareName(name)));
}

/** Follows new names of tables, columns and enum types into everything that refers to them. */
export function applyRenames(schema: Schema, renames: readonly Rename[]): Schema {
  if (renames.length === 0) return schema;
  const of = (list: Rename["list"]) => renames.filter((rename) => rename.list === list);
  const table = lookup(of("tables"));
  const type = lookup(of("enums").map(({ from, to }) => ({ from: typeName(from), to: typeName(to) })));
  const columns = new Map<string, (name: string) => string>();
  for (const { table } of of("columns"))
    if (!columns.has(table!)) columns.set(table!, lookup(of("columns").filter((one) => one.table === table)));
  const columnOf = (owner: string) => columns.get(owner) ?? same;
  return {
    ...schema,
    ...(schema.enums && {
      enums: sortIfNamed(schema.enums.map((one) => ({ ...one, name: lookup(of("enums"))(one.name) }))),
    }),
    tables: (schema.tables ?? []).map((one) => renamedTable(one, table, columnOf, type)),
  };
}

function renamedTable(
  table: Table,
  tableName: (name: string) => string,
  columnOf: (table: string) => (name: string) => string,
  type: (text: string) => string,
): Table {
  const column = columnOf(table.name);
  const name = tableName(table.name);
  const keyed = <Item extends { readonly columns: readonly string[] }>(item: Item): Item => ({
    ...item,
    columns: item.columns.map(column),
  });
  return {
    ...table,
    name,
    columns: table.columns.map((one) => renamedColumn(one, table.name, name, column(one.name), type)),
    ...(table.primaryKey && { primaryKey: keyed(table.primaryKey) }),
    ...(table.uniques && { uniques: table.uniques.map(keyed) }),
    ...(table.indexes && { indexes: table.indexes.map(keyed) }),
    ...(table.foreignKeys && {
      foreignKeys: table.foreignKeys.map(
        (key): ForeignKey => ({
          ...keyed(key),
          references: {
            table: tableName(key.references.table),
            columns: key.references.columns.map(columnOf(key.references.table)),
          },
        }),
      ),
    }),
  };
}

/** The sequence of a serial or identity column keeps its name when the table or the column gets another. */
function renamedColumn(
  column: Column,
  oldTable: string,
  table: string,
  name: string,
  type: (text: string) => string,
): Column {
  const array = column.type.endsWith("[]") ? "[]" : "";
  const renamed = { ...column, name, type: type(column.type.slice(0, column.type.length - array.length)) + array };
  if (!isSerial(column.type) && column.generatedIdentity === undefined) return renamed;
  const kept = column.sequence ?? sequenceName(oldTable, column.name);
  const { sequence: _, ...rest } = renamed;
  return kept === sequenceName(table, name) ? rest : { ...rest, sequence: kept };
}

function lookup(renames: readonly { readonly from: string; readonly to: string }[]): (name: string) => string {
  const names = new Map(renames.map(({ from, to }) => [from, to]));
  return (name) => names.get(name) ?? name;
}

function same(name: string): string {
  return name;
}

function sortIfNamed<Item extends Named>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Enum types whose columns have a type of another name afterwards: the name only follows. */
export function enumRenames(before: Schema, after: Schema): readonly Rename[] {
  const had = new Map((before.enums ?? []).map(({ name }) => [typeName(name), name]));
  const has = new Map((after.enums ?? []).map(({ name }) => [typeName(name), name]));
  const targets = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const found = new Map<string, string>();
  const taken = new Set<string>();
  for (const table of before.tables ?? [])
    for (const column of table.columns) {
      const target = targets.get(table.name)?.columns.find(({ name }) => name === column.name);
      const from = had.get(column.type.replace(/\[\]$/, ""));
      const to = target === undefined ? undefined : has.get(target.type.replace(/\[\]$/, ""));
      if (from === undefined || to === undefined || from === to || found.has(from) || taken.has(to)) continue;
      if (has.has(typeName(from)) || had.has(typeName(to))) continue;
      found.set(from, to);
      taken.add(to);
    }
  return [...found].map(([from, to]) => ({ list: "enums" as const, from, to }));
}

/**
 * Tables, columns and enum types get their new names first.
 * @param renames what has another name afterwards
 * @param taken names that a way round has to avoid, see {@link takenNames}
 */
export function renameSteps(renames: readonly Rename[], taken: ReadonlySet<string> = new Set()): readonly Step[] {
  const tables = new Map(renames.filter(({ list }) => list === "tables").map(({ from, to }) => [from, to]));
  return inSafeOrder(renames).flatMap((rename): readonly Step[] => {
    const kind = [...schemaKinds, ...tableKinds].find(({ list }) => list === rename.list)!;
    const table = rename.table === undefined ? undefined : (tables.get(rename.table) ?? rename.table);
    const operations =
      rename.list === "columns"
        ? [kind.rename!(rename.from, rename.to, { name: table }) as Operation]
        : movedOrRenamed(kind, rename.from, rename.to, taken);
    return operations.map((one) => ({
      move: "rename",
      kind,
      ...(table !== undefined && { table }),
      change: change(one),
    }));
  });
}

/** Another schema, another name, or both: by a name on the way that nothing else has. */
function movedOrRenamed(kind: AnyKind, from: string, to: string, taken: ReadonlySet<string>): readonly Operation[] {
  const [old, next] = [parseName(from), parseName(to)];
  const rename = (name: string, other: string) => kind.rename!(name, other, {}) as Operation;
  const move = (name: string) => kind.move!(name, next.schema) as Operation;
  if (old.schema === next.schema) return [rename(from, to)];
  if (old.name === next.name) return [move(from)];
  const moved = qualifiedName(old.name, next.schema);
  if (!taken.has(moved)) return [move(from), rename(moved, to)];
  const renamed = siblingName(from, next.name);
  if (!taken.has(renamed)) return [rename(from, renamed), move(renamed)];
  const aside = nameAside(from);
  return [rename(from, aside), move(aside), rename(qualifiedName(bareName(aside), next.schema), to)];
}

/** The names of what stands in a schema, before and after. */
export function takenNames(...schemas: readonly Schema[]): ReadonlySet<string> {
  return new Set(
    schemas.flatMap((one) => schemaKinds.flatMap(({ list }) => itemsOf(one, list).map(({ name }) => name))),
  );
}

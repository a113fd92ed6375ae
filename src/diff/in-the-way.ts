import { dropUndefined } from "../given.ts";
import { indexByName } from "../index-by-name.ts";
import { listReferencing, tableKinds } from "../kinds/all.ts";
import { mayBeComparedByAny, mayReference } from "../kinds/column-types.ts";
import { columns } from "../kinds/columns.ts";
import { type AnyKind, type Dependence, isSame, itemsOf, type RowReference } from "../kinds/kind.ts";
import { tables } from "../kinds/tables.ts";
import type { Dependencies } from "../schema/dependencies.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { siblingName } from "../sql.ts";
import { itemsOverChangedTables } from "./items-over-tables.ts";
import { usesInDatabase, usesOfTexts } from "./named-in-text.ts";
import { type ItemReference, type TableChange, type TableSurroundings, tableChanges } from "./table-changes.ts";
import { isUnchanged } from "./unchanged.ts";

/** Items by table, as {@link itemKey} names them. */
export type ItemsInTheWay = ReadonlyMap<string, ReadonlySet<string>>;

/** A reason why items have to be dropped and recreated around a change: it finds the items. */
export type Cause = (around: TableSurroundings) => readonly ItemReference[];

/** All causes, in no order. */
const CAUSES: readonly Cause[] = [
  generatedColumns,
  removedOfReplacedTypes,
  foreignKeysOfChangedColumns,
  foreignKeysToLostKeys,
  itemsOfChangedColumns,
  itemsOverChangedTables,
];

/**
 * Finds what stays the same but has to be dropped before a change next to it, and created after it.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 * @param dependencies what depends on what in the live database, in the names of after
 */
export function findInTheWay(before: Schema, after: Schema, dependencies?: Dependencies): ItemsInTheWay {
  const around = {
    before,
    after,
    changes: tableChanges(before, after, dependencies),
    ...dropUndefined({ dependencies }),
  };
  const found = new Map<string, Set<string>>();
  for (const { table, list, name } of CAUSES.flatMap((cause) => cause(around)))
    found.set(table, (found.get(table) ?? new Set()).add(itemKey(list, name)));
  return found;
}

/** Whether an item has to be dropped and recreated. */
export function isInTheWay(items: ItemsInTheWay, { table, list, name }: ItemReference): boolean {
  return items.get(table)?.has(itemKey(list, name)) ?? false;
}

function itemKey(list: string, name: string): string {
  return `${list}\0${name}`;
}

/** Generated columns over a column that is removed or gets another type. */
export function generatedColumns({ changes }: TableSurroundings): readonly ItemReference[] {
  return [...changes.values()].flatMap(({ before, generatedOverChanged }) =>
    generatedOverChanged.map((name) => ({ table: before.name, list: columns.list, name })),
  );
}

/**
 * Columns, and tables with columns, that are removed and have an enum type that is replaced: their rows may have values
 * that the new type has not, so they are dropped before.
 */
export function removedOfReplacedTypes({ changes }: TableSurroundings): readonly ItemReference[] {
  return [...changes.values()].flatMap(
    ({ before: { name: table }, isRemoved, removedOfReplacedTypes: removed }): readonly ItemReference[] => {
      if (removed.length === 0) return [];
      if (isRemoved) return [{ table: "", list: tables.list, name: table }];
      return removed.map((name) => ({ table, list: columns.list, name }));
    },
  );
}

/**
 * Foreign keys of a column that is replaced, those that cannot be there while the columns of one table have their new types
 * and those of the other one their old types, and those that PostgreSQL itself cannot create again.
 */
export function foreignKeysOfChangedColumns({ before, changes }: TableSurroundings): readonly ItemReference[] {
  const tables = indexByName(before.tables);
  return findReferencing(before, ({ columns, table, referenced }, own) => {
    const [change, other] = [changes.get(own.name), changes.get(table)];
    if (hasAny(columns, change?.replaced) || hasAny(columns, change?.rewritten)) return true;
    if (hasAny(referenced, other?.rewritten)) return true;
    if (change === undefined && other === undefined) return false;
    const isRetyped = hasAny(columns, change?.refused) || hasAny(referenced, other?.refused);
    if (isRetyped && columns.some((column) => mayBeComparedByAny(typesOf(column, own, change).earlier))) return true;
    const isRefused = (column: string, key: string) => {
      const from = typesOf(column, own, change);
      // The key of a table that is left alone has the type that the column has.
      const to = typesOf(key, tables.get(table), other, from.earlier);
      if (from.earlier === from.later && to.earlier === to.later) return false;
      return !mayReference(from.later, to.earlier) || !mayReference(from.earlier, to.later);
    };
    return columns.some((column, at) => isRefused(column, referenced[at] ?? ""));
  });
}

/** The types of a column before and after a change; of one that is gone afterwards, the type that it has until then. */
function typesOf(
  name: string,
  table: Table | undefined,
  change: TableChange | undefined,
  unknown = "",
): { readonly earlier: string; readonly later: string } {
  const typeIn = (one: Table | undefined) => one?.columns.find((column) => column.name === name)?.type;
  const earlier = typeIn(table) ?? unknown;
  return { earlier, later: typeIn(change?.after) ?? earlier };
}

/** Foreign keys to a key that is dropped or replaced, or to a removed table whose keys have to go first. */
export function foreignKeysToLostKeys({ before, after, changes }: TableSurroundings): readonly ItemReference[] {
  const hasRemoved = [...changes.values()].some(({ isRemoved }) => isRemoved);
  const taken = hasRemoved ? keyNames(after) : new Set<string>();
  return findReferencing(before, ({ table, referenced }) => {
    const target = changes.get(table);
    if (target === undefined) return false;
    if (!target.isRemoved) return losesKey(target, referenced);
    return target.removedOfReplacedTypes.length > 0 || givesUpKeys(target.before, taken);
  });
}

/** Items of a table that use a column which is replaced or gets other operators, or that change together with one. */
export function itemsOfChangedColumns({ changes, dependencies }: TableSurroundings): readonly ItemReference[] {
  return [...changes.values()].filter(hasChangedColumns).flatMap((change) =>
    tableKinds.flatMap((kind) =>
      itemsOf(change.before, kind.list)
        .filter((item) => usesChanged(kind, item, change, dependencies))
        .map(({ name }) => ({ table: change.before.name, list: kind.list, name })),
    ),
  );
}

function usesChanged(kind: AnyKind, item: Named, change: TableChange, dependencies: Dependencies | undefined): boolean {
  const { dependsOn, refusesChanges } = kind;
  if (dependsOn === undefined) return false;
  const { columns = [], texts }: Dependence = dependsOn(item);
  const isKeptAsIs = itemsOf(change.after, kind.list).some((one) => one.name === item.name && isSame(kind, one, item));
  const table = change.before.name;
  const known = usesInDatabase(isKeptAsIs && dependencies, kind, item.name, table);
  const uses = usesOfTexts(texts, table, known);
  const usesAny = (names: ReadonlySet<string>) => hasAny(columns, names) || uses.names(names);
  if (refusesChanges && usesAny(change.refused)) return true;
  if (goesBefore(kind, item, change) && usesAny(change.goneFirst)) return true;
  if (uses.castsTo(change.replacedTypes)) return true;
  if (usesAny(change.replaced) || uses.names(change.otherOperators)) return true;
  return mayUseChanged({ columns, texts }, change) && !isKept(item, change, kind);
}

/** A text that is replaced too may have the old name of a column. */
function mayUseChanged({ columns = [], texts }: Dependence, { otherOperators, replaced }: TableChange): boolean {
  return hasAny(columns, otherOperators) || (texts.length > 0 && otherOperators.size + replaced.size > 0);
}

/** PostgreSQL drops an item with a column that goes, so one that gets other columns is dropped before. */
function goesBefore({ list }: AnyKind, { name }: Named, { after, goneFirst }: TableChange): boolean {
  return goneFirst.size > 0 && itemsOf(after, list).some((item) => item.name === name);
}

function findReferencing(
  { tables = [] }: Schema,
  isConcerned: (reference: RowReference, table: Table) => boolean,
): readonly ItemReference[] {
  return tables.flatMap((table) =>
    listReferencing(table)
      .filter(({ reference }) => isConcerned(reference, table))
      .map(({ kind, item }) => ({ table: table.name, list: kind.list, name: item.name })),
  );
}

function hasAny(columns: readonly string[], names: ReadonlySet<string> | undefined): boolean {
  return names !== undefined && names.size > 0 && columns.some((name) => names.has(name));
}

function hasChangedColumns({ otherOperators, replaced, refused, replacedTypes, goneFirst }: TableChange): boolean {
  return otherOperators.size + replaced.size + refused.size + replacedTypes.size + goneFirst.size > 0;
}

/** What foreign keys may reference. */
interface Key {
  readonly kind: AnyKind;
  readonly key: Named;
  readonly columns: readonly string[];
}

function keysOf(table: Table): readonly Key[] {
  return tableKinds.flatMap((kind) => {
    const { list, isReferable, dependsOn } = kind;
    if (!isReferable || dependsOn === undefined) return [];
    return itemsOf(table, list).map((key) => ({ kind, key, columns: dependsOn(key).columns ?? [] }));
  });
}

/** The names of all keys and indexes: one schema has no two of one name. */
export function keyNames(schema: Schema): ReadonlySet<string> {
  const kinds = tableKinds.filter(({ ownsRelationName }) => ownsRelationName);
  return new Set(
    (schema.tables ?? []).flatMap((table) =>
      kinds.flatMap(({ list }) => itemsOf(table, list).map(({ name }) => siblingName(table.name, name))),
    ),
  );
}

/** Whether a removed table has to give up a key before, because another table takes its name. */
function givesUpKeys(table: Table, taken: ReadonlySet<string>): boolean {
  return keysOf(table).some(({ key }) => taken.has(siblingName(table.name, key.name)));
}

/** Whether a key over these columns is dropped or replaced. */
function losesKey(change: TableChange, columns: readonly string[]): boolean {
  if (isUnchanged(change.before, change.after)) return false;
  const sort = (names: readonly string[]) => [...names].sort().join("\0");
  const isLost = ({ kind, key, columns: own }: Key) => sort(own) === sort(columns) && !isKept(key, change, kind);
  return keysOf(change.before).some(isLost);
}

/** Whether an item is the same afterwards, under its own or a new name. */
function isKept(item: Named, { before, after }: TableChange, kind: AnyKind): boolean {
  const { list } = kind;
  const items = itemsOf(after, list);
  const named = items.find(({ name }) => name === item.name);
  if (named !== undefined) return isSame(kind, named, item);
  const oldNames = new Set(itemsOf(before, list).map(({ name }) => name));
  return items.some((one) => !oldNames.has(one.name) && isSame(kind, one, item));
}

import { isDeepStrictEqual } from "node:util";
import { dropUndefined, mapGiven } from "../given.ts";
import { indexByName } from "../index-by-name.ts";
import { listReferencing, schemaKinds, tableKinds } from "../kinds/all.ts";
import { columns } from "../kinds/columns.ts";
import { keyOfItem } from "../kinds/item-keys.ts";
import { type AnyKind, type Dependence, isSame, itemsOf, type RowReference } from "../kinds/kind.ts";
import { readReferences } from "../kinds/query-references.ts";
import type { Reference } from "../kinds/reference.ts";
import { tables } from "../kinds/tables.ts";
import { relationFinder } from "../kinds/view-references.ts";
import type { Dependencies, Dependent, Use } from "../schema/dependencies.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { siblingName } from "../sql.ts";
import { usesOfTexts } from "./named-in-text.ts";
import { type TableChange, tableChanges } from "./table-changes.ts";
import { isUnchanged } from "./unchanged.ts";

/** An item of a table, or of the schema if the table is "". */
export interface ItemReference {
  readonly table: string;
  readonly list: string;
  readonly name: string;
}

/** Items by table, as {@link itemKey} names them. */
export type ItemsInTheWay = ReadonlyMap<string, ReadonlySet<string>>;

/** What the causes are found from. */
export interface TableSurroundings {
  readonly before: Schema;
  readonly after: Schema;
  /** The tables that are removed or change, by name. */
  readonly changes: ReadonlyMap<string, TableChange>;
  /** What depends on what in the live database, in the names of the schema after; without it, only names are known. */
  readonly dependencies?: Dependencies;
}

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

/** Foreign keys of or to a column whose type changes to another family, and of one that is replaced. */
export function foreignKeysOfChangedColumns({ before, changes }: TableSurroundings): readonly ItemReference[] {
  return findReferencing(before, ({ columns, table, referenced }, { name }) => {
    const [own, target] = [changes.get(name), changes.get(table)];
    return (
      hasAny(columns, own?.otherFamily) || hasAny(columns, own?.replaced) || hasAny(referenced, target?.otherFamily)
    );
  });
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
  const key = keyOfItem(kind.list, item.name, change.before.name);
  const uses = usesOfTexts(texts, change.before.name, isKeptAsIs ? dependencies?.uses.get(key) : undefined);
  if (refusesChanges && (hasAny(columns, change.refused) || uses.names(change.refused))) return true;
  if (uses.castsTo(change.replacedTypes)) return true;
  if (change.otherOperators.size + change.replaced.size === 0) return false;
  if (hasAny(columns, change.replaced) || uses.names(change.otherOperators) || uses.names(change.replaced)) return true;
  // A text that is replaced too may have the column's old name.
  const mayChange = hasAny(columns, change.otherOperators) || texts.length > 0;
  return mayChange && !isKept(item, change, kind);
}

/**
 * Views and other items without a table over a table whose columns are removed or get another type, those that are
 * replaced, and those over one of these.
 */
export function itemsOverChangedTables(around: TableSurroundings): readonly ItemReference[] {
  const { before, after, changes } = around;
  const items = schemaKinds.flatMap((kind) => listDependents(kind, before));
  const findTables = relationFinder(
    [...changes.values()].filter(losesColumns).map((change) => change.before),
    [...(before.tables ?? []), ...(after.tables ?? []), ...items],
  );
  const findItems = relationFinder(items);
  const readsChanged = columnUseFinder(around);
  const found = new Set<SchemaItem>();
  for (const dependent of items) {
    const { references } = dependent;
    const isOverFound = () => findItems(references).some((other) => other !== dependent && found.has(other));
    if (
      !isKeptOrAltered(dependent, around) ||
      isOverFound() ||
      (readsChanged(dependent) ?? findTables(references).length > 0)
    )
      found.add(dependent);
  }
  return [...found].map(({ list, name }) => ({ table: "", list, name }));
}

function losesColumns({ isRemoved, before: { columns }, refused }: TableChange): boolean {
  return refused.size > 0 || (isRemoved && columns.length > 0);
}

/** Whether an item stays as it is, or becomes what it should be without a drop. */
function isKeptOrAltered({ kind, list, item, name }: SchemaItem, { before, after }: TableSurroundings): boolean {
  const target = itemsOf(after, list).find((one) => one.name === name);
  if (target === undefined) return false;
  return isDeepStrictEqual(item, target) || (kind.alter?.(item, target, { before, after }) ?? []).length > 0;
}

/** An item without a table that uses tables or other such items. */
interface SchemaItem extends Named {
  readonly list: string;
  readonly kind: AnyKind;
  readonly item: Named;
  readonly references: readonly Reference[];
  /** It has a `*` or the like, which may mean other columns than in the live database. */
  readonly hasStar: boolean;
}

/**
 * Prepares a function that says whether the live view of this name reads a column that is removed or gets another type.
 * It says `undefined` where the live database does not know what the view reads. One that uses all of a table only counts
 * or has rows, which follow the table unless it holds them.
 */
function columnUseFinder({ changes, dependencies }: TableSurroundings): (item: SchemaItem) => boolean | undefined {
  const isView = ({ kind }: Dependent) => kind === "view" || kind === "materialized view";
  const live = indexByName(dependencies?.dependents.filter(isView));
  const isChanged = (use: Use, isHeld: boolean) => {
    const change = "relation" in use ? changes.get(use.relation) : undefined;
    if (change === undefined || !("relation" in use)) return false;
    if (change.isRemoved) return true;
    if (use.column !== undefined) return change.refused.has(use.column);
    return use.key === undefined && isHeld && change.refused.size > 0;
  };
  const isOverChanged = ({ uses, values = [] }: Dependent) =>
    uses.some((use) => isChanged(use, false)) || values.some((use) => isChanged(use, true));
  return ({ name, hasStar }) => mapGiven(hasStar ? undefined : live.get(name), isOverChanged);
}

function listDependents(kind: AnyKind, schema: Schema): readonly SchemaItem[] {
  const { list, dependsOn, refusesChanges } = kind;
  if (dependsOn === undefined || refusesChanges === undefined) return [];
  return itemsOf(schema, list).map((item) => {
    const { texts }: Dependence = dependsOn(item);
    const read = texts.map(readReferences);
    const references = read.flatMap(({ relations }) => relations);
    const hasStar = read.some(({ expanded }) => expanded.length > 0);
    return { name: item.name, list, kind, item, references, hasStar };
  });
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

function hasChangedColumns({ otherOperators, replaced, refused, replacedTypes }: TableChange): boolean {
  return otherOperators.size + replaced.size + refused.size + replacedTypes.size > 0;
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

import { isDeepStrictEqual } from "node:util";
import { indexByName } from "../index-by-name.ts";
import { tableKinds } from "../kinds/all.ts";
import { type AnyKind, isSame, itemsOf } from "../kinds/kind.ts";
import { relationFinder } from "../kinds/view-references.ts";
import type { Check, ForeignKey, Index, Named, Schema, Table } from "../schema/schema.ts";
import { siblingName } from "../sql.ts";
import { namesOneOf } from "./named-in-text.ts";
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
export interface Surroundings {
  readonly before: Schema;
  readonly after: Schema;
  /** The tables that are removed or change, by name. */
  readonly changes: ReadonlyMap<string, TableChange>;
}

/** A reason why items have to be dropped and recreated around a change: it finds the items. */
export type Cause = (around: Surroundings) => readonly ItemReference[];

/** All causes, in no order. */
const CAUSES: readonly Cause[] = [
  generatedColumns,
  foreignKeysOfChangedColumns,
  foreignKeysToLostKeys,
  keysOfChangedColumns,
  checksOfChangedColumns,
  viewsOfChangedTables,
];

/**
 * Finds what stays the same but has to be dropped before a change next to it, and created after it.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 */
export function findInTheWay(before: Schema, after: Schema): ItemsInTheWay {
  const around = { before, after, changes: tableChanges(before, after) };
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
export function generatedColumns({ changes }: Surroundings): readonly ItemReference[] {
  return [...changes.values()].flatMap(({ before, generatedOverChanged }) =>
    generatedOverChanged.map((name) => ({ table: before.name, list: "columns", name })),
  );
}

/** Foreign keys of or to a column whose type changes to another family, and of one that is replaced. */
export function foreignKeysOfChangedColumns({ before, changes }: Surroundings): readonly ItemReference[] {
  return findForeignKeys(before, (key, table) => {
    const [own, target] = [changes.get(table.name), changes.get(key.references.table)];
    return (
      hasAny(key.columns, own?.otherFamily) ||
      hasAny(key.columns, own?.replaced) ||
      hasAny(key.references.columns, target?.otherFamily)
    );
  });
}

/** Foreign keys to a key that is dropped or replaced, or to a removed table whose keys have to go first. */
export function foreignKeysToLostKeys({ before, after, changes }: Surroundings): readonly ItemReference[] {
  const hasRemoved = [...changes.values()].some(({ isRemoved }) => isRemoved);
  const taken = hasRemoved ? keyNames(after) : new Set<string>();
  return findForeignKeys(before, ({ references }) => {
    const target = changes.get(references.table);
    if (target === undefined) return false;
    return target.isRemoved ? givesUpKeys(target.before, taken) : losesKey(target, references.columns);
  });
}

/** Primary keys, unique constraints and indexes over a column that is replaced or gets other operators. */
export function keysOfChangedColumns({ changes }: Surroundings): readonly ItemReference[] {
  const isConcerned = ({ list, key }: Key, change: TableChange) => {
    if (hasAny(key.columns, change.replaced) || namesChanged(key.where, change)) return true;
    // A predicate that is replaced too may have the column's old name.
    const mayChange = hasAny(key.columns, change.otherOperators) || key.where !== undefined;
    return mayChange && !isKept(key, change, list);
  };
  return [...changes.values()].filter(hasChangedColumns).flatMap((change) =>
    keysOf(change.before)
      .filter((one) => isConcerned(one, change))
      .map(({ list, key }) => ({ table: change.before.name, list, name: key.name })),
  );
}

/** Checks that name a column that is replaced or gets other operators, or that change together with one. */
export function checksOfChangedColumns({ changes }: Surroundings): readonly ItemReference[] {
  const isConcerned = (check: Check, change: TableChange) =>
    namesChanged(check.expression, change) || !isKept(check, change, "checks");
  return [...changes.values()]
    .filter(hasChangedColumns)
    .flatMap((change) =>
      (change.before.checks ?? [])
        .filter((check) => isConcerned(check, change))
        .map(({ name }) => ({ table: change.before.name, list: "checks", name })),
    );
}

/** Views over a table whose columns are removed or get another type, replaced views, and views over those. */
export function viewsOfChangedTables({ before, after, changes }: Surroundings): readonly ItemReference[] {
  const tables = [...changes.values()].filter(({ isRefusedUnderViews }) => isRefusedUnderViews);
  const findTables = relationFinder(
    tables.map((change) => change.before),
    [],
  );
  const findViews = relationFinder(before.views ?? []);
  const targets = indexByName(after.views);
  const found = new Set<string>();
  for (const view of before.views ?? []) {
    const isReplaced = !isDeepStrictEqual(view, targets.get(view.name));
    const readsReplaced = () => findViews(view).some((other) => other !== view && found.has(other.name));
    if (isReplaced || readsReplaced() || findTables(view).length > 0) found.add(view.name);
  }
  return [...found].map((name) => ({ table: "", list: "views", name }));
}

function findForeignKeys(
  { tables = [] }: Schema,
  isConcerned: (key: ForeignKey, table: Table) => boolean,
): readonly ItemReference[] {
  return tables.flatMap((table) =>
    (table.foreignKeys ?? [])
      .filter((key) => isConcerned(key, table))
      .map(({ name }) => ({ table: table.name, list: "foreignKeys", name })),
  );
}

function hasAny(columns: readonly string[], names: ReadonlySet<string> | undefined): boolean {
  return names !== undefined && names.size > 0 && columns.some((name) => names.has(name));
}

function hasChangedColumns({ otherOperators, replaced }: TableChange): boolean {
  return otherOperators.size + replaced.size > 0;
}

function namesChanged(text: string | undefined, { otherOperators, replaced }: TableChange): boolean {
  return namesOneOf(text, otherOperators) || namesOneOf(text, replaced);
}

/** What a foreign key may need, or what has an index. */
interface Key {
  readonly list: string;
  readonly key: Named & Pick<Index, "columns" | "where">;
}

function keysOf({ primaryKey, uniques = [], indexes = [] }: Table): readonly Key[] {
  return [
    ...(primaryKey === undefined ? [] : [{ list: "primaryKey", key: primaryKey }]),
    ...uniques.map((key) => ({ list: "uniques", key })),
    ...indexes.map((key) => ({ list: "indexes", key })),
  ];
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
  const isLost = ({ list, key }: Key) => sort(key.columns) === sort(columns) && !isKept(key, change, list);
  return keysOf(change.before).some(isLost);
}

/** Whether an item is the same afterwards, under its own or a new name. */
function isKept(item: Named, { before, after }: TableChange, list: string): boolean {
  const kind = findKind(list);
  const items = itemsOf(after, list);
  const named = items.find(({ name }) => name === item.name);
  if (named !== undefined) return isSame(kind, named, item);
  const oldNames = new Set(itemsOf(before, list).map(({ name }) => name));
  return items.some((one) => !oldNames.has(one.name) && isSame(kind, one, item));
}

function findKind(list: string): AnyKind {
  const kind = tableKinds.find((one) => one.list === list);
  if (kind === undefined) throw new Error(`There is no kind ${list}.`);
  return kind;
}

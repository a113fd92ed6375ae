import { dropUndefined } from "../given.ts";
import { indexByName } from "../index-by-name.ts";
import { type AnyKind, change, isSame, itemsOf, type Owners } from "../kinds/kind.ts";
import { readsNewResults } from "../kinds/rows-with-results.ts";
import type { Change } from "../schema/operation.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { type ItemsInTheWay, isInTheWay } from "./in-the-way.ts";
import type { Step } from "./order.ts";

/** The items of one kind that one owner has, before and after. */
export interface ItemLists {
  readonly kind: AnyKind;
  readonly owners: Owners<Schema | Table>;
  /** The owner, unless it is the schema. */
  readonly table?: string;
  readonly inTheWay: ItemsInTheWay;
}

/** Compares items by name, then by what they are: an item that only has another name is renamed. */
export function compareItems(lists: ItemLists): readonly Step[] {
  const { matched, removed } = matchItems(lists);
  return [
    ...matched.flatMap(({ from, to }) => (from === undefined ? addItem(lists, to) : keepItem(lists, from, to))),
    ...removed.flatMap((item) => removeItem(lists, item)),
  ];
}

interface Matched {
  /** The items after in their order, each with the item that it was before. */
  readonly matched: readonly { readonly from: Named | undefined; readonly to: Named }[];
  readonly removed: readonly Named[];
}

/** Pairs items of the same name, then those of another name that are the same. */
function matchItems({ kind, owners }: ItemLists): Matched {
  const [before, after] = [itemsOf(owners.before, kind.list), itemsOf(owners.after, kind.list)];
  const oldItems = indexByName(before);
  const newItems = indexByName(after);
  const removed = new Set(before.filter(({ name }) => !newItems.has(name)));
  const matched = after.map((to) => {
    const from = oldItems.get(to.name) ?? findTwin(kind, removed, to);
    if (from !== undefined) removed.delete(from);
    return { from, to };
  });
  return { matched, removed: [...removed] };
}

/** A removed item that is the same in all but its name; whether rows are the same ones is asked instead. */
function findTwin(kind: AnyKind, removed: Iterable<Named>, item: Named): Named | undefined {
  if (kind.holdsData) return undefined;
  return [...removed].find((one) => isSame(kind, one, item));
}

function addItem(lists: ItemLists, item: Named): readonly Step[] {
  const { kind, owners } = lists;
  return [
    makeStep(
      lists,
      "create",
      creation(lists, item, () => kind.question?.(undefined, item, owners)),
      item,
    ),
  ];
}

function keepItem(lists: ItemLists, from: Named, to: Named): readonly Step[] {
  const { kind, owners } = lists;
  const differs = !isSame(kind, from, to);
  if (!mustGo(lists, from)) return [...renameItem(lists, from, to), ...(differs ? replaceItem(lists, from, to) : [])];
  const ask = () => {
    if (differs) return kind.question?.(from, to, owners);
    // Rows that satisfied it may not do so with the results of another expression.
    return readsNewResults(kind, to, owners) ? kind.question?.(undefined, to, owners) : undefined;
  };
  return [
    makeStep(lists, "drop", change(kind.drop(from, owners.after)), from),
    makeStep(lists, "create", creation(lists, to, ask), to),
  ];
}

function removeItem(lists: ItemLists, item: Named): readonly Step[] {
  const { kind, owners } = lists;
  const isFirst = kind.dropBeforeColumns || kind.replaceLast || mustGo(lists, item);
  const removal =
    kind.remove?.(item, owners) ?? change(kind.drop(item, owners.after), kind.question?.(item, undefined, owners));
  return [makeStep(lists, isFirst ? "drop" : "end", removal, item)];
}

function renameItem(lists: ItemLists, from: Named, to: Named): readonly Step[] {
  const { kind, owners } = lists;
  if (from.name === to.name || kind.rename === undefined) return [];
  return [makeStep(lists, "rename", change(kind.rename(from.name, to.name, owners.after)))];
}

function replaceItem(lists: ItemLists, from: Named, to: Named): readonly Step[] {
  const { kind, owners } = lists;
  const owner = owners.after;
  const altered = kind.alter?.(from, to, owners) ?? [];
  if (kind.replaceLast && altered.length === 0)
    return [
      makeStep(lists, "drop", change(kind.drop(from, owner)), from),
      makeStep(lists, "create", change(kind.create(to, owner)), to),
    ];
  if (kind.alter) return altered.map((one) => makeStep(lists, "create", one));
  const question = kind.question?.(from, to, owners);
  const operations = [kind.drop(to, owner), kind.create(to, owner)];
  return [makeStep(lists, "create", { operations, ...dropUndefined({ question }) })];
}

function creation({ kind, owners }: ItemLists, item: Named, ask: () => Change["question"]): Change {
  return kind.add?.(item, owners) ?? change(kind.create(item, owners.after), ask());
}

function mustGo({ kind, table = "", inTheWay }: ItemLists, { name }: Named): boolean {
  return isInTheWay(inTheWay, { table, list: kind.list, name });
}

/** @param item what the step is about, if it is one item: then it has the place that the item has in its list */
function makeStep({ kind, table, owners }: ItemLists, move: Step["move"], made: Change, item?: Named): Step {
  const of = { move, kind, ...dropUndefined({ table }), change: made };
  if (item === undefined) return of;
  const { name } = item;
  if (kind.usesSiblings?.(item)) return { ...of, name, place: 1 };
  if (!kind.replaceLast) return { ...of, name };
  const owner = move === "drop" ? owners.before : owners.after;
  return { ...of, name, place: itemsOf(owner, kind.list).findIndex((one) => one.name === name) };
}

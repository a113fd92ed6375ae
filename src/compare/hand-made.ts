import { groupBy } from "../group-by.ts";
import { tableKinds } from "../kinds/all.ts";
import { type AnyKind, byName, inList, isSame, itemsOf } from "../kinds/kind.ts";
import type { HandMadeItem } from "../read/catalog.ts";
import type { Repeated } from "../read/model-uniques.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import type { Comparable } from "./comparable.ts";

/** An item in a form that models cannot declare, as each side is compared. */
interface Compared {
  readonly table: string;
  readonly kind: AnyKind;
  readonly live: Named;
  /** None, where the models have something of another kind with its name. */
  readonly model?: Named;
}

/**
 * Compares an item in a form that models cannot declare with the one of its name that they do, as far as they can say it.
 * If that is the same, both sides have it as it is in the database. If the models have something of another kind with its
 * name, such as a unique constraint with the name of an index, it has to go.
 */
export function applyHandMade(
  live: Schema,
  models: Schema,
  handMade: readonly HandMadeItem[],
): Pick<Comparable, "live" | "models"> {
  const declared = new Map((models.tables ?? []).map((table) => [table.name, table]));
  const found = handMade.flatMap((one) => compareHandMade(one, declared.get(one.table)) ?? []);
  const byTable = groupBy(found, ({ table }) => table);
  const apply = (tables: readonly Table[] = [], side: "live" | "model") =>
    tables.map((table) => putItems(table, byTable.get(table.name) ?? [], side));
  return {
    live: { ...live, tables: apply(live.tables, "live") },
    models: { ...models, tables: apply(models.tables, "model") },
  };
}

function compareHandMade({ table, list, item }: HandMadeItem, declared: Table | undefined): Compared | undefined {
  const kind = tableKinds.find((one) => one.list === list);
  const model = itemsOf(declared, list).find(({ name }) => name === item.name);
  if (kind === undefined) return undefined;
  if (model === undefined) return isNameTaken(kind, item, declared) ? { table, kind, live: item } : undefined;
  const live: Named = kind.likened?.(item, model) ?? item;
  return { table, kind, live, model: isSame(kind, live, model) ? live : model };
}

/** Whether a table of the models has something of another kind with the name of a relation. */
function isNameTaken(kind: AnyKind, { name }: Named, declared: Table | undefined): boolean {
  const others = tableKinds.filter((one) => one !== kind && one.ownsRelationName);
  return (
    kind.ownsRelationName === true &&
    others.some(({ list }) => itemsOf(declared, list).some((one) => one.name === name))
  );
}

/** Puts items into the lists of a table, in place of those of the same names. */
function putItems(table: Table, items: readonly Compared[], side: "live" | "model"): Table {
  if (items.length === 0) return table;
  const lists = [...groupBy(items, ({ kind }) => kind)].map(([kind, group]) => {
    const put = group.flatMap((one) => one[side] ?? []);
    const names = new Set(group.map(({ live }) => live.name));
    const kept = itemsOf(table, kind.list).filter(({ name }) => !names.has(name));
    return [kind.list, inList(kind, [...kept, ...put])] as const;
  });
  return { ...table, ...Object.fromEntries(lists) };
}

/**
 * The models with those of their repeated unique constraints that the database has, each in place of the one that it
 * repeats if the database lacks that one.
 */
export function withRepeated(models: Schema, repeated: readonly Repeated[], live: Schema): Schema {
  if (repeated.length === 0) return models;
  const uniques = new Map((live.tables ?? []).map((table) => [table.name, table.uniques ?? []]));
  const byTable = groupBy(repeated, ({ table }) => table);
  const tables = (models.tables ?? []).map((table) => {
    const known = new Set(uniques.get(table.name)?.map(({ name }) => name));
    const found = (byTable.get(table.name) ?? []).filter(({ unique }) => known.has(unique.name));
    if (found.length === 0) return table;
    const replaced = new Set(found.map(({ like }) => like).filter((like) => like !== undefined && !known.has(like)));
    const kept = (table.uniques ?? []).filter(({ name }) => !replaced.has(name));
    return { ...table, uniques: [...kept, ...found.map(({ unique }) => unique)].sort(byName) };
  });
  return { ...models, tables };
}

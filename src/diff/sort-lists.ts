import { dropUndefined } from "../given.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, byName, itemsOf } from "../kinds/kind.ts";
import type { Schema, Table } from "../schema/schema.ts";

/** The schema with its lists sorted by name, but for those whose order has a meaning. */
export function sortLists(schema: Schema): Schema {
  const tables = schema.tables?.map((table) => ({ ...table, ...sortListsOf(table, tableKinds) }));
  const sorted = { ...schema, ...dropUndefined({ tables }) };
  return { ...sorted, ...sortListsOf(sorted, schemaKinds) };
}

/** A table has one primary key, which needs no order. */
function sortListsOf(owner: Schema | Table, kinds: readonly AnyKind[]): object {
  const lists = kinds.filter(({ keepsOrder }) => !keepsOrder);
  return Object.fromEntries(
    lists
      .map(({ list }) => ({ list, items: itemsOf(owner, list) }))
      .filter(({ items }) => items.length > 1)
      .map(({ list, items }) => [list, items.toSorted(byName)]),
  );
}

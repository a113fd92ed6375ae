import { tableKinds } from "../kinds/all.ts";
import { keyOfItem } from "../kinds/item-keys.ts";
import { itemsOf } from "../kinds/kind.ts";
import type { Schema } from "../schema/schema.ts";

/** The key of a part of a table in {@link keysOfParts}. */
export function partKey(table: string, name: string): string {
  return `${table}\0${name}`;
}

/**
 * The keys of primary keys, constraints and indexes, by table and name: one table has no two of one name. Indexes that models
 * cannot declare are not in the schema.
 */
export function keysOfParts(schema: Schema): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const table of schema.tables ?? [])
    for (const { list } of tableKinds.filter((kind) => kind.list !== "columns"))
      for (const { name } of itemsOf(table, list))
        keys.set(partKey(table.name, name), keyOfItem(list, name, table.name));
  return keys;
}

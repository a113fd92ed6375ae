import { tableKinds } from "../kinds/all.ts";
import { itemsOf } from "../kinds/kind.ts";
import { placeOf } from "../kinds/places.ts";
import type { Schema } from "../schema/schema.ts";

/** The key of a part of a table in {@link placesOfParts}. */
export function partKey(table: string, name: string): string {
  return `${table}\0${name}`;
}

/**
 * The places of keys, constraints and indexes, by table and name: one table has no two of one name. Indexes that models
 * cannot declare are not in the schema.
 */
export function placesOfParts(schema: Schema): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const table of schema.tables ?? [])
    for (const { list } of tableKinds.filter((kind) => kind.list !== "columns"))
      for (const { name } of itemsOf(table, list))
        places.set(partKey(table.name, name), placeOf(list, name, table.name));
  return places;
}

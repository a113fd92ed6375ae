import { columns } from "./columns.ts";
import { constraints } from "./constraints.ts";
import { defaults } from "./defaults.ts";
import type { Idiom, Model } from "./idiom.ts";
import { relations } from "./models.ts";

/** An idiom with its tables. */
export interface Placed<Of = Idiom> {
  readonly idiom: Of;
  /** What its names start with, or have in them. */
  readonly table: string;
}

/** All of them, each with tables of its own, so that one database holds all. */
export const idioms: readonly (Placed & { readonly entities: readonly Model[] })[] = [
  ...defaults,
  ...columns,
  ...constraints,
  ...relations,
].map((idiom, at) => {
  const table = tableOf(at);
  return { idiom, table, entities: idiom.models(table) };
});

/** Names of one length, so that none is a part of another. */
export function tableOf(at: number): string {
  return `t${String(at).padStart(4, "0")}`;
}

/** Sorts whatever has names in it by the idiom it belongs to. */
export function byTable<Item>(
  items: readonly Item[],
  text: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const table = /t\d{4}/.exec(text(item))?.[0] ?? "";
    found.set(table, [...(found.get(table) ?? []), item]);
  }
  return found;
}

import { tableKinds } from "../kinds/all.ts";
import { type AnyKind, change, itemsOf } from "../kinds/kind.ts";
import { tables } from "../kinds/tables.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import type { Step } from "./order.ts";

/** Drops tables, each after those that reference it; where tables reference each other, the references are dropped first. */
export function dropTables(removed: readonly Table[], owner: Schema): readonly Step[] {
  const left = new Map(removed.map((table) => [table.name, table]));
  const pointers = new Map(removed.map(({ name }) => [name, new Set<string>()]));
  for (const table of removed)
    for (const { to } of referencesOf(table)) if (to !== table.name) pointers.get(to)?.add(table.name);
  const steps: Step[] = [];
  const isFree = (name: string) => pointers.get(name)?.size === 0;
  const queue = [...left.keys()].filter(isFree);
  while (left.size > 0) {
    const name = queue.shift() ?? firstOf(left);
    const table = left.get(name);
    if (table === undefined) continue;
    left.delete(name);
    for (const pointing of pointers.get(name) ?? []) steps.push(...dropReferences(left.get(pointing), name));
    steps.push({ move: "end", kind: tables, table: name, change: change(tables.drop(table, owner)) });
    for (const { to } of referencesOf(table))
      if (pointers.get(to)?.delete(name) && isFree(to) && left.has(to)) queue.push(to);
  }
  return steps;
}

function firstOf(left: ReadonlyMap<string, Table>): string {
  const [name] = left.keys();
  if (name === undefined) throw new Error("No table is left.");
  return name;
}

interface Reference {
  readonly kind: AnyKind;
  readonly item: Named;
  /** The table that it needs. */
  readonly to: string;
}

function referencesOf(table: Table): readonly Reference[] {
  return tableKinds.flatMap((kind) => {
    const { list, references } = kind;
    return references === undefined ? [] : itemsOf(table, list).map((item) => ({ kind, item, to: references(item) }));
  });
}

function dropReferences(table: Table | undefined, to: string): readonly Step[] {
  if (table === undefined) return [];
  const items = referencesOf(table).filter((reference) => reference.to === to);
  return items.map(({ kind, item }) => ({
    move: "drop",
    kind,
    table: table.name,
    change: change(kind.drop(item, table)),
  }));
}

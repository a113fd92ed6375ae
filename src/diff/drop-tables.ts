import { listReferencing } from "../kinds/all.ts";
import { change } from "../kinds/kind.ts";
import { tables } from "../kinds/tables.ts";
import type { Schema, Table } from "../schema/schema.ts";
import type { Step } from "./order.ts";

/**
 * Drops tables, each after those that reference it. Where tables reference each other, the references are dropped first.
 * @param removed the tables
 * @param owner the schema that has them
 * @param isFirst whether a table is dropped before types and other tables change
 */
export function dropTables(
  removed: readonly Table[],
  owner: Schema,
  isFirst: (table: Table) => boolean,
): readonly Step[] {
  const waiting = new Map(removed.map((table) => [table.name, table]));
  const referencing = findReferencing(removed);
  const free = removed.filter(({ name }) => referencing.get(name)?.size === 0);
  const steps: Step[] = [];
  for (;;) {
    const table = free.shift() ?? [...waiting.values()][0];
    if (table === undefined) return steps;
    waiting.delete(table.name);
    const others = [...(referencing.get(table.name) ?? [])].flatMap((name) => waiting.get(name) ?? []);
    steps.push(...others.flatMap((other) => dropReferences(other, table.name)));
    steps.push({
      move: isFirst(table) ? "drop" : "end",
      kind: tables,
      table: table.name,
      change: change(tables.drop(table, owner)),
    });
    free.push(...freeTables(table, referencing).flatMap((name) => waiting.get(name) ?? []));
  }
}

/** By table, the other tables that reference it. */
function findReferencing(removed: readonly Table[]): ReadonlyMap<string, Set<string>> {
  const referencing = new Map(removed.map(({ name }) => [name, new Set<string>()]));
  for (const table of removed)
    for (const {
      reference: { table: to },
    } of listReferencing(table))
      if (to !== table.name) referencing.get(to)?.add(table.name);
  return referencing;
}

/** Takes a table out of those that reference others. @returns the tables that nothing references any more */
function freeTables(table: Table, referencing: ReadonlyMap<string, Set<string>>): readonly string[] {
  return listReferencing(table)
    .map(({ reference }) => reference.table)
    .filter((to) => {
      const left = referencing.get(to);
      return left?.delete(table.name) && left.size === 0;
    });
}

function dropReferences(table: Table, to: string): readonly Step[] {
  const items = listReferencing(table).filter(({ reference }) => reference.table === to);
  return items.map(({ kind, item }) => ({
    move: "drop",
    kind,
    table: table.name,
    change: change(kind.drop(item, table)),
  }));
}

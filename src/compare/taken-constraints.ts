import { groupBy } from "../group-by.ts";
import { indexByName } from "../index-by-name.ts";
import { tableFrom, tableKinds } from "../kinds/all.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import type { Unmodelled } from "../read/catalog.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import type { Comparable } from "./comparable.ts";

const constraintKinds = tableKinds.filter(({ isConstraint }) => isConstraint);
const WORDS = new Set(["constraint", ...constraintKinds.map(({ word }) => word)]);

/**
 * Leaves out the constraints of the models whose names belong to constraints that are left alone: the constraints of a
 * table have different names.
 * @param models the models
 * @param live the live schema
 * @param unmodelled what is left alone
 */
export function leaveOutTakenConstraints(
  models: Schema,
  live: Schema,
  unmodelled: readonly Unmodelled[],
): Pick<Comparable, "models" | "unmodelled"> {
  const left = unmodelled.filter(({ kind, table }) => table !== undefined && WORDS.has(kind));
  const byTable = groupBy(left, ({ table }) => table);
  const liveTables = indexByName(live.tables);
  const found = (models.tables ?? []).map((table) =>
    selectConstraints(table, liveTables.get(table.name), byTable.get(table.name) ?? []),
  );
  return {
    models: left.length === 0 ? models : { ...models, tables: found.map(({ table }) => table) },
    unmodelled: found.flatMap((one) => one.unmodelled),
  };
}

function selectConstraints(
  table: Table,
  live: Table | undefined,
  left: readonly Unmodelled[],
): { readonly table: Table; readonly unmodelled: readonly Unmodelled[] } {
  if (left.length === 0) return { table, unmodelled: [] };
  const compared = new Set(constraintKinds.flatMap(({ list }) => itemsOf(live, list).map(({ name }) => name)));
  const taken = new Map(left.filter(({ name }) => !compared.has(name)).map((one) => [one.name, one]));
  const findOther = (kind: AnyKind, { name }: Named) => (kind.isConstraint ? taken.get(name) : undefined);
  const lists = tableKinds.map((kind) => {
    const items = itemsOf(table, kind.list).filter((item) => findOther(kind, item) === undefined);
    return [kind.list, items] as const;
  });
  const unmodelled = constraintKinds.flatMap((kind) =>
    itemsOf(table, kind.list).flatMap((item) => {
      const other = findOther(kind, item);
      if (other === undefined) return [];
      const why = `it is not compared: the database has a ${other.kind} of this name that is left alone`;
      return [{ kind: kind.word, table: table.name, name: item.name, why }];
    }),
  );
  return { table: tableFrom(table.name, lists, table.comment), unmodelled };
}

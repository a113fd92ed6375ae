import { storedType } from "../kinds/column-types.ts";
import type { Unmodelled } from "../read/catalog.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { bareName } from "../sql.ts";

/** What PostgreSQL drops together with a column, without a word. */
const GO_WITH_COLUMNS = ["index", "statistics"];

/**
 * What is left alone but goes, or stands in the way, when a column of its table is dropped or gets another type. It is
 * only named: nobody but the person who made it can say what becomes of it.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 * @param unmodelled what models cannot declare
 */
export function losses(before: Schema, after: Schema, unmodelled: readonly Unmodelled[]): readonly string[] {
  const targets = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const tables = (before.tables ?? []).map((table) => ({ table, ...changed(table, targets.get(table.name)) }));
  return unmodelled.flatMap((one) => {
    const { kind, name, definition } = one;
    if (definition === undefined) return [];
    const ofTable =
      one.table === undefined ? tables.filter(({ table }) => definition.includes(bareName(table.name))) : [];
    const near = one.table === undefined ? ofTable : tables.filter(({ table }) => table.name === one.table);
    return near.flatMap(({ table, gone, retyped }) => {
      const uses = (columns: readonly string[]) => columns.filter((column) => definition.includes(column));
      const [lost, inTheWay] = [uses(gone), uses(retyped)];
      const again = `Recreate it in the revision: ${definition}`;
      const goes = GO_WITH_COLUMNS.includes(kind);
      if (lost.length > 0 && goes)
        return [`The ${kind} ${name} is dropped together with ${table.name}.${lost.join(", ")}. ${again}`];
      const stands = [...lost, ...(goes ? [] : inTheWay)];
      if (stands.length === 0) return [];
      return [
        `The ${kind} ${name} uses ${table.name}.${stands.join(", ")}, so the upgrade would fail. Drop it first. ${again}`,
      ];
    });
  });
}

function changed(
  table: Table,
  target: Table | undefined,
): { readonly gone: readonly string[]; readonly retyped: readonly string[] } {
  if (target === undefined) return { gone: table.columns.map(({ name }) => name), retyped: [] };
  const types = new Map(target.columns.map(({ name, type }) => [name, storedType(type)]));
  return {
    gone: table.columns.filter(({ name }) => !types.has(name)).map(({ name }) => name),
    retyped: table.columns
      .filter(({ name, type }) => types.has(name) && types.get(name) !== storedType(type))
      .map(({ name }) => name),
  };
}

import { indexByName } from "../index-by-name.ts";
import { columnKey } from "../kinds/dependents.ts";
import type { Dependent, Use } from "../schema/dependencies.ts";
import type { Schema } from "../schema/schema.ts";
import type { Fates } from "./fate.ts";

/** What changes of the columns that a table has from something else. */
export type FindBound = (dependent: Dependent, fates: Fates) => readonly Use[];

/**
 * Prepares to find what PostgreSQL refuses to change in a table that inherits, or that is of a type: the columns that it
 * has from there. A table of a type gets no other columns either.
 * @param schemas both schemas of a diff
 */
export function boundFinder(schemas: readonly Schema[]): FindBound {
  const tables = schemas.map((schema) => indexByName(schema.tables));
  return ({ kind, name: relation, bound = [], uses, renamedBound = [] }, fates) => {
    const own = tables.flatMap((byName) => byName.get(relation) ?? []);
    if (kind !== "table" || own.length < tables.length) return [];
    const isTyped = uses.some((use) => "type" in use);
    const columns = isTyped ? own.flatMap((table) => table.columns.map((column) => column.name)) : bound;
    const changed = columns.filter((column) => fates.has(columnKey(column, relation)));
    return [...new Set([...changed, ...renamedBound])].map((column) => ({ relation, column }));
  };
}

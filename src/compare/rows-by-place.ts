import { functionsOfRows, keyOfDependent, useKey } from "../kinds/dependents.ts";
import type { Dependencies, Dependent } from "../schema/dependencies.ts";
import type { Named, Schema } from "../schema/schema.ts";
import type { RenamedSchema, RenamedTable } from "./renamed.ts";

/** They may read the rows that a function returns. */
const WITH_QUERIES: readonly Dependent["kind"][] = ["view", "materialized view", "rule", "policy", "function"];

/**
 * Marks what reads the rows of a function, if the type of the rows gets its columns in other places. PostgreSQL prints such
 * columns by their places, as in `FROM shops() shops(id, code)`: the statement would read other columns under these names, and
 * nothing would fail.
 * @param dependencies what depends on what in the live database
 * @param live the live database
 * @param models what it should be
 * @param changedViews the views of the models that are new or change
 */
export function markRowsByPlace(
  dependencies: Dependencies,
  live: RenamedSchema,
  models: Schema,
  changedViews: readonly Named[],
): Dependencies {
  const { dependents } = dependencies;
  const moved = new Set([...listMoved(live, models), ...changedViews.map(({ name }) => name)]);
  const functions = new Set(functionsOfRows(dependents, moved).map(keyOfDependent));
  if (functions.size === 0) return dependencies;
  const readsRows = ({ kind, uses }: Dependent) =>
    WITH_QUERIES.includes(kind) && uses.some((use) => "function" in use && functions.has(useKey(use)));
  return {
    ...dependencies,
    dependents: dependents.map((one) => (readsRows(one) ? { ...one, isUncreatable: true, readsByPlace: true } : one)),
  };
}

/** The tables, by their names in the database, of which a column goes or gets another place. */
function listMoved({ tables }: RenamedSchema, models: Schema): readonly string[] {
  const targets = new Map((models.tables ?? []).map(({ name, columns }) => [name, columns]));
  const isMoved = ({ renamed, columns }: RenamedTable) => {
    const target = targets.get(renamed.name) ?? [];
    return columns.some((column, at) => column.renamed.name !== target[at]?.name);
  };
  return tables.filter(isMoved).map(({ own }) => own.name);
}

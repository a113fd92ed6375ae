import type { Dependencies, Dependent, Use } from "../schema/dependencies.ts";
import type { Schema } from "../schema/schema.ts";
import type { Rename } from "./renames.ts";

/*
 * A renamed table may get the name of a view that is dropped. After the renames both would have one name, so in what depends
 * on the view it has a name that nothing else can have.
 */

const MARK = "\0";

/** The names of views that renamed tables take. */
export function listTakenViews({ views = [] }: Schema, renames: readonly Rename[]): ReadonlySet<string> {
  const taken = new Set(renames.flatMap(({ list, to }) => (list === "tables" ? [to] : [])));
  return new Set(views.flatMap(({ name }) => (taken.has(name) ? [name] : [])));
}

/** The name of a view whose own name is taken. */
export function markTaken(name: string): string {
  return `${name}${MARK}`;
}

/** A name as people know it. */
export function unmarked(name: string): string {
  return name.replaceAll(MARK, "");
}

/**
 * Dependencies in which views have a name of their own.
 * @param dependencies in the names before the renames
 * @param taken the names of the views
 */
export function markTakenViews(dependencies: Dependencies, taken: ReadonlySet<string>): Dependencies {
  if (taken.size === 0) return dependencies;
  const mark = (name: string) => (taken.has(name) ? markTaken(name) : name);
  const markUse = (use: Use): Use => ("relation" in use ? { ...use, relation: mark(use.relation) } : use);
  const markDependent = (one: Dependent): Dependent => ({
    ...one,
    ...((one.kind === "view" || one.kind === "materialized view") && { name: mark(one.name) }),
    ...(one.table !== undefined && { table: mark(one.table) }),
    uses: one.uses.map(markUse),
  });
  return { ...dependencies, dependents: dependencies.dependents.map(markDependent) };
}

import type { Dependent, Use } from "../schema/dependencies.ts";
import type { AnyKind } from "./kind.ts";
import { sql } from "./statements.ts";

/** The kind of the steps that drop and create dependents, which are written as SQL. No schema has a list of them. */
export const dependents: AnyKind = {
  word: "dependent",
  list: "dependents",
  create: ({ create: [first = ""] }: Dependent) => sql(first),
  drop: ({ drop }: Dependent) => sql(drop),
};

/** A text for what is used, also as other code looks it up; a column counts as its relation. */
export function useKey(use: Use): string {
  if ("type" in use) return `type ${use.type}`;
  if ("function" in use) return `function ${use.function}`;
  return use.key === undefined ? `relation ${use.relation}` : `key ${use.key} of ${use.relation}`;
}

/** As what others can use a dependent: most of them nothing can use. */
export function usableAs({ kind, name, table }: Dependent): Use | undefined {
  if (kind === "function") return { function: name };
  if (["index", "unique constraint", "primary key"].includes(kind) && table !== undefined)
    return { relation: table, key: name };
  if (["domain", "composite type", "range type"].includes(kind)) return { type: name };
  if (["view", "materialized view", "table"].includes(kind)) return { relation: name };
  return undefined;
}

/** What a dependent uses, also the table that it belongs to. */
export function usesOf({ table, uses }: Dependent): readonly Use[] {
  return table === undefined ? uses : [{ relation: table }, ...uses];
}

/**
 * Puts dependents in the order in which they can be created: each after those that it uses. Otherwise they stay in
 * their order.
 */
export function inOrderOfUse(dependents: readonly Dependent[]): readonly Dependent[] {
  const providers = new Map<string, Dependent>();
  for (const one of dependents) {
    const use = usableAs(one);
    if (use !== undefined) providers.set(useKey(use), one);
  }
  const begun = new Set<Dependent>();
  const ordered: Dependent[] = [];
  const put = (one: Dependent): void => {
    if (begun.has(one)) return;
    begun.add(one);
    for (const use of usesOf(one)) {
      const other = providers.get(useKey(use));
      if (other !== undefined) put(other);
    }
    ordered.push(one);
  };
  for (const one of dependents) put(one);
  return ordered;
}

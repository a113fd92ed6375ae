import { mapGiven } from "../given.ts";
import type { Dependent, Use } from "../schema/dependencies.ts";
import type { AnyKind } from "./kind.ts";
import { sql } from "./statements.ts";

/** The kind of the steps that drop and create dependents, which are written as SQL. No schema has a list of them. */
export const dependents: AnyKind = {
  word: "dependent",
  list: "dependents",
  replaceLast: true,
  create: ({ create: [first = ""] }: Dependent) => sql(first),
  drop: ({ drop }: Dependent) => sql(drop),
};

/** What the statement of a materialized view ends with that has no rows. */
export const WITHOUT_ROWS = "\n  WITH NO DATA";

/** An operator or function that an operator family has apart from its operator classes. PostgreSQL drops it without a notice. */
export const FAMILY_MEMBER = "operator family member";

/** A text for what is used; a column counts as its relation. */
export function useKey(use: Use): string {
  if ("type" in use) return `type ${use.type}`;
  if ("function" in use) return `function ${use.function}`;
  if (use.key === undefined) return `relation ${use.relation}`;
  return `key ${use.key} of ${use.relation}`;
}

/** The name of a function without the types of its arguments. */
export function withoutArguments(name: string): string {
  return /^(?:"(?:[^"]|"")*"|[^"(])*/.exec(name)?.[0] ?? name;
}

/** The keys of what is used: of a part of a table, then of the table. */
export function keysOfUse(use: Use): readonly string[] {
  if ("type" in use || "function" in use) return [useKey(use)];
  const whole = `relation ${use.relation}`;
  if (use.column !== undefined) return [columnKey(use.column, use.relation), whole];
  if (use.key === undefined) return [whole];
  return [useKey(use), whole];
}

/** Whether all of something is used, and not a part of it. */
export function isWhole(use: Use): boolean {
  return !("relation" in use) || (use.column === undefined && use.key === undefined);
}

/**
 * The functions that take or return rows of some tables and views, or read whole rows in their bodies. One that groups rows
 * by a key of a table needs the key, and no list of its columns.
 */
export function functionsOfRows(
  dependents: readonly Dependent[],
  relations: ReadonlySet<string>,
): readonly Dependent[] {
  const isOfRows = (use: Use) => "relation" in use && isWhole(use) && relations.has(use.relation);
  return dependents.filter(({ kind, uses }) => kind === "function" && uses.some(isOfRows));
}

/** The key of the rows of a table, or of the values of a type, where a column of a table has them as its values. */
export function rowKey(use: Use): string {
  return `row of ${useKey(use)}`;
}

/** The key of a table in the place of which there is another one, with a column in the middle. */
export function rebuiltKey(table: string): string {
  return `rebuilt ${table}`;
}

/** The key of a column. */
export function columnKey(name: string, table: string): string {
  return `column ${name} of ${table}`;
}

/** The key of the default of a column: tables that inherit the column have it too. */
export function defaultKey(name: string, table: string): string {
  return `default of ${columnKey(name, table)}`;
}

/** The key under which others use a dependent: most of them nothing can use. */
export function keyOfDependent(dependent: Dependent): string | undefined {
  const { kind, name, table } = dependent;
  if (kind === "column" && table !== undefined) return columnKey(name, table);
  const use = usableAs(dependent);
  return use && useKey(use);
}

/** As what others can use a dependent: most of them nothing can use. */
export function usableAs({ kind, name, table }: Dependent): Use | undefined {
  if (FUNCTIONS.includes(kind)) return { function: name };
  if (KEYS.includes(kind)) return mapGiven(table, (relation) => ({ relation, key: name }));
  if (TYPES.includes(kind)) return { type: name };
  return RELATIONS.includes(kind) ? { relation: name } : undefined;
}

const FUNCTIONS: readonly string[] = ["function", "operator", "operator class"];
const KEYS: readonly string[] = ["index", "unique constraint", "primary key"];
const TYPES: readonly string[] = ["domain", "composite type", "range type"];
const RELATIONS: readonly string[] = ["view", "materialized view", "table", "partition", "sequence"];

/** The key of what columns, constraints and indexes may need: a type, a function, an operator or a cast. */
export function keyForTables(dependent: Dependent): string | undefined {
  const { kind, name } = dependent;
  if (kind === "cast") return `cast ${name}`;
  const use = usableAs(dependent);
  return use === undefined || "relation" in use ? undefined : useKey(use);
}

/** Whether it is a table that has its columns from another table, or from a type: one that inherits, or a partition. */
export function isHeir({ kind }: { readonly kind: string }): boolean {
  return kind === "table" || kind === "partition";
}

/** The tables that such a table inherits from. */
export function listParents({ uses }: Pick<Dependent, "uses">): readonly string[] {
  return uses.flatMap((use) => ("relation" in use && isWhole(use) ? [use.relation] : []));
}

/** What a dependent uses, also the table that it belongs to. */
export function usesOf({ table, uses }: Dependent): readonly Use[] {
  if (table === undefined) return uses;
  return [{ relation: table }, ...uses];
}

/**
 * Puts dependents in the order in which they can be created: each after those that it uses. Otherwise they stay in
 * their order.
 */
export function inOrderOfUse(dependents: readonly Dependent[]): readonly Dependent[] {
  const providers = new Map<string, Dependent>();
  for (const one of dependents) {
    const key = keyOfDependent(one);
    if (key !== undefined) providers.set(key, one);
  }
  const begun = new Set<Dependent>();
  const ordered: Dependent[] = [];
  const put = (one: Dependent): void => {
    if (begun.has(one)) return;
    begun.add(one);
    for (const key of usesOf(one).flatMap(keysOfUse)) {
      const other = providers.get(key);
      if (other !== undefined) put(other);
    }
    ordered.push(one);
  };
  for (const one of dependents) put(one);
  return ordered;
}

import { isDeepStrictEqual } from "node:util";
import { indexByName } from "../index-by-name.ts";
import { columnKey, useKey } from "../kinds/dependents.ts";
import type { Bound, Dependent, Use } from "../schema/dependencies.ts";
import type { Column, Schema, Table } from "../schema/schema.ts";
import type { Fates } from "./fate.ts";

/** What changes of the parts that a table has from something else. */
export type FindBound = (dependent: Dependent, fates: Fates) => readonly Use[];

/** The schemas of a diff. */
export interface BoundSides {
  readonly before: Schema;
  readonly after: Schema;
  /** Whether the live database is what the diff leads to. */
  readonly isBack: boolean;
}

/**
 * Prepares to find what PostgreSQL refuses to change in a table that inherits, or that is of a type: the columns, NOT NULL
 * and checks that it has from there. A table of a type gets no other columns either.
 * @param sides see {@link BoundSides}
 */
export function boundFinder({ before, after, isBack }: BoundSides): FindBound {
  const [old, current] = [indexByName(before.tables), indexByName(after.tables)];
  return ({ kind, name: relation, bound = NOTHING, uses, renamedBound = [] }, fates) => {
    // On the way back the table no longer inherits: a person had to see to that before.
    const parts = isBack ? NOTHING : bound;
    const [from, to] = [old.get(relation), current.get(relation)];
    if (kind !== "table" || from === undefined || to === undefined) return [];
    const isTyped = uses.some((use) => "type" in use);
    const columns = isTyped ? [from, to].flatMap((table) => table.columns.map(({ name }) => name)) : bound.columns;
    const changed = columns.filter((column) => fates.has(columnKey(column, relation)));
    const lost = isTyped ? [] : listLost(parts, from, to);
    const names = new Set([...changed, ...renamedBound, ...lost]);
    const [had, has] = [indexByName(from.checks), indexByName(to.checks)];
    const checks = bound.checks.filter((key) => {
      const fate = fates.get(useKey({ relation, key }));
      if (!isBack) return had.has(key) && (fate !== undefined || !has.has(key));
      // It still has from there what is only dropped and created around another change.
      return fate === "replaced" && isDeepStrictEqual(had.get(key), has.get(key));
    });
    return [...[...names].map((column) => ({ relation, column })), ...checks.map((key) => ({ relation, key }))];
  };
}

const NOTHING: Bound = { columns: [], notNull: [], checks: [] };

/** The columns that are to lose NOT NULL or their expression, and have it from another table. */
function listLost({ columns, notNull }: Bound, from: Table, to: Table): readonly string[] {
  const [old, current] = [indexByName(from.columns), indexByName(to.columns)];
  const loses = (column: string, has: (one: Column) => boolean) => {
    const [one, other] = [old.get(column), current.get(column)];
    return one !== undefined && other !== undefined && has(one) && !has(other);
  };
  return [
    ...notNull.filter((column) => loses(column, ({ nullable }) => !nullable)),
    ...columns.filter((column) => loses(column, ({ asExpression }) => asExpression !== undefined)),
  ];
}

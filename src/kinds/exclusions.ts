import { requiredFlag, requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Exclusion, Table } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import { constraintQuestion, dropConstraint, renameConstraint } from "./constraints.ts";
import { exclusionName, type Nameless } from "./default-names.ts";
import { exclusion } from "./item-rules.ts";
import { catalogQuery, compact, deferrable, deferrableSql, type Kind } from "./kind.ts";
import { exclusive } from "./locks.ts";

export const exclusions: Kind<Exclusion, Table> = {
  word: "exclusion constraint",
  list: "exclusions",
  isConstraint: true,
  rule: exclusion,
  clause: exclusionSql,
  defaultName: ({ expression }, table) => exclusionName(table, expression),
  dropBeforeColumns: true,
  ownsRelationName: true,
  fromModel: (table) =>
    table.exclusions.map(({ name, expression, deferrable }) => compact<Exclusion>({ name, expression, deferrable })),
  catalog: catalogQuery(
    {
      table: requiredText,
      name: requiredText,
      definition: requiredText,
      isDeferrable: requiredFlag,
      isDeferred: requiredFlag,
    },
    ({ namespaces }) => `
    SELECT k.conrelid, k.conname, pg_catalog.pg_get_constraintdef(k.oid), k.condeferrable, k.condeferred
    FROM pg_catalog.pg_constraint k WHERE k.contype = 'x' AND k.connamespace IN (${namespaces})`,
    ({ table, name, definition, isDeferrable, isDeferred }) => ({
      table,
      item: compact<Exclusion>({
        name,
        expression: bodyOf(definition, isDeferrable, isDeferred),
        deferrable: deferrable(isDeferrable, isDeferred),
      }),
    }),
  ),
  expressions: (exclusion) => [{ key: "expression", text: exclusion.expression, as: "exclusion" }],
  create: (exclusion, table) => createExclusionConstraint(table.name, exclusion),
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (exclusion, table) => dropConstraint(table.name, exclusion.name),
  question: (from, to, owners) =>
    constraintQuestion(
      "exclusion constraint",
      from,
      to,
      owners,
      ({ expression, deferrable }) => `${expression}${deferrableSql(deferrable)}`,
    ),
};

/**
 * Adds an exclusion constraint. It fails if two rows conflict.
 * @param table the table
 * @param exclusion its name, and what stands behind `EXCLUDE`
 * @example op.createExclusionConstraint("lease", { name: "XCL_lease", expression: "USING gist (period WITH &&)" })
 */
export function createExclusionConstraint(table: string, exclusion: Nameless<Exclusion>): Operation {
  const named = { ...exclusion, name: exclusion.name ?? exclusionName(table, exclusion.expression) };
  return {
    name: "createExclusionConstraint",
    args: [table, named],
    target: { kind: "constraint", table, name: named.name, effect: "create" },
    sql: [`ALTER TABLE ${path(table)} ADD ${exclusionSql(named)}`],
    locks: exclusive(table),
    hazards: [
      {
        code: "BLOCKS_READS",
        table,
        text: `${table} cannot be read or written while the index of ${named.name} is built.`,
      },
    ],
  };
}

/** The clause of `CREATE TABLE` and `ALTER TABLE … ADD`. */
export function exclusionSql(exclusion: Exclusion): string {
  return `CONSTRAINT ${id(exclusion.name)} EXCLUDE ${exclusion.expression}${deferrableSql(exclusion.deferrable)}`;
}

/** The part of `pg_get_constraintdef` after EXCLUDE and before DEFERRABLE. */
export function bodyOf(definition: string, may: boolean, initially: boolean): string {
  const tail = `${may ? " DEFERRABLE" : ""}${initially ? " INITIALLY DEFERRED" : ""}`;
  return definition.slice("EXCLUDE ".length, definition.length - tail.length);
}

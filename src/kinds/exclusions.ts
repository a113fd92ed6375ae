import { joinClauses } from "../collect.ts";
import { requiredFlag, requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Exclusion, Table } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import { endComment } from "../tokens.ts";
import { constraintQuestion, describeCreation, dropConstraint, renameConstraint } from "./constraints.ts";
import { exclusionName, type Nameless } from "./default-names.ts";
import { blocksReads } from "./hazards.ts";
import { exclusion } from "./item-rules.ts";
import { keepsExclusionFact } from "./kept-facts.ts";
import { catalogQuery, compact, deferrable, deferrableSql, type Kind } from "./kind.ts";
import { exclusive } from "./locks.ts";
import { createOverTable, PROBE_TABLE, type Probe, type RowColumn, renameProbeColumns } from "./probes.ts";
import type { ParameterRules } from "./rules.ts";
import * as is from "./rules.ts";

export const exclusions: Kind<Exclusion, Table> = {
  word: "exclusion constraint",
  list: "exclusions",
  dependsOn: ({ expression }) => ({ texts: [expression] }),
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
    FROM pg_catalog.pg_constraint k WHERE k.contype = 'x' AND k.connamespace = ANY (${namespaces})`,
    ({ table, name, definition, isDeferrable, isDeferred }) => ({
      table,
      item: compact<Exclusion>({
        name,
        expression: cutExpression(definition, isDeferrable, isDeferred),
        deferrable: deferrable(isDeferrable, isDeferred),
      }),
    }),
  ),
  expressions: (exclusion) => [
    { key: "expression", text: exclusion.expression, as: { probe: exclusionProbe, callsFunctions: true } },
  ],
  keepsFact: keepsExclusionFact,
  create: (exclusion, table) => createExclusionConstraint(table.name, exclusion),
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (exclusion, table) => dropConstraint(table.name, exclusion.name),
  question: (from, to, owners) =>
    constraintQuestion(from, to, owners, {
      kind: "exclusion constraint",
      describe: ({ expression, deferrable }) => `${expression}${deferrableSql(deferrable)}`,
    }),
};

/** What its operations take. */
export const exclusionParameters = {
  createExclusionConstraint: { table: is.text, exclusion },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Adds an exclusion constraint. It fails if two rows conflict.
 * @param table the table
 * @param exclusion its name, and the clause after `EXCLUDE`
 * @example op.createExclusionConstraint("lease", { name: "XCL_lease", expression: "USING gist (period WITH &&)" })
 */
export function createExclusionConstraint(table: string, exclusion: Nameless<Exclusion>): Operation {
  const named = { ...exclusion, name: exclusion.name ?? exclusionName(table, exclusion.expression) };
  return {
    name: "createExclusionConstraint",
    ...describeCreation(table, named, undefined),
    sql: [`ALTER TABLE ${path(table)} ADD ${exclusionSql(named)}`],
    locks: exclusive(table),
    probes: [{ table, name: named.name, finds: "conflicts", expression: named.expression }],
    hazards: [blocksReads("exclusion-build", table, named.name)],
  };
}

/** The clause of `CREATE TABLE` and `ALTER TABLE … ADD`. */
function exclusionSql(exclusion: Exclusion): string {
  return `CONSTRAINT ${id(exclusion.name)} EXCLUDE ${endComment(exclusion.expression)}${deferrableSql(exclusion.deferrable)}`;
}

/** The clause after `EXCLUDE` in a definition of `pg_get_constraintdef`, without the words about deferring. */
function cutExpression(definition: string, isDeferrable: boolean, isDeferred: boolean): string {
  const start = "EXCLUDE ";
  const words = joinClauses(start.trim(), isDeferrable && "DEFERRABLE", isDeferred && "INITIALLY DEFERRED");
  return definition.slice(start.length, definition.length - (words.length - start.trim().length));
}

/** A table with the columns alone, and the constraint on it. */
function exclusionProbe(sql: string, columns: readonly RowColumn[]): Probe {
  return {
    create: createOverTable(columns, [`ALTER TABLE ${PROBE_TABLE} ADD CONSTRAINT probe EXCLUDE ${sql}`]),
    read: PRINTED,
    again: (printed) => exclusionProbe(printed.replace(/^EXCLUDE /, ""), renameProbeColumns(columns)),
  };
}

/** The tree has numbers for columns, which say something only together with the names of all columns. */
const PRINTED = `SELECT pg_catalog.pg_get_constraintdef(c.oid), pg_catalog.concat_ws(' ', a.amname, i.indkey, i.indclass,
    i.indcollation, i.indoption, c.conexclop, i.indexprs, i.indpred, c.condeferrable, c.condeferred,
    (SELECT pg_catalog.array_agg(t.attname ORDER BY t.attnum) FROM pg_catalog.pg_attribute t
      WHERE t.attrelid = c.conrelid AND t.attnum > 0)), c.conrelid
  FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_index i ON i.indexrelid = c.conindid
  JOIN pg_catalog.pg_class x ON x.oid = c.conindid JOIN pg_catalog.pg_am a ON a.oid = x.relam
  WHERE c.conrelid = 'pg_temp.remodel_probe'::pg_catalog.regclass::pg_catalog.oid AND c.contype = 'x'`;

import { joinClauses } from "../collect.ts";
import type { Operation } from "../schema/operation.ts";
import { blockSql, id, literal, path, REFUSE_HIDDEN_ROWS } from "../sql.ts";
import { endComment } from "../tokens.ts";
import { exclusive } from "./locks.ts";
import * as is from "./rules.ts";
import { optional, type ParameterRules, shape } from "./rules.ts";

/** What {@link setValues} writes, and in which rows. */
export interface Assignment {
  /** SQL expressions by column: `{ slug: "lower(name)" }`. */
  readonly set: Readonly<Record<string, string>>;
  /** Other tables that the expressions use: `"mall" AS m`. Columns of both are then written with their tables. */
  readonly from?: string;
  /** The condition for the rows; left out, all rows. */
  readonly where?: string;
}

/** What its operations take. */
export const valueParameters = {
  setValues: {
    table: is.text,
    assignment: shape<Assignment>({
      set: is.entries(is.text),
      from: optional(is.text),
      where: optional(is.text),
    }),
  },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Sets columns of a table in one statement, without its triggers, its rules and its forced policies: they were made for
 * what an application does. Triggers of PostgreSQL's own, such as those of foreign keys, run. Other sessions cannot use
 * the table until the transaction ends; `backfill` fills a large table in batches, and runs its triggers.
 * @param table the table
 * @param assignment see {@link Assignment}
 * @example op.setValues("shop", { set: { slug: "mall.title || shop.code" }, from: "mall", where: "mall.id = shop.mall_id" })
 */
export function setValues(table: string, assignment: Assignment): Operation {
  return {
    name: "setValues",
    args: [table, assignment],
    target: { kind: "table", name: table, effect: "update" },
    sql: [withoutTriggersSql(table, updateSql(table, assignment))],
    locks: exclusive(table),
  };
}

/** The statement that writes the values. */
function updateSql(table: string, { set, from, where }: Assignment): string {
  const assignments = Object.entries(set).map(([column, expression]) => `${id(column)} = ${endComment(expression)}`);
  return joinClauses(
    `UPDATE ${path(table)} SET ${assignments.join(", ")}`,
    from !== undefined && `FROM ${endComment(from)}`,
    where !== undefined && `WHERE ${endComment(where)}`,
  );
}

/**
 * Runs a statement while the triggers and rules of a table, its partitions and its children are disabled, as its owner may.
 * Each gets back what it had: some may have been disabled before, others run only on replicas, or always. Nor does a
 * policy hide rows: those of the table are not forced on its owner during the statement, and one of another table is an error, since
 * the values of its rows would be lost in silence.
 */
function withoutTriggersSql(table: string, statement: string): string {
  const each = "pg_catalog.format('ALTER TABLE ONLY %s %s', f.id::pg_catalog.regclass,";
  return blockSql(`
#variable_conflict use_column
DECLARE
  off pg_catalog.text[];
  back pg_catalog.text[];
  step pg_catalog.text;
  hiding pg_catalog.text := pg_catalog.current_setting('row_security');
BEGIN
  LOCK TABLE ${path(table)} IN ACCESS EXCLUSIVE MODE;
  WITH RECURSIVE tree (id) AS (
    SELECT ${literal(path(table))}::pg_catalog.regclass::pg_catalog.oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent OPERATOR(pg_catalog.=) tree.id
  ), found (id, name, state) AS (
    SELECT tgrelid, pg_catalog.format('TRIGGER %I', tgname), tgenabled FROM pg_catalog.pg_trigger
      WHERE NOT tgisinternal OR (tgparentid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid AND tgconstraint OPERATOR(pg_catalog.=) 0::pg_catalog.oid)
    UNION ALL SELECT ev_class, pg_catalog.format('RULE %I', rulename), ev_enabled FROM pg_catalog.pg_rewrite
      WHERE ev_type OPERATOR(pg_catalog.=) '2'::pg_catalog."char"
    UNION ALL SELECT oid, 'FORCE ROW LEVEL SECURITY', 'F'::pg_catalog."char" FROM pg_catalog.pg_class WHERE relforcerowsecurity
  )
  SELECT pg_catalog.array_agg(${each} pg_catalog.concat(CASE WHEN ${isState("=", "F")} THEN 'NO ' ELSE 'DISABLE ' END, f.name))),
    pg_catalog.array_agg(${each} pg_catalog.concat(CASE WHEN ${isState("<>", "F")} THEN 'ENABLE ' END, CASE WHEN ${isState("=", "A")} THEN 'ALWAYS ' WHEN ${isState("=", "R")} THEN 'REPLICA ' END, f.name)))
    INTO off, back FROM found f JOIN tree ON tree.id OPERATOR(pg_catalog.=) f.id
    WHERE ${isState("<>", "D")};
  FOREACH step IN ARRAY COALESCE(off, '{}') LOOP EXECUTE step; END LOOP;
  ${REFUSE_HIDDEN_ROWS}
  ${statement};
  PERFORM pg_catalog.set_config('row_security', hiding, true);
  FOREACH step IN ARRAY COALESCE(back, '{}') LOOP EXECUTE step; END LOOP;
END`);
}

/** Whether a trigger or a rule is in a state: `D` is disabled, `A` always fires, `R` on replicas only; `F` is a forced policy. */
function isState(operator: "=" | "<>", state: "A" | "D" | "F" | "R"): string {
  return `f.state OPERATOR(pg_catalog.${operator}) '${state}'::pg_catalog."char"`;
}

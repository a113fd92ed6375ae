import { requiredFlag, requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Check, Table } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import { constraintQuestion, dropConstraint, type NotValid, renameConstraint } from "./constraints.ts";
import { checkName, type Nameless } from "./default-names.ts";
import { checkConstraint } from "./item-rules.ts";
import { catalogQuery, type Kind } from "./kind.ts";
import { exclusive } from "./locks.ts";

export const checks: Kind<Check, Table> = {
  word: "check constraint",
  list: "checks",
  isConstraint: true,
  rule: checkConstraint,
  clause: checkSql,
  defaultName: ({ expression }, table) => checkName(table, expression),
  dropBeforeColumns: true,
  fromModel: (table) => table.checks.map(({ name, expression }) => ({ name, expression })),
  catalog: catalogQuery(
    {
      table: requiredText,
      name: requiredText,
      expression: requiredText,
      isValidated: requiredFlag,
      isNoInherit: requiredFlag,
      isEnforced: requiredFlag,
    },
    ({ namespaces, version }) => `
    SELECT k.conrelid, k.conname, pg_catalog.pg_get_expr(k.conbin, k.conrelid), k.convalidated, k.connoinherit,
      ${version >= 180000 ? "k.conenforced" : "true"}
    FROM pg_catalog.pg_constraint k WHERE k.contype = 'c' AND k.conrelid <> 0 AND k.connamespace IN (${namespaces})`,
    ({ table, name, expression, isValidated, isNoInherit, isEnforced }) => ({
      table,
      item: { name, expression },
      ...(!(isValidated && !isNoInherit && isEnforced) && {
        unmodelled: {
          name,
          why: "models cannot declare that a check is NOT VALID, NO INHERIT or NOT ENFORCED; its expression is compared",
        },
      }),
    }),
  ),
  expressions: (check) => [{ key: "expression", text: check.expression, as: "boolean" }],
  create: (check, table) => createCheckConstraint(table.name, check),
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (check, table) => dropConstraint(table.name, check.name),
  question: (from, to, owners) =>
    constraintQuestion(
      "check",
      from,
      to,
      owners,
      ({ expression }) => outer(expression),
      ({ expression }) => `SELECT * FROM ${path(owners.after.name)} WHERE NOT ${outer(expression)}`,
    ),
};

/**
 * Adds a check constraint. It fails if a row violates it.
 * @param table the table
 * @param check its name and expression
 * @param options `notValid: true` leaves the rows that are there unchecked, until `validateConstraint`
 * @example op.createCheckConstraint("lease", { name: "CHK_lease_dates", expression: "ends_on > starts_on" })
 */
export function createCheckConstraint(table: string, check: Nameless<Check>, options: NotValid = {}): Operation {
  const named = { ...check, name: check.name ?? checkName(table, check.expression) };
  const sql = `ALTER TABLE ${path(table)} ADD ${checkSql(named)}`;
  if (options.notValid)
    return {
      name: "createCheckConstraint",
      args: [table, named, options],
      target: { kind: "constraint", table, name: named.name, effect: "create" },
      sql: [`${sql} NOT VALID`],
      locks: exclusive(table),
    };
  return {
    name: "createCheckConstraint",
    args: [table, named],
    target: { kind: "constraint", table, name: named.name, effect: "create" },
    sql: [sql],
    hazards: [{ code: "TABLE_SCAN", table, text: `${table} cannot be read or written while its rows are checked.` }],
    locks: exclusive(table),
  };
}

/** The clause of `CREATE TABLE` and `ALTER TABLE … ADD`. */
export function checkSql(check: Check): string {
  return `CONSTRAINT ${id(check.name)} CHECK (${check.expression})`;
}

function outer(expression: string): string {
  return `(${expression})`;
}

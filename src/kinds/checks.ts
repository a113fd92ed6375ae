import { joinClauses } from "../collect.ts";
import { requiredFlag, requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import type { Check, Table } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import { endComment } from "../tokens.ts";
import {
  constraintQuestion,
  describeCreation,
  dropConstraint,
  type NotValid,
  notValid,
  probeCreation,
  renameConstraint,
} from "./constraints.ts";
import { checkName, type Nameless } from "./default-names.ts";
import { scansTable } from "./hazards.ts";
import { checkConstraint } from "./item-rules.ts";
import { catalogQuery, type Kind } from "./kind.ts";
import { exclusive } from "./locks.ts";
import type { ParameterRules } from "./rules.ts";
import * as is from "./rules.ts";
import { sinceMajor } from "./server-versions.ts";

export const checks: Kind<Check, Table> = {
  word: "check constraint",
  list: "checks",
  dependsOn: ({ expression }) => ({ texts: [expression] }),
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
      ${sinceMajor(version, 18, "k.conenforced", true)}
    FROM pg_catalog.pg_constraint k WHERE k.contype = 'c' AND k.conrelid <> 0 AND k.connamespace = ANY (${namespaces})`,
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
  expressions: (check) => [{ key: "expression", text: check.expression, as: { type: "boolean" } }],
  create: (check, table) => createCheckConstraint(table.name, check),
  rename: (from, to, table) => renameConstraint(table.name, from, to),
  drop: (check, table) => dropConstraint(table.name, check.name),
  question: (from, to, owners) =>
    constraintQuestion(from, to, owners, {
      kind: "check",
      describe: ({ expression }) => `(${expression})`,
      probe: (check) => probeCheck(owners.after.name, check),
    }),
};

/** What its operations take. */
export const checkParameters = {
  createCheckConstraint: { table: is.text, check: checkConstraint, options: notValid },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Adds a check constraint. It fails if a row violates it.
 * @param table the table
 * @param check its name and expression
 * @param options with `notValid: true` existing rows are not checked until `validateConstraint`
 * @example op.createCheckConstraint("lease", { name: "CHK_lease_dates", expression: "ends_on > starts_on" })
 */
export function createCheckConstraint(table: string, check: Nameless<Check>, options: NotValid = {}): Operation {
  const named = { ...check, name: check.name ?? checkName(table, check.expression) };
  const { notValid } = options;
  return {
    name: "createCheckConstraint",
    ...describeCreation(table, named, notValid && options),
    sql: [joinClauses(`ALTER TABLE ${path(table)} ADD ${checkSql(named)}`, notValid && "NOT VALID")],
    ...probeCreation(probeCheck(table, named), notValid),
    ...(!notValid && { hazards: [scansTable("check-scan", table)] }),
    locks: exclusive(table),
  };
}

function probeCheck(table: string, { name, expression }: Check): RowProbe {
  return { table, name, finds: "violations", expression };
}

/** The clause of `CREATE TABLE` and `ALTER TABLE … ADD`. */
function checkSql(check: Check): string {
  return `CONSTRAINT ${id(check.name)} CHECK (${endComment(check.expression)})`;
}

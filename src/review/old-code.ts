import { collect } from "../collect.ts";
import type { ColumnChanges } from "../kinds/column-operations.ts";
import { does } from "../kinds/targets.ts";
import { lookBack } from "../run/look-back.ts";
import type { Operation, OperationTarget } from "../schema/operation.ts";
import type { Against, FailedStatement } from "../shadow/against.ts";
import { id } from "../sql.ts";
import { findTable, type ReviewedStep, type RuleFinding } from "./finding.ts";
import { EXPAND_AND_CONTRACT } from "./recipes.ts";
import type { RuleText, StepRule } from "./rule.ts";

/** A rule about code of the release before, which still runs while a revision is applied. */
function againstOldCode(
  texts: Pick<RuleText, "what" | "instead"> & Partial<Pick<RuleText, "accept">>,
  find: StepRule["find"],
): StepRule {
  return {
    level: "warning",
    evidence: "operation",
    long: "From the commit of the revision until no old code runs any more.",
    why: "A deployment takes a while, and code of both releases runs during it.",
    accept: "When the application is stopped for the deployment, or no running code uses the name.",
    ...texts,
    find: (step) => {
      const found = find(step);
      if (found === undefined) return undefined;
      return (Array.isArray(found) ? found : [found]).flatMap((one: RuleFinding) => judge(step, one));
    },
  };
}

/** What code of a commit did decides, where it was tried: a finding is proved, or it is none. */
function judge(step: ReviewedStep, found: RuleFinding): readonly RuleFinding[] {
  const { against } = step.about;
  if (against === undefined) return [found];
  const failed = against.statements.find((one) => one.code === "old" && isCause(step, one));
  const reads = failed === undefined && readsUnknown(step, found, against);
  if (failed === undefined && !reads) return collect(isHidden(step, against) && found);
  const proof = failed
    ? `Proved: ${failed.statement} of ${failed.table} fails with ${failed.sqlstate}: ${failed.message}.`
    : "Proved: its models do not have the value.";
  return [{ ...found, level: "error", evidence: "measured", text: `${found.text} ${proof}` }];
}

/** Whether an INSERT fails for another reason already, so that nothing is known about a required column. */
function isHidden({ operation: { target }, earlier }: ReviewedStep, { statements }: Against): boolean {
  const table = target?.table && nameBefore(earlier, target.table);
  const isOther = ({ code, statement, sqlstate }: FailedStatement) =>
    code === "old" && statement === "INSERT" && sqlstate !== "23502";
  return isAboutValues(target) && statements.some((one) => one.table === table && isOther(one));
}

/** Whether an operation decides which rows a column takes. */
function isAboutValues(target: OperationTarget | undefined): boolean {
  return target?.kind === "column" && (target.effect === "create" || target.effect === "alter");
}

function nameBefore(earlier: ReviewedStep["earlier"], table: string): string {
  const steps = earlier.map(({ operation }) => operation);
  return lookBack(steps, table).before ?? table;
}

/** Whether a statement of old code fails because of an operation. */
function isCause({ operation, earlier }: ReviewedStep, { table, sql, message, sqlstate }: FailedStatement): boolean {
  const { target } = operation;
  if (target === undefined) return false;
  if (target.kind === "schema") return table.startsWith(`${target.name}.`);
  if (table !== nameBefore(earlier, target.table ?? target.name)) return false;
  if (target.table === undefined) return true;
  if (isAboutValues(target)) return sqlstate === "23502" && message.includes(`"${target.name}"`);
  return sql.includes(id(target.name));
}

/** Whether the models of old code lack a value of an enum type. */
function readsUnknown({ operation: { target }, before }: ReviewedStep, found: RuleFinding, against: Against): boolean {
  if (target?.kind !== "enum value") return false;
  const { table: enumType = "", name, to: value = name } = target;
  const [table] = found.tables;
  const { tables = [] } = before;
  const columns = tables
    .filter(({ name }) => name === table)
    .flatMap((one) => one.columns.filter(({ type }) => isOfType(type, enumType)));
  const known = against.oldEnums.filter(
    (one) => one.table === table && columns.some(({ name }) => name === one.column),
  );
  return known.some(({ labels }) => !labels.includes(value));
}

/** Finds operations with one effect on one kind of object. */
function findEffect(
  effect: OperationTarget["effect"],
  kind: OperationTarget["kind"],
  describe: (target: OperationTarget, step: ReviewedStep) => RuleFinding,
): StepRule["find"] {
  return (step) => {
    const { target } = step.operation;
    return target !== undefined && does(step.operation, effect, kind) ? describe(target, step) : undefined;
  };
}

const EXPAND = `${EXPAND_AND_CONTRACT} Or keep the old name in the database: @Column({ name }).`;

export const columnRenamed = againstOldCode(
  { what: "Queries of old code that name the column fail.", instead: EXPAND },
  findEffect("rename", "column", ({ table = "", name, to }) => ({
    tables: [table],
    text: `Old code that names ${table}.${name} fails after the rename, and new code fails before it: the new name is ${to}. Instead: both names for a while, or @Column({ name: "${name}" }).`,
  })),
);

export const tableRenamed = againstOldCode(
  {
    what: "Queries of old code that name the table fail.",
    instead:
      "Create a view with the old name in the same revision, and drop it in a later one when no code uses it any more. Or keep the old name in the database: @Entity({ name }).",
  },
  (step) => {
    const { operation } = step;
    const { target } = operation;
    if (target === undefined || !(does(operation, "rename", "table") || does(operation, "move", "table")))
      return undefined;
    return {
      tables: [target.name],
      text: `Old code that names ${target.name} fails after the change, and new code fails before it: the new name is ${target.to}. Instead: a view with the old name for a while.`,
    };
  },
);

export const schemaRenamed = againstOldCode(
  {
    what: "Queries of old code that name the schema fail.",
    instead: "Create the new schema with views of the tables, deploy, and drop the old one later.",
  },
  findEffect("rename", "schema", ({ name, to }) => ({
    tables: [],
    text: `Old code that names the schema ${name} fails: it is ${to} from then on.`,
  })),
);

export const requiredForOldCode = againstOldCode(
  {
    what: "A column becomes required and has no default. INSERTs of old code that leave it out fail.",
    instead:
      "Give the column a default, or deploy code that writes it first, and make it required in a later revision.",
    accept: "When the application is stopped for the deployment, or all running code writes the column.",
  },
  (step) => {
    const required = findRequired(step);
    if (required === undefined) return undefined;
    const { table, column } = required;
    return {
      tables: [table],
      text: `Old code that inserts into ${table} without ${column} fails. Instead: a default, or a later revision.`,
    };
  },
);

/** Finds the column that has neither NULL nor a default from now on. */
function findRequired(step: ReviewedStep): { readonly table: string; readonly column: string } | undefined {
  const { target, probes = [] } = step.operation;
  if (target?.kind !== "column" || target.table === undefined) return undefined;
  const { table, name: column, effect } = target;
  const isCreated = effect === "create" && probes.some(({ finds }) => finds === "any row");
  if (isCreated || (effect === "alter" && becomesRequired(step, table, column))) return { table, column };
  return undefined;
}

function becomesRequired(step: ReviewedStep, table: string, column: string): boolean {
  const changes: ColumnChanges = Object(step.operation.args[2]);
  if (changes.nullable !== false || typeof changes.generatedIdentity === "string") return false;
  if (changes.default !== undefined) return changes.default === null;
  const before = findTable(step, table)?.columns.find(({ name }) => name === column);
  if (before === undefined) return true;
  return before.default === undefined && before.generatedIdentity === undefined && !/serial$/.test(before.type);
}

export const goneForOldCode = againstOldCode(
  {
    what: "A column or table is dropped. Old code still selects it, and fails.",
    instead:
      "Remove the property or the entity and deploy first, then drop it in a later revision. A required column gets a default before.",
  },
  ({ operation }) => {
    const { target } = operation;
    if (target === undefined || !(does(operation, "drop", "column") || does(operation, "drop", "table")))
      return undefined;
    const { table = target.name, name } = target;
    const full = target.table === undefined ? name : `${table}.${name}`;
    return { tables: [table], text: `Old code that still selects ${full} fails. Instead: deploy without it first.` };
  },
);

export const enumValueUnknownToOldCode = againstOldCode(
  {
    what: "New code writes a value of an enum type that old code does not know.",
    instead: "Deploy code that can read the value before code that writes it.",
    accept: "When the application is stopped for the deployment, or all running code can read the value.",
  },
  (step) => {
    const { operation } = step;
    const { target } = operation;
    const isNew = does(operation, "create", "enum value") || does(operation, "rename", "enum value");
    if (target?.table === undefined || !isNew) return undefined;
    const value = target.to ?? target.name;
    return findUses(step, target.table).map((table) => ({
      tables: [table],
      text: `Old code reads '${value}' in ${table} and does not know it. Instead: deploy code that can read it first.`,
    }));
  },
);

/** The tables with a column of an enum type. */
export function findUses({ before }: Pick<ReviewedStep, "before">, type: string): readonly string[] {
  return (before.tables ?? [])
    .filter(({ columns }) => columns.some((column) => isOfType(column.type, type)))
    .map(({ name }) => name);
}

function isOfType(columnType: string, type: string): boolean {
  return [type, `${type}[]`].includes(columnType.replaceAll('"', ""));
}

/** Whether an operation takes a lock that keeps others from reading. */
export function locksOut({ locks = [] }: Operation): readonly string[] {
  return locks.filter(({ mode, onDependents }) => mode === "ACCESS EXCLUSIVE" && !onDependents).map(({ on }) => on);
}

import * as operations from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import type { Column, Table } from "../schema/schema.ts";
import { id } from "../sql.ts";
import { blocking, findProbe, phraseBlock } from "./blocking.ts";
import { findTable, type ReviewedStep } from "./finding.ts";
import { checkNotNullFirst } from "./recipes.ts";
import { phraseDuration } from "./sizes.ts";

export const notNullScan = blocking(
  "scan",
  {
    what: "PostgreSQL reads all rows to see that none has NULL, under an ACCESS EXCLUSIVE lock. It does the same for a new virtual column that is NOT NULL.",
    instead:
      "Add a check that is NOT VALID, validate it in another transaction, set NOT NULL, and drop the check: then PostgreSQL reads nothing under that lock.",
  },
  (step) => {
    const computed = findComputed(step);
    if (computed !== undefined) {
      const { table, name } = computed;
      const text = `${phraseBlock(step, table, "scan", `while ${name} is computed for each row and checked for NULL`)} Instead: a column that is nullable.`;
      return { tables: [table], text };
    }
    const probe = findProbe(step, "nulls");
    if (probe?.finds !== "nulls" || findProbe(step, "duplicates") !== undefined) return undefined;
    const { table, columns } = probe;
    const before = findTable(step, table);
    const open = listNullable(before, columns);
    const [column] = open;
    if (column === undefined) return undefined;
    const text = `${phraseBlock(step, table, "scan", `while its rows are checked for NULL in ${open.join(", ")}`)} Instead: a check that is validated first.`;
    return {
      tables: [table],
      text,
      ...(isOnlyNotNull(step.operation) && { recipe: checkNotNullFirst(table, column, step.operation) }),
    };
  },
);

/** The new column of an operation, if it is generated, not stored, and NOT NULL: PostgreSQL computes it for all rows. */
function findComputed({ operation }: ReviewedStep): { readonly table: string; readonly name: string } | undefined {
  const { target, args } = operation;
  if (!does(operation, "create", "column") || target?.table === undefined) return undefined;
  const { generatedType, nullable }: Partial<Column> = Object(args[1]);
  if (generatedType !== "VIRTUAL" || nullable === true) return undefined;
  return { table: target.table, name: target.name };
}

/** Whether a column becomes NOT NULL and keeps its type. */
function isOnlyNotNull(operation: Operation): boolean {
  const { type } = Object(operation.args[2]);
  return does(operation, "alter", "column") && type === undefined;
}

/** The columns that may have NULL for all that PostgreSQL knows. */
export function listNullable(table: Table | undefined, columns: readonly string[]): readonly string[] {
  return columns.filter((column) => mayHaveNull(table, column));
}

/** A valid check proves it, then PostgreSQL reads no rows. */
function mayHaveNull(table: Table | undefined, name: string): boolean {
  const column = table?.columns.find((one) => one.name === name);
  if (column === undefined) return true;
  const names = [id(name), name].map((one) => one.replaceAll(/\W/g, "\\$&"));
  const proof = new RegExp(`^\\(*(?:${names.join("|")}) IS NOT NULL\\b`, "i");
  return (
    column.nullable === true &&
    !(table?.checks ?? []).some(({ expression }) => proof.test(expression) && !/\bOR\b/i.test(expression))
  );
}

export const checkScan = blocking(
  "scan",
  {
    what: "PostgreSQL checks all rows under an ACCESS EXCLUSIVE lock.",
    instead:
      "Add the check with `notValid: true` and validate it in another transaction, which blocks no reads or writes.",
  },
  (step) => {
    const probe = findProbe(step, "violations");
    if (probe === undefined) return undefined;
    const { table, name = "" } = probe;
    const text = `${phraseBlock(step, table, "scan", `while its rows are checked against ${name}`)} Instead: { notValid: true }, then op.validateConstraint.`;
    return {
      tables: [table],
      text,
      recipe: validateLater(operations.createCheckConstraint, step.operation, table, name),
    };
  },
);

/** The same constraint without a check of the rows, which comes in a transaction of its own. */
function validateLater(
  make: (table: string, item: never, options: { readonly notValid: true }) => Operation,
  { args }: Operation,
  table: string,
  name: string,
): readonly (readonly Operation[])[] {
  const item: unknown = args[1];
  return [[make(table, item as never, { notValid: true })], [operations.validateConstraint(table, name)]];
}

export const foreignKeyScan = blocking(
  "scan",
  {
    what: "PostgreSQL looks up every referencing row under a SHARE ROW EXCLUSIVE lock on both tables: others can read them, but not write them.",
    instead: "Add the foreign key with `notValid: true` and validate it in another transaction.",
    measured: { lock: "SHARE ROW EXCLUSIVE", work: ["scan"] },
  },
  (step) => {
    const probe = findProbe(step, "orphans");
    if (probe?.finds !== "orphans") return undefined;
    const { table, name = "", references } = probe;
    const time = phraseDuration(step.sizeOf(table), "scan");
    return {
      tables: [table, references.table],
      text: `Writes to ${table} and ${references.table} wait while the rows of ${table} are checked against ${name}${time}. Instead: { notValid: true }, then op.validateConstraint.`,
      recipe: validateLater(operations.createForeignKey, step.operation, table, name),
    };
  },
);

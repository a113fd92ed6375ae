import { collect } from "../collect.ts";
import type { ColumnChanges } from "../kinds/column-operations.ts";
import { isSerial, printType } from "../kinds/column-types.ts";
import { findConversion } from "../kinds/conversions.ts";
import { showRows, tableSource } from "../kinds/row-probes.ts";
import { phraseRestart, type SequenceChanges } from "../kinds/sequences.ts";
import { sequenceAt } from "../kinds/serials.ts";
import { does } from "../kinds/targets.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { id } from "../sql.ts";
import { hasWord } from "../words.ts";
import { findTable, type ReviewedStep, type RuleFinding } from "./finding.ts";
import type { Claim, StepRule } from "./rule.ts";

const FOREVER = "The statement takes a moment. What is gone is gone for good.";
const BRIEF: Claim = { lock: "ACCESS EXCLUSIVE", work: [] };
const REWRITE: Claim = { lock: "ACCESS EXCLUSIVE", work: ["rewrite", "build", "scan"] };

export const tableDropped: StepRule = {
  level: "error",
  evidence: "operation",
  what: "All rows of the table are lost, with its indexes and constraints.",
  long: FOREVER,
  why: "A downgrade creates the table again, but without its rows.",
  instead:
    "Remove the entity first and deploy. Keep the table until its rows are no longer needed, then drop it in a later revision.",
  accept: "When the rows are in a backup or in another table, or are no longer needed.",
  measured: BRIEF,
  find: ({ operation }) => {
    if (!does(operation, "drop", "table")) return undefined;
    const { name } = operation.target ?? { name: "" };
    return { tables: [name], text: `All rows of ${name} are lost.` };
  },
};

export const columnDropped: StepRule = {
  level: "error",
  evidence: "operation",
  what: "The values of the column are lost.",
  long: FOREVER,
  why: "A downgrade adds the column again, but without its values.",
  instead: "Copy the values elsewhere first, or rename the column if it has another name now.",
  accept:
    "When the values were copied by an earlier step or revision, or are no longer needed. With --probe a column in which every value is NULL is an info.",
  measured: BRIEF,
  find: ({ operation, earlierOn }) => {
    const column = readDroppedColumn(operation);
    if (column === undefined || earlierOn(column.table).some((one) => adds(one, column))) return undefined;
    return { tables: [column.table], text: `The values of ${column.table}.${column.name} are lost.` };
  },
};

export const dropTakesMore: StepRule = {
  level: "error",
  evidence: "schema",
  what: "PostgreSQL silently drops each index and constraint over several columns that uses the column, and each check of it.",
  long: "It takes a moment. Creating them again takes as long as at first.",
  why: "PostgreSQL needs no CASCADE for it and prints no message. Queries may use the other columns of such an index.",
  instead: "Drop them by name before the column, and create what is still needed over the other columns.",
  accept: "When none of them is needed without the column.",
  measured: BRIEF,
  find: (step) => {
    const column = readDroppedColumn(step.operation);
    if (column === undefined) return undefined;
    const taken = listTaken(step, column);
    if (taken.length === 0) return undefined;
    const text = `With ${column.table}.${column.name} PostgreSQL silently drops ${taken.join(", ")}. Instead: drop them by name first, and create what is still needed.`;
    return { tables: [column.table], text };
  },
};

interface DroppedColumn {
  readonly table: string;
  readonly name: string;
}

function readDroppedColumn(operation: ReviewedStep["operation"]): DroppedColumn | undefined {
  if (!does(operation, "drop", "column")) return undefined;
  const { table, name } = operation.target ?? {};
  if (table === undefined || name === undefined) return undefined;
  return { table, name };
}

/** Whether a step adds a column, so that only the revision's own values are lost with it. */
function adds({ operation }: ReviewedStep, column: DroppedColumn): boolean {
  const { table, name } = operation.target ?? {};
  return does(operation, "create", "column") && table === column.table && name === column.name;
}

/** What goes with a column although it is not about that column alone. */
function listTaken(step: ReviewedStep, { table: owner, name }: DroppedColumn): readonly string[] {
  const table = findTable(step, owner);
  if (table === undefined) return [];
  const { primaryKey, uniques = [], indexes = [], foreignKeys = [], checks = [] } = table;
  const keys = [...collect(primaryKey), ...uniques, ...indexes, ...foreignKeys];
  const wide = keys.filter(({ columns }) => columns.length > 1 && columns.includes(name));
  const others = table.columns.filter((column) => column.name !== name);
  const shared = checks.filter(
    ({ expression }) => hasWord(expression, name) && others.some((other) => hasWord(expression, other.name)),
  );
  return [...wide, ...shared].map((item) => item.name);
}

export const retypeLoses: StepRule = {
  level: "error",
  evidence: "schema",
  what: "Values are rounded, cut off, or lose a part such as the time of day, without an error.",
  long: "Mostly the table is rewritten, see type-rewrite. What is gone is gone for good.",
  why: "PostgreSQL converts every row silently. A downgrade cannot bring back what was cut off.",
  instead: "Add a column of the new type, fill it, and drop the old one in a later revision.",
  accept: "When you looked at the rows that change and do not need what they lose.",
  measured: REWRITE,
  find: (step) => {
    const probe = step.operation.probes?.find(({ finds }) => finds === "values");
    if (probe?.finds !== "values") return undefined;
    const { table, column, type } = probe;
    const before = findTable(step, table);
    if (before === undefined) return undefined;
    const shown = showRows(probe, () => tableSource(before));
    if ("none" in shown ? !mayCutOff(probe, before) : shown.rows === "fail") return undefined;
    const from = before.columns.find(({ name }) => name === column)?.type;
    return {
      tables: [table],
      text: `${table}.${column} changes from ${from} to ${type}, and values that do not fit are changed silently.`,
    };
  },
};

/** A cast in `using` cuts off silently what the change without it would refuse: `code::varchar(5)`. */
function mayCutOff({ column, type, using }: { column: string; type: string; using?: string }, table: Table): boolean {
  const from = table.columns.find(({ name }) => name === column)?.type;
  if (using === undefined || from === undefined) return false;
  return findConversion(id(column), printType(from), printType(type)).loses !== undefined;
}

export const dropAndAdd: StepRule = {
  level: "error",
  evidence: "operation",
  what: "A column or table is dropped, and another one of the same name is added: its values are lost.",
  long: FOREVER,
  why: "TypeORM's own generator writes this for every change of a type. It looks like a change and is a loss.",
  instead: "Change the type with op.alterColumn and `using`.",
  accept: "When the values are meaningless under the new type.",
  measured: BRIEF,
  find: ({ operation, earlierOn }) => {
    const { target } = operation;
    if (target?.effect !== "create" || !["column", "table"].includes(target.kind)) return undefined;
    const { kind, table, name } = target;
    const isDropped = earlierOn(table ?? name).some(
      (one) =>
        does(one.operation, "drop", kind) &&
        one.operation.target?.name === name &&
        one.operation.target.table === table,
    );
    if (!isDropped) return undefined;
    const full = table === undefined ? name : `${table}.${name}`;
    const instead = kind === "column" ? " Instead: op.alterColumn with `type` and `using`." : "";
    return { tables: [table ?? name], text: `${full} is dropped and added again: what it had is lost.${instead}` };
  },
};

export const enumValueRemoved: StepRule = {
  level: "error",
  evidence: "schema",
  what: "Values of an enum type are removed. The operation fails if a row has one of them.",
  long: "The tables that use the type are rewritten, see enum-replaced.",
  why: "Old code may still write the value, and the rows that had it have to have another one by then.",
  instead: "Change the rows in an earlier revision, and deploy code that no longer writes the value.",
  accept: "When no code writes the value any more and the rows were changed.",
  measured: REWRITE,
  find: (step) => {
    const type = step.operation.target;
    if (!does(step.operation, "alter", "enum type") || type === undefined) return undefined;
    const labels = (step.operation.probes ?? []).filter((probe) => probe.finds === "labels");
    const [first] = labels;
    const before = step.before.enums?.find(({ name }) => name === type.name)?.values ?? [];
    const removed = before.filter((value) => first !== undefined && !first.values.includes(value));
    if (removed.length === 0) return undefined;
    const tables = [...new Set(labels.map(({ table }) => table))];
    const found: RuleFinding = {
      tables,
      text: `${type.name} loses ${removed.map((one) => `'${one}'`).join(", ")}: it fails if a row of ${tables.join(", ")} has it.`,
    };
    return found;
  },
};

export const numbersGivenAgain: StepRule = {
  level: "error",
  evidence: "operation",
  what: "A sequence begins again, with RESTART or `restart`, or is dropped with its current value: numbers are given out a second time.",
  long: "Until the sequence is past the numbers that were given.",
  why: "The next INSERT fails if a row has the number. If the rows are gone, others may still have it: a log, an invoice, another database. A downgrade creates a dropped sequence again, but at its beginning.",
  instead:
    "Leave out RESTART and `restart`. Keep a sequence until its numbers are no longer needed; an identity column takes them over with `continueAfter`.",
  accept: "When the numbers are kept nowhere else, or no more numbers are needed.",
  measured: { work: [] },
  find: (step) => {
    const { target } = step.operation;
    const text = phraseLostNumbers(step.operation);
    if (target === undefined || text === undefined) return undefined;
    const { earlier } = step;
    if (earlier.some((one) => makesUnneeded(one, target.name))) return undefined;
    const table = findOwner([step.before, ...collect(earlier[0]?.before)], target.name);
    return { tables: [table ?? target.name], text };
  },
};

/** Says what becomes of the numbers of a sequence that is dropped or gets another next value. */
function phraseLostNumbers(operation: ReviewedStep["operation"]): string | undefined {
  const { name } = operation.target ?? { name: "" };
  const { restart }: Pick<SequenceChanges, "restart"> = Object(operation.args[0]);
  if (does(operation, "alter", "sequence") && restart !== undefined) return phraseRestart(name, restart);
  if (!does(operation, "drop", "sequence")) return undefined;
  return `The current value of ${name} is lost. If it is created again, numbers are given out a second time.`;
}

/** Whether a step creates the sequence, or lets a column continue after it, so that no number is given twice. */
function makesUnneeded({ operation }: ReviewedStep, sequence: string): boolean {
  const { continueAfter }: ColumnChanges = Object(operation.args[2]);
  return continueAfter === sequence || (does(operation, "create", "sequence") && operation.target?.name === sequence);
}

/** The table with the serial column whose sequence it is. */
function findOwner(schemas: readonly Schema[], sequence: string): string | undefined {
  const tables = schemas.flatMap((schema) => schema.tables ?? []);
  return tables.find(({ name, columns }) =>
    columns.some((one) => isSerial(one.type) && sequenceAt(name, one) === sequence),
  )?.name;
}

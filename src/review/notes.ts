import { mayGiveNull } from "../kinds/null-results.ts";
import { plainSource, showRows, tableSource } from "../kinds/row-probes.ts";
import { does } from "../kinds/targets.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import { findTable, type ReviewedRevision, type ReviewedStep } from "./finding.ts";
import { findUses } from "./old-code.ts";
import type { RevisionRule, StepRule } from "./rule.ts";

export const rowsInTheWay: StepRule = {
  level: "error",
  evidence: "rows",
  what: "Rows violate what the operation asks for, so it fails. Nothing is lost: the revision is rolled back.",
  long: "Until the rows are changed.",
  why: "A run that fails in the middle of a deployment costs more than a look before it.",
  instead: "Change the rows with op.sql or op.backfill before the operation, or by hand.",
  accept: "When the rows are changed before the revision runs.",
  find: (step) => {
    const [probe] = step.operation.probes ?? [];
    if (probe === undefined || probe.finds === "unchecked" || fitsAlways(probe, step)) return undefined;
    return {
      tables: [probe.table],
      level: "info",
      evidence: "operation",
      text: `Rows of ${probe.table} may be in the way; they were not counted. To count them: remodel review --probe.`,
    };
  },
};

/** Whether the schema before shows that no row can be in the way: every integer is a bigint. */
function fitsAlways(probe: RowProbe, step: ReviewedStep): boolean {
  const source = (name: string) => {
    const table = findTable(step, name);
    return table === undefined ? plainSource(name) : tableSource(table);
  };
  // What an expression makes of other values is not known, and often never NULL.
  if (probe.finds === "null results") return !mayGiveNull(probe.expression, source(probe.table).isNullable);
  const shown = showRows(probe, source);
  return "none" in shown && shown.none === "clear";
}

export const enumValueStays: StepRule = {
  level: "info",
  evidence: "operation",
  what: "A downgrade cannot remove a value of an enum type without rewriting the tables that use it.",
  long: "For good, unless the type is replaced.",
  why: "PostgreSQL has no statement that removes a value.",
  instead: "Nothing: an unused value does no harm.",
  accept: "Always.",
  measured: { work: [] },
  find: (step) => {
    const { target } = step.operation;
    if (target?.table === undefined || !does(step.operation, "create", "enum value")) return undefined;
    const type = target.table;
    if (step.earlierOn(type).some(({ operation }) => does(operation, "create", "enum type"))) return undefined;
    return {
      tables: findUses(step, type).slice(0, 1),
      text: `The value '${target.name}' of ${type} stays, also after a downgrade.`,
    };
  },
};

export const downgradeLoses: RevisionRule = {
  level: "info",
  evidence: "operation",
  what: "A downgrade drops what the upgrade added, with everything that was written there since.",
  long: "For good.",
  why: "What was written after the upgrade has no place in the schema before it.",
  instead: "Look before a downgrade, and save what is needed.",
  accept: "Always.",
  findInRevision: ({ downgrade, downgradeLine, creates }) => {
    const names = listLost(downgrade).filter((name) => !creates(name));
    if (names.length === 0) return undefined;
    const text = `A downgrade loses what ${names.join(", ")} has by then.`;
    return { tables: [], line: downgradeLine, isAboutDowngrade: true, text };
  },
};

/** The tables and columns that the way back drops. */
export function listLost(downgrade: ReviewedRevision["downgrade"]): readonly string[] {
  return downgrade.flatMap((operation) => {
    const { target } = operation;
    if (target === undefined || !(does(operation, "drop", "column") || does(operation, "drop", "table"))) return [];
    if (target.table === undefined) return target.name;
    return `${target.table}.${target.name}`;
  });
}

export const unknownSql: StepRule = {
  level: "info",
  evidence: "operation",
  what: "A statement or code of a person: its locks, and what it does to the rows, are not known.",
  long: "Not known.",
  why: "The review reads operations. Only with --measure does it run your SQL, in a throwaway database.",
  instead: "Run the review with --measure, or use an operation where there is one.",
  accept: "When somebody has read it.",
  find: ({ operation, measured }) => {
    if (operation.custom === undefined || operation.target !== undefined || measured !== undefined) return undefined;
    const text = `What op.${operation.name} locks and changes is not known. To measure it: remodel review --measure.`;
    return { tables: [], text };
  },
};

export const unusedAcceptance: RevisionRule = {
  level: "warning",
  evidence: "operation",
  what: "op.accept accepts a rule that finds nothing about the next operation.",
  long: "Until it is removed.",
  why: "The reason no longer belongs to anything, and would hide a later finding.",
  instead: "Remove it, or move it to the line above the operation that it is about.",
  accept: "Never.",
  findInRevision: () => undefined,
};

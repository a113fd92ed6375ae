import { dropUndefined } from "../given.ts";
import { LOCK_MODES, type Lock } from "../schema/operation.ts";
import type { MeasuredWork } from "../shadow/measure.ts";
import { findAgain, measuredName } from "../shadow/measure.ts";
import { nameRelation } from "../shadow/seen.ts";
import type { ColumnFacts, ConstraintFacts, RelationFacts } from "../shadow/sight.ts";
import type { ReviewedStep, RuleFinding } from "./finding.ts";
import type { FindMeasured, StepRule } from "./rule.ts";

/** What a statement or code of a person did to a table or materialized view. */
export interface MeasuredTable {
  readonly name: string;
  readonly before: RelationFacts;
  /** Absent if it was dropped. */
  readonly now?: RelationFacts;
  readonly work: readonly MeasuredWork[];
  /** The strongest lock that the transaction has on it. */
  readonly lock?: Lock["mode"];
  readonly isEmptied: boolean;
  readonly isOutside: boolean;
}

/** Lists what was measured; nothing for an operation, which declares what it does. */
export function listMeasured({ operation, measured }: ReviewedStep): readonly MeasuredTable[] {
  if (measured === undefined || operation.custom === undefined) return [];
  const { after, held, own, isOutside } = measured;
  const tables = [...measured.before.values()].filter(({ kind }) => ["r", "m"].includes(kind));
  return tables.map((before) => {
    const name = nameRelation(before, own);
    const now = findAgain(before, after);
    const lock = held.findLast(({ on }) => on === name)?.mode;
    const isEmptied = now !== undefined && isEmptiedBetween(before, now, isOutside);
    const work = measured.work[name] ?? [];
    return { name, before, work, isEmptied, isOutside, ...dropUndefined({ now, lock }) };
  });
}

/** A table that the transaction has rewritten before is emptied in place, so its file stays. DELETE keeps the pages. */
function isEmptiedBetween(before: RelationFacts, now: RelationFacts, isOutside: boolean): boolean {
  return (now.file !== before.file || !isOutside) && before.bytes > 0 && now.bytes === 0;
}

/** Makes the part of a rule that reads measured tables: one finding for each table that it is about. */
export function findInTables(describe: (table: MeasuredTable, step: ReviewedStep) => string | undefined): FindMeasured {
  return (step) =>
    listMeasured(step).flatMap((table) => {
      const text = describe(table, step);
      return text === undefined ? [] : { tables: [table.name], text };
    });
}

/** Whether others cannot write the table. */
export function blocksOthers({ lock }: MeasuredTable): boolean {
  return lock !== undefined && LOCK_MODES.indexOf(lock) >= LOCK_MODES.indexOf("SHARE");
}

/** The columns that are new, and those that have another type. */
export function listNewColumns({ before, now }: MeasuredTable): readonly ColumnFacts[] {
  const known = new Set((before.columns ?? []).map(({ number }) => number));
  return (now?.columns ?? []).filter(({ number }) => !known.has(number));
}

/** A column, before and now. */
export interface MeasuredColumn {
  readonly old: ColumnFacts;
  /** Absent if it was dropped. */
  readonly now?: ColumnFacts;
}

/** The columns that were there before, with what became of them. */
export function pairColumns({ before, now }: MeasuredTable): readonly MeasuredColumn[] {
  return (before.columns ?? []).map((old) => {
    const found = now?.columns?.find(({ number }) => number === old.number);
    return { old, ...dropUndefined({ now: found }) };
  });
}

/** The constraints of a type that were added, or are valid now. */
export function listNewConstraints({ before, now }: MeasuredTable, type: string): readonly ConstraintFacts[] {
  const known = new Set((before.constraints ?? []).filter(({ valid }) => valid).map(({ oid }) => oid));
  return (now?.constraints ?? []).filter((one) => one.type === type && one.valid && !known.has(one.oid));
}

/**
 * Confirms or clears what a rule suspects of an operation, where the operation was measured: a default that looks volatile
 * may not be, and then PostgreSQL does nothing to the rows.
 */
export function judgeMeasured(
  { measured, operation }: ReviewedStep,
  rule: StepRule,
  found: readonly RuleFinding[],
): readonly RuleFinding[] {
  const claims = rule.measured?.work ?? [];
  if (measured === undefined || operation.custom !== undefined || !claims.includes("rewrite")) return found;
  const isDone = ({ tables }: RuleFinding) =>
    tables.some((table) => measured.work[measuredName(table, measured.own)] !== undefined);
  return found.filter(isDone).map((one) => ({ ...one, evidence: "measured" as const }));
}

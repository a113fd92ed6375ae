import type { Recorded } from "../revision/op.ts";
import type { Operation } from "../schema/operation.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Direction } from "./context.ts";

/** Consecutive operations that share a transaction, or one operation that shares none. */
export interface Segment {
  /** `own`: its one step has a transaction of its own, unless PostgreSQL refuses the step in a transaction. */
  readonly transaction: "shared" | "own" | "none";
  readonly steps: readonly Recorded[];
  /** How many operations of the revision are done after it. */
  readonly end: number;
}

/**
 * Splits the operations of a revision by which ones share a transaction. The last segment is a shared one, perhaps
 * without steps: it writes the row of the revision.
 * @param done how many operations an earlier run has done; they are left out
 */
export function splitIntoSegments(loaded: LoadedRevision, direction: Direction, done = 0): readonly Segment[] {
  const segments: { transaction: Segment["transaction"]; steps: Recorded[]; end: number }[] = [];
  for (const [at, step] of loaded[direction].entries()) {
    if (at < done) continue;
    const transaction = chooseTransaction(step.operation, loaded);
    const last = segments.at(-1);
    if (transaction === "shared" && last?.transaction === "shared" && !isEnded(last)) {
      last.steps.push(step);
      last.end = at + 1;
    } else segments.push({ transaction, steps: [step], end: at + 1 });
  }
  const last = segments.at(-1);
  if (last?.transaction !== "shared" || isEnded(last))
    segments.push({ transaction: "shared", steps: [], end: loaded[direction].length });
  return segments;
}

/** Whether the last step of a segment ends its transaction. */
function isEnded({ steps }: Pick<Segment, "steps">): boolean {
  return steps.at(-1)?.operation.endsTransaction === true;
}

/** In a revision with `transaction = false`, code may begin transactions itself. */
function chooseTransaction(operation: Operation, { revision }: LoadedRevision): Segment["transaction"] {
  if (operation.outsideTransaction) return "none";
  if (operation.endsTransaction) return "shared";
  if (revision.transaction !== false) return "shared";
  return operation.run ? "none" : "own";
}

/** Whether a revision has steps that do not share the transaction of the revision, whose settings they would need. */
export function hasStepsOutside(loaded: LoadedRevision, direction: Direction): boolean {
  return splitIntoSegments(loaded, direction).some(({ transaction }) => transaction !== "shared");
}

/** Whether a revision needs more than one transaction. */
export function needsSeveralTransactions(loaded: LoadedRevision, direction: Direction): boolean {
  return splitIntoSegments(loaded, direction).length > 1;
}

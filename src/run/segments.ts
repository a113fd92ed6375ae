import type { Recorded } from "../revision/op.ts";
import type { Operation } from "../schema/operation.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Direction } from "./context.ts";

/** A run of operations that share a transaction, or one operation that does not. */
export interface Segment {
  /** `own`: the one step has a transaction of its own, unless PostgreSQL refuses it in any. */
  readonly transaction: "shared" | "own" | "none";
  readonly steps: readonly Recorded[];
  /** How many operations of the revision are done after it. */
  readonly end: number;
}

/**
 * The operations of a revision, by what may share a transaction; the last one takes the revision's row.
 * @param done how many operations an earlier run has done; they are left out
 */
export function splitIntoSegments(loaded: LoadedRevision, direction: Direction, done = 0): readonly Segment[] {
  const segments: { transaction: Segment["transaction"]; steps: Recorded[]; end: number }[] = [];
  for (const [at, step] of loaded[direction].entries()) {
    if (at < done) continue;
    const transaction = chooseTransaction(step.operation, loaded);
    const last = segments.at(-1);
    if (transaction === "shared" && last?.transaction === "shared") {
      last.steps.push(step);
      last.end = at + 1;
    } else segments.push({ transaction, steps: [step], end: at + 1 });
  }
  return segments.at(-1)?.transaction === "shared"
    ? segments
    : [...segments, { transaction: "shared", steps: [], end: loaded[direction].length }];
}

/** Code in a revision that wants no transaction may begin some itself. */
function chooseTransaction(operation: Operation, { revision }: LoadedRevision): Segment["transaction"] {
  if (operation.outsideTransaction) return "none";
  if (revision.transaction !== false) return "shared";
  return operation.run ? "none" : "own";
}

/** Whether a revision takes more than one transaction. */
export function needsSeveralTransactions(loaded: LoadedRevision, direction: Direction): boolean {
  return splitIntoSegments(loaded, direction).length > 1;
}

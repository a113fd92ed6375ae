import * as operations from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import type { Recorded } from "../revision/op.ts";
import { takeBack } from "../revision/take-back.ts";
import type { Operation } from "../schema/operation.ts";
import { describeHalfApplied, type HalfApplied, halfAppliedError } from "../state/half-applied.ts";
import type { RevisionContext } from "./context.ts";
import { readJournal } from "./journal.ts";

/**
 * A run that goes the other way than the one that was interrupted does only what undoes the operations that are done.
 * @throws RemodelError `REVISION_HALF_APPLIED` where nobody can say what that is, `REVISION_CHANGED`
 */
export async function limitToUndo(context: RevisionContext): Promise<RevisionContext> {
  const { half, direction, loaded } = context;
  if (half === undefined) return context;
  if (half.direction !== direction) {
    const { done } = await readJournal({ ...context, direction: half.direction });
    return { ...context, loaded: { ...loaded, [direction]: findStepsToUndo(context, { ...half, done }) } };
  }
  if (half.takingBack) throw halfAppliedError(half, describeHalfApplied(half));
  return context;
}

function findStepsToUndo({ loaded, direction }: RevisionContext, half: HalfApplied): readonly Recorded[] {
  const calls = loaded[half.direction].map(({ operation }) => operation);
  const back = loaded[direction];
  const begun = half.begun === half.done + 1;
  const found = takeBack(
    { calls, done: half.done, begun },
    back.map(({ operation }) => operation),
  );
  if (found.unclear !== undefined)
    throw unclearError(half, loaded.revision.file, loaded.findLine(back[found.unclear.at]?.stack ?? ""));
  const steps = found.keep.flatMap((at) => back[at] ?? []);
  return begun ? steps.map(({ operation, stack }) => ({ operation: tolerateInterrupted(operation), stack })) : steps;
}

/** An index whose build or drop was interrupted may be there or not. */
function tolerateInterrupted(operation: Operation): Operation {
  const [table, index, options] = operation.args as [string, never, object | undefined];
  if (does(operation, "drop", "index")) return operations.dropIndex(table, index, { ...options, ifExists: true });
  if (does(operation, "create", "index"))
    return operations.createIndex(table, index, { ...options, ifNotExists: true });
  return operation;
}

function unclearError(half: HalfApplied, file: string, line: number | undefined): Error {
  const { revision, direction, done } = half;
  const [other, finish] = direction === "upgrade" ? ["downgrade", "upgrade"] : ["upgrade", "downgrade"];
  return halfAppliedError(
    half,
    `${file}${line === undefined ? "" : `:${line}`}: Revision ${revision} stopped after ${done} ${done === 1 ? "operation" : "operations"} of its ${direction}. This operation of ${other} may not undo them exactly, so nothing was run.`,
    `Finish it first. Run: remodel ${finish} ${direction === "upgrade" ? revision : `${revision}@${revision}-1`}. Or undo the operations by hand, then run: remodel stamp ${direction === "upgrade" ? `${revision}@${revision}-1` : revision}`,
  );
}

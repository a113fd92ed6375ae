import * as operations from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import type { Recorded } from "../revision/op.ts";
import { type Temporary, takeBack } from "../revision/take-back.ts";
import type { Operation } from "../schema/operation.ts";
import { locateCall } from "../state/call-location.ts";
import { describeHalfApplied, type HalfApplied, halfAppliedError } from "../state/half-applied.ts";
import { plural } from "../words.ts";
import type { RevisionContext } from "./context.ts";
import { readJournal } from "./journal.ts";

/**
 * Limits a run in the other direction than the interrupted one to the operations that undo what is done.
 * @throws RemodelError `REVISION_HALF_APPLIED` if it is unclear which ones these are, `REVISION_CHANGED`
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
  const way = loaded[half.direction];
  const calls = way.map(({ operation }) => operation);
  const back = loaded[direction];
  const begun = half.begun === half.done + 1;
  const found = takeBack(
    { calls, done: half.done, begun },
    back.map(({ operation }) => operation),
  );
  if (found.unclear !== undefined)
    throw unclearError(half, locateCall(loaded, back[found.unclear.at]?.stack ?? "").where);
  const temporary = found.temporary.flatMap((one) => dropTemporary(way, one));
  const isPart = ({ operation: { target } }: Recorded) => target?.table !== undefined;
  // A part of a table goes before its table or column may go; a sequence after the column that takes its numbers from it.
  const steps = [
    ...temporary.filter(isPart),
    ...found.keep.flatMap((at) => back[at] ?? []),
    ...temporary.filter((one) => !isPart(one)),
  ];
  return begun ? steps.map(({ operation, stack }) => ({ operation: tolerateInterrupted(operation), stack })) : steps;
}

/** The step that drops what the interrupted direction made for a while. */
function dropTemporary(way: readonly Recorded[], { made, dropped }: Temporary): readonly Recorded[] {
  if (dropped !== undefined) return way.slice(dropped, dropped + 1);
  return way.slice(made, made + 1).map(({ operation: { target }, stack }) => ({
    operation: operations.dropIndex(target?.table ?? "", target?.name ?? "", { ifExists: true }),
    stack,
  }));
}

/** An index whose build or drop was interrupted may exist or not. */
function tolerateInterrupted(operation: Operation): Operation {
  const [table, index, options] = operation.args as [string, never, object | undefined];
  if (does(operation, "drop", "index")) return operations.dropIndex(table, index, { ...options, ifExists: true });
  if (does(operation, "create", "index"))
    return operations.createIndex(table, index, { ...options, ifNotExists: true });
  return operation;
}

function unclearError(half: HalfApplied, where: string): Error {
  const { revision, direction, done } = half;
  const [above, below] = [revision, `${revision}@${revision}-1`];
  const upgrade = { other: "downgrade", finish: `upgrade ${above}`, undone: below };
  const downgrade = { other: "upgrade", finish: `downgrade ${below}`, undone: above };
  const { other, finish, undone } = { upgrade, downgrade }[direction];
  return halfAppliedError(
    half,
    `${where}: Revision ${revision} stopped after ${plural(done, "operation")} of its ${direction}. This operation of ${other} may not undo them exactly, so nothing was run.`,
    `To finish it first, run: remodel ${finish}\nAfter undoing the operations by hand, run: remodel stamp ${undone}`,
  );
}

import { joinTexts } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import type { Direction } from "../history/revision.ts";
import type { RevisionContext } from "./context.ts";
import { describeWhatRemains } from "./step-errors.ts";

/** Whether an error says that no further transaction was to begin. */
export function isStopped(error: unknown, stop: AbortSignal | undefined): boolean {
  if (stop?.aborted !== true) return false;
  const { cause }: { readonly cause?: unknown } = Object(error);
  return error === stop.reason || cause === stop.reason;
}

/**
 * Refuses to begin a run after Ctrl-C.
 * @throws RemodelError `CANCELLED`
 */
export function refuseCancelled(direction: Direction, signal: AbortSignal | undefined, cause?: unknown): void {
  if (!signal?.aborted) return;
  throw new RemodelError("CANCELLED", `Cancelled before the ${direction} began. Nothing was run.`, {
    hint: "To run it, type the command again.",
    cause,
  });
}

/** The error of a run that Ctrl-C ended: what the database has of the revision, and what to type. */
export function cancelledError(context: RevisionContext, cause: unknown): RemodelError {
  const { id } = context.loaded.revision;
  const isLost = cause instanceof RemodelError && cause.code === "DATABASE_LOST";
  const remains = isLost ? "was running when the connection was lost" : describeWhatRemains(context);
  const look = joinTexts(isLost && "\nTo see what is applied, run: remodel current");
  return new RemodelError("CANCELLED", `Cancelled: ${context.direction} of ${id} ${remains}.`, {
    hint: `To continue, run the command again.${look}`,
    details: { revision: id },
    cause,
  });
}

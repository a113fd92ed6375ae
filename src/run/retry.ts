import { setTimeout as pause } from "node:timers/promises";
import { RemodelError, readError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { RevisionContext } from "./context.ts";
import { revisionLimits } from "./limits.ts";

/** PostgreSQL's codes for a lock timeout and for a deadlock. */
const TRY_AGAIN = ["55P03", "40P01"];
const LONGEST_PAUSE_MS = 5000;

/**
 * Tries again after a lock timeout or a deadlock, after a pause that grows and varies.
 * @param attempt must change nothing if it throws
 * @throws RemodelError `LOCK_TIMEOUT` after `lockRetries` further attempts
 */
export async function retry<Result>(context: RevisionContext, attempt: () => Promise<Result>): Promise<Result> {
  const { lockRetries } = revisionLimits(context);
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      if (!TRY_AGAIN.includes(readSqlState(error) ?? "")) throw error;
      if (failed >= lockRetries) throw exhaustedError(context, error, failed + 1);
      await pause(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failed) * (0.5 + Math.random()), undefined, {
        signal: context.signal,
      });
    }
  }
}

/** PostgreSQL's code of an error or of its cause; nothing for the error after the last attempt. */
export function readSqlState(error: unknown): string | undefined {
  if (!(error instanceof RemodelError)) return readError(error).code;
  if (error.code === "LOCK_TIMEOUT") return undefined;
  return readError(error.cause).code;
}

function exhaustedError(context: RevisionContext, error: unknown, attempts: number): RemodelError {
  const { id } = context.loaded.revision;
  const details = error instanceof RemodelError ? error.details : undefined;
  return new RemodelError(
    "LOCK_TIMEOUT",
    `Revision ${id} could not get its locks in ${attempts} attempts: ${readError(error).message}`,
    {
      cause: error,
      ...dropUndefined({ details }),
      hint: "Run it again when the database is less busy, or raise lockTimeout (--lock-timeout, defineConfig or the revision).",
    },
  );
}

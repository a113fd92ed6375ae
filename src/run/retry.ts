import { setTimeout as pause } from "node:timers/promises";
import { RemodelError } from "../errors.ts";
import type { RevisionContext } from "./context.ts";
import { revisionLimits } from "./limits.ts";

/** PostgreSQL's codes for a lock that was not to be had in time, and for a deadlock. */
const TRY_AGAIN = ["55P03", "40P01"];
const LONGEST_PAUSE_MS = 5000;

/**
 * Tries again when a lock was not to be had, after a pause that grows and varies.
 * @param attempt what leaves nothing behind when it throws
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

/** PostgreSQL's code behind an error, unless retrying has already given up. */
export function readSqlState(error: unknown): string | undefined {
  if (!(error instanceof RemodelError)) return (error as { code?: string }).code;
  return error.code === "LOCK_TIMEOUT" ? undefined : (error.cause as { code?: string } | undefined)?.code;
}

function exhaustedError(context: RevisionContext, error: unknown, attempts: number): RemodelError {
  const { id } = context.loaded.revision;
  return new RemodelError(
    "LOCK_TIMEOUT",
    `Revision ${id} could not get its locks in ${attempts} attempts: ${(error as Error).message}`,
    {
      cause: error,
      hint: "Run it again when the database is less busy, or raise lockTimeout (--lock-timeout, defineConfig or the revision).",
    },
  );
}

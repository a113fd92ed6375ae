import { runInTransaction } from "../connection/transaction.ts";
import { describeHalfApplied, halfAppliedError } from "../state/half-applied.ts";
import { LOCKED, tryLock, waitForLock } from "../state/lock.ts";
import { deleteRevisionSql, insertRevisionSql, logSql } from "../state/state.ts";
import type { AppliedRevision, RevisionContext } from "./context.ts";
import { prepareWaiting } from "./hold-lock.ts";
import { settingsSql } from "./limits.ts";
import { findRemaining, isAlreadyDone } from "./replan.ts";
import { retry } from "./retry.ts";
import { runSteps } from "./steps.ts";
import { refuseStray } from "./stray.ts";

/**
 * Runs revisions in one transaction, each with its row.
 * @param contexts one revision, or all of a run
 * @returns those that no other runner had done before
 */
export async function runInOneTransaction(contexts: readonly RevisionContext[]): Promise<readonly AppliedRevision[]> {
  const first = contexts[0]!;
  const { db, state } = first;
  const attempt = () =>
    runInTransaction(db, settingsSql(first), async () => {
      if (!(await tryLock(db, state))) return (await areAlreadyDone(contexts)) ? [] : LOCKED;
      const open = await findRemaining(contexts);
      refuseHalf(open);
      const done: AppliedRevision[] = [];
      for (const context of open) done.push(await runWhole(context));
      return done;
    });
  return await retry(first, () => waitForLock(prepareWaiting(first), attempt));
}

async function areAlreadyDone(contexts: readonly RevisionContext[]): Promise<boolean> {
  for (const context of contexts) if (!(await isAlreadyDone(context))) return false;
  return true;
}

/** A revision that was whole when the run began, and is half applied under the lock. */
function refuseHalf(contexts: readonly RevisionContext[]): void {
  const found = contexts.find(({ half }) => half !== undefined)?.half;
  if (found !== undefined)
    throw halfAppliedError(found, `Another run was interrupted just now. ${describeHalfApplied(found)}`);
}

async function runWhole(context: RevisionContext): Promise<AppliedRevision> {
  const { db, single, loaded, direction } = context;
  const started = performance.now();
  context.report();
  if (single) await db.query(settingsSql(context).join("; "));
  await runSteps(
    context,
    loaded[direction].map((step, at) => [at + 1, step]),
  );
  return await finish(context, started);
}

/** Writes the revision's row, and the line of the log, in the transaction that is open. */
export async function finish(context: RevisionContext, started: number): Promise<AppliedRevision> {
  const { db, state, direction, loaded, signal, half } = context;
  signal?.throwIfAborted();
  refuseStray(context);
  const { revision, checksum } = loaded;
  const durationMs = performance.now() - started;
  const hasRow = direction === "upgrade" && half?.direction === "downgrade";
  const rowSql =
    direction === "upgrade"
      ? insertRevisionSql(state, revision, checksum, durationMs)
      : deleteRevisionSql(state, revision.id);
  if (!hasRow) await db.query(rowSql);
  await db.query(logSql(state, { action: direction, revision: revision.id, direction }));
  return { revision, durationMs };
}

import { collect } from "../collect.ts";
import { askInTransaction } from "../connection/transaction.ts";
import { settleRowsSql } from "../state/applied-rows.ts";
import { describeHalfApplied, halfAppliedError } from "../state/half-applied.ts";
import { isTaken, LOCKED, tryLockSql, waitForLock } from "../state/lock.ts";
import { deleteRevisionSql, insertRevisionSql, logSql } from "../state/state.ts";
import type { AppliedRevision, RevisionContext } from "./context.ts";
import { prepareWaiting } from "./hold-lock.ts";
import { settingsSql } from "./limits.ts";
import { findRemaining, isAlreadyDone, lookAgainSql } from "./replan.ts";
import { retry } from "./retry.ts";
import { runSteps } from "./steps.ts";
import { refuseStray } from "./stray.ts";

/**
 * Runs revisions in one transaction, which also writes their rows.
 * @param contexts one revision, or all revisions of a run
 * @returns the ones that no other run had done before
 */
export async function runInOneTransaction(contexts: readonly RevisionContext[]): Promise<readonly AppliedRevision[]> {
  const [first] = contexts;
  if (first === undefined) return [];
  const { db, state } = first;
  const attempt = () =>
    askInTransaction(
      db,
      settingsSql(first),
      [tryLockSql(state), ...lookAgainSql(first)],
      async ([lock, ...answers]) => {
        if (!isTaken(lock)) return (await areAlreadyDone(contexts)) ? [] : LOCKED;
        const open = await findRemaining(contexts, answers);
        refuseHalf(open);
        const done: AppliedRevision[] = [];
        for (const context of open) done.push(await runWhole(context, context === open.at(-1)));
        return done;
      },
    );
  return await retry(first, () => waitForLock(prepareWaiting(first), attempt));
}

async function areAlreadyDone(contexts: readonly RevisionContext[]): Promise<boolean> {
  for (const context of contexts) if (!(await isAlreadyDone(context))) return false;
  return true;
}

/** Refuses a revision that has become half applied since the plan was made. */
function refuseHalf(contexts: readonly RevisionContext[]): void {
  const found = contexts.find(({ half }) => half !== undefined)?.half;
  if (found !== undefined)
    throw halfAppliedError(found, `Another run was interrupted just now. ${describeHalfApplied(found)}`);
}

async function runWhole(context: RevisionContext, isLast: boolean): Promise<AppliedRevision> {
  const { db, single, loaded, direction } = context;
  const started = performance.now();
  context.report();
  if (single) await db.query(settingsSql(context).join("; "));
  const back = await runSteps(
    context,
    loaded[direction].map((step, at) => [at + 1, step]),
  );
  return await finish(context, started, back, isLast);
}

/**
 * Writes the row of the revision and its line of the log in the open transaction.
 * @param before statements to send in the same text
 * @param commits whether the transaction ends with it
 */
export async function finish(
  context: RevisionContext,
  started: number,
  before: readonly string[],
  commits = true,
): Promise<AppliedRevision> {
  const { db, state, direction, loaded, signal, half } = context;
  signal?.throwIfAborted();
  refuseStray(context);
  const { revision, checksum } = loaded;
  const durationMs = performance.now() - started;
  const hasRow = direction === "upgrade" && half?.direction === "downgrade";
  const row =
    direction === "downgrade"
      ? deleteRevisionSql(state, revision.id)
      : insertRevisionSql(state, revision, checksum, durationMs);
  const written = [
    ...settleRowsSql(state, context.appliedBefore),
    ...collect(!hasRow && row),
    logSql(state, { action: direction, revision: revision.id, direction }),
  ];
  await db.query([...before, ...written, ...collect(commits && "COMMIT")].join("; "));
  return { revision, durationMs };
}

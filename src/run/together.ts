import type { Context, Done } from "./context.ts";
import { waitingOf } from "./hold.ts";
import { settingsSql } from "./limits.ts";
import { LOCKED, tryLock, whenFree } from "./lock.ts";
import { retried } from "./retry.ts";
import { appliedSql, forgottenSql, loggedSql, readState } from "./state.ts";
import { runStep } from "./steps.ts";
import { transaction } from "./transaction.ts";

/**
 * Runs revisions in one transaction, each with its row.
 * @param contexts one revision, or all of a run
 * @returns those that another runner had not done meanwhile
 */
export async function runTogether(contexts: readonly Context[]): Promise<readonly Done[]> {
  const first = contexts[0]!;
  const { db, session } = first;
  const attempt = () =>
    transaction(db, settingsSql(first), async () => {
      const free = await tryLock(db, session.settings.stateTable);
      const open = await notDone(contexts);
      if (open.length > 0 && !free) return LOCKED;
      const done: Done[] = [];
      for (const context of open) done.push(await runWhole(context));
      return done;
    });
  return await retried(first, () => whenFree(waitingOf(first), attempt));
}

async function runWhole(context: Context): Promise<Done> {
  const { db, single, loaded, direction } = context;
  const started = performance.now();
  context.tell();
  if (single) await db.query(settingsSql(context).join("; "));
  for (const [at, step] of loaded[direction].entries()) await runStep(context, step, at + 1);
  return await finish(context, started);
}

/** Writes the revision's row, and the line of the log, in the transaction that is open. */
export async function finish({ db, session, direction, loaded, signal }: Context, started: number): Promise<Done> {
  signal?.throwIfAborted();
  const { stateTable } = session.settings;
  const { revision, checksum } = loaded;
  const durationMs = performance.now() - started;
  await db.query(
    direction === "upgrade"
      ? appliedSql(stateTable, revision, checksum, durationMs)
      : forgottenSql(stateTable, revision.id),
  );
  await db.query(loggedSql(stateTable, { action: direction, revision: revision.id, direction }));
  return { revision, durationMs };
}

/** Those of the revisions that are still to do. */
export async function notDone(contexts: readonly Context[]): Promise<readonly Context[]> {
  const { db, session, direction } = contexts[0]!;
  const applied = new Set((await readState(db, session.settings.stateTable)).map(({ revision }) => revision));
  return contexts.filter(({ loaded }) => applied.has(loaded.revision.id) !== (direction === "upgrade"));
}

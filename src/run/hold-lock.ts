import type { Connection } from "../connection/connect.ts";
import { ask } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { literal } from "../sql.ts";
import { isLockSql, LOCKED, lockKey, tryLock, type Waiting, waitForLock } from "../state/lock.ts";
import type { RevisionContext } from "./context.ts";
import { NETWORK_RESET, networkSql, revisionLimits } from "./limits.ts";

/** A way to hold the lock for longer than one transaction of the run. */
interface Hold {
  /** The connection that has it. */
  readonly on: Connection;
  /** @returns whether it was free */
  readonly take: () => Promise<boolean>;
  readonly drop: () => Promise<void>;
}

/**
 * Runs something that takes several transactions while it holds the lock.
 * @param isDone whether nothing is left to do; called before each attempt to take the lock
 * @param work gets a function that throws `LOCK_LOST` if the lock is lost
 * @returns what `work` returned, or nothing if nothing was left to do
 */
export async function whileHoldingLock<Result>(
  context: RevisionContext,
  isDone: () => Promise<boolean>,
  work: (check: () => Promise<void>) => Promise<Result>,
): Promise<Result | undefined> {
  const isDirect = await context.db.direct();
  const hold = isDirect ? holdInSession(context) : await holdInTransaction(context);
  try {
    const got = await waitForLock(prepareWaiting(context), async () => {
      if (await isDone()) return false;
      return (await hold.take()) || LOCKED;
    });
    if (!got) return undefined;
    return await work(() => checkHeld(context, hold.on));
  } finally {
    await hold.drop().catch(() => undefined);
  }
}

/** How a revision waits for the lock. */
export function prepareWaiting(context: RevisionContext): Waiting {
  const { db, state, signal, report } = context;
  const { lockWait } = revisionLimits(context);
  return { db, state, lockWait, signal, onWait: (waitingFor) => report({ waitingFor }) };
}

/** As a session lock. If the run is killed, the session keeps it until the statement that still runs has ended. */
function holdInSession({ db, state }: RevisionContext): Hold {
  const key = lockKey(state);
  let got = false;
  return {
    on: db,
    take: async () => {
      await db.query(networkSql("SET").join("; "));
      got = (await db.query(`SELECT pg_catalog.pg_try_advisory_lock(${key}) AS got`))[0]?.["got"] === true;
      return got;
    },
    drop: async () => {
      if (got) await db.query(`SELECT pg_catalog.pg_advisory_unlock(${key})`);
      await db.query(NETWORK_RESET);
    },
  };
}

/** In an open transaction, since a pooler has no sessions. While it is idle it has no snapshot that others would wait for. */
async function holdInTransaction({ db, state, direction, loaded }: RevisionContext): Promise<Hold> {
  const on = await db.another();
  const name = literal(`remodel ${direction} ${loaded.revision.id}`);
  let got = false;
  return {
    on,
    take: async () => {
      await on.query(
        [
          "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = 0",
          `SET LOCAL application_name = ${name}`,
          ...networkSql("SET LOCAL"),
        ].join("; "),
      );
      got = await tryLock(on, state);
      if (!got) await on.query("ROLLBACK");
      return got;
    },
    drop: async () => {
      if (got) await on.query("ROLLBACK").catch(() => undefined);
      await on.close();
    },
  };
}

async function checkHeld({ db, state }: RevisionContext, on: Connection): Promise<void> {
  const sql = `SELECT 1 FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.granted AND ${isLockSql(state)}`;
  const held = await ask(on, sql).catch((error: unknown) => {
    if (on === db) throw error;
    return [];
  });
  if (held.length > 0) return;
  throw new RemodelError("LOCK_LOST", "The migration lock was lost, so another run may have started.", {
    hint: "Run the command again. It continues where this run stopped.",
  });
}

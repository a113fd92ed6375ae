import { setTimeout as pause } from "node:timers/promises";
import { collect } from "../collect.ts";
import { ask, type Database, type TextRows } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { maskSecrets, printableLine, shortStatement } from "../printable.ts";

/** The session that has the migration lock. What PostgreSQL does not show to this user is absent. */
export interface LockHolder {
  readonly pid: number;
  readonly user?: string;
  readonly application?: string;
  readonly address?: string;
  /** When its transaction began; outside a transaction, when its statement began. */
  readonly since?: string;
  /** The statement that it runs. */
  readonly statement?: string;
}

/** A history, as the lock sees it. */
export interface Lockable {
  /** An SQL expression of its name: the oid of the schema and the name of the state table. */
  readonly lock: string;
}

/** The first of the two numbers of each migration lock. */
const LOCK_SPACE = 1919249780;

/** What an attempt returns while another session has the lock. */
export const LOCKED = Symbol("locked");

/** How to wait for the lock. */
export interface Waiting {
  readonly db: Database;
  readonly state: Lockable;
  /** Milliseconds; 0 = no limit. */
  readonly lockWait: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once, with the session that has the lock. */
  readonly onWait?: (holder: LockHolder) => void;
}

const LONGEST_PAUSE_MS = 1000;
const LONGEST_SHOWN = 120;

/**
 * The key of the advisory lock on one history, as SQL: two numbers of 32 bits, as in `pg_locks`. The second one is a hash
 * of the schema's oid and the table's name. So the key does not depend on how the name is configured, and it exists before
 * the table does.
 */
export function lockKey({ lock }: Lockable): string {
  return `${LOCK_SPACE}, pg_catalog.hashtext(${lock})`;
}

/** Takes the lock until the end of the transaction. @returns whether it was free */
export async function tryLock(db: Database, state: Lockable): Promise<boolean> {
  const [answer] = await db.read(tryLockSql(state));
  return isTaken(answer);
}

/** The query that does so. */
export function tryLockSql(state: Lockable): string {
  return `SELECT pg_catalog.pg_try_advisory_xact_lock(${lockKey(state)}) AS got`;
}

/** Whether the answer to {@link tryLockSql} says that the lock was free. */
export function isTaken(answer: TextRows | undefined): boolean {
  return answer?.[0]?.[0] === "t";
}

/**
 * Tries again while another session has the lock. It does not wait inside a statement: a statement has a snapshot, and a
 * `CREATE INDEX CONCURRENTLY` of the holder would wait for that snapshot.
 * @param attempt returns {@link LOCKED} if the lock was not free
 * @throws RemodelError `LOCK_TIMEOUT` with the holder, after `lockWait`
 */
export async function waitForLock<Result>(
  waiting: Waiting,
  attempt: () => Promise<Result | typeof LOCKED>,
): Promise<Result> {
  const { db, state, lockWait, signal, onWait } = waiting;
  const started = performance.now();
  let reported: LockHolder | undefined;
  for (let failed = 0; ; failed++) {
    signal?.throwIfAborted();
    const result = await attempt();
    if (result !== LOCKED) return result;
    if (reported === undefined) {
      reported = await readHolder(db, state);
      if (reported !== undefined) onWait?.(reported);
    }
    if (lockWait > 0 && performance.now() - started >= lockWait)
      throw lockTimeoutError(lockWait, (await readHolder(db, state)) ?? reported);
    await pause(Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failed) * (0.5 + Math.random()), undefined, { signal });
  }
}

/** The holder in a message. */
export function describeHolder({ pid, user, application, address, since, statement }: LockHolder): string {
  const about = [
    application && printableLine(application),
    user && `user ${printableLine(user)}`,
    address && `from ${address}`,
    since && `since ${since}`,
    statement && `runs ${statement}`,
  ].filter(Boolean);
  if (about.length === 0) return `pid ${pid}`;
  return `pid ${pid} (${about.join(", ")})`;
}

/** Reads which session has the lock. */
export async function readHolder(db: Database, state: Lockable): Promise<LockHolder | undefined> {
  const [row] = await ask<{ pid: number } & Record<Exclude<keyof LockHolder, "pid">, string | null>>(
    db,
    `SELECT l.pid, a.usename AS user, nullif(a.application_name, '') AS application, host(a.client_addr) AS address,
  coalesce(a.xact_start, a.query_start)::timestamptz(0)::text AS since, CASE WHEN a.state = 'active' THEN a.query END AS statement
FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)
WHERE l.granted AND ${isLockSql(state)}`,
  );
  if (row === undefined) return undefined;
  const { pid, statement, ...about } = row;
  const shown = Object.entries(about).flatMap(([key, value]) => collect(value !== null && ([key, value] as const)));
  return { pid, ...Object.fromEntries(shown), ...(statement !== null && { statement: shorten(statement) }) };
}

/** An SQL condition: whether the row `l` of `pg_locks` is the lock on this history. */
export function isLockSql({ lock }: Lockable): string {
  return `l.locktype OPERATOR(pg_catalog.=) 'advisory'::pg_catalog.text AND l.objsubid OPERATOR(pg_catalog.=) 2::pg_catalog.int2
  AND l.classid OPERATOR(pg_catalog.=) ${LOCK_SPACE}::pg_catalog.oid AND l.objid OPERATOR(pg_catalog.=) (pg_catalog.hashtext(${lock})::pg_catalog.int8 OPERATOR(pg_catalog.&) 4294967295)::pg_catalog.oid
  AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())`;
}

function lockTimeoutError(lockWait: number, holder: LockHolder | undefined): RemodelError {
  const who = holder === undefined ? "another session" : describeHolder(holder);
  return new RemodelError("LOCK_TIMEOUT", `Timed out after ${lockWait} ms: ${who} holds the migration lock.`, {
    hint: `Run the command again later, or wait longer with --lock-wait. To end that session: SELECT pg_terminate_backend(${holder?.pid ?? "pid"})`,
    details: dropUndefined({ holder }),
  });
}

function shorten(statement: string): string {
  return shortStatement(maskSecrets(statement).replace(/\s+/g, " ").trim(), LONGEST_SHOWN);
}

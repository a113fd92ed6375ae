import { type Connection, connect } from "../connection/connect.ts";
import { runInTransaction } from "../connection/transaction.ts";
import { ask } from "../database.ts";
import { RemodelError, readError } from "../errors.ts";
import type { Loader } from "../load/loader.ts";
import { networkSql } from "../run/limits.ts";
import { type Boss, loadBoss, type QueuedJob } from "./boss.ts";

/** The queue of pg-boss, in the control database. */
const QUEUE = "remodel_fleet";
/** The first key of the advisory locks by which the processes see one another. */
const LOCKS = 0x72_6d_66_6c;
/** The second key of the lock that `fleet enqueue` holds. */
const ENQUEUE_LOCK = 0;
/** The second key of the lock under which pg-boss makes its tables: two processes that do so at once deadlock. */
const START_LOCK = 1;
/** How often the results are looked for, in milliseconds. */
const POLL_MS = 250;
/** Longer than any upgrade: a lost worker is known by its lock and not by the time. The most that pg-boss allows is a day. */
const EXPIRE_SECONDS = 86_000;
const RETRIES = 1000;

/** The side that puts jobs into the queue. */
export interface JobSender {
  /**
   * Puts a job into the queue and waits until a worker has done it. A job whose worker was lost goes to another one.
   * @param tenant the name of the tenant, in which pg-boss shows the job
   * @param data JSON for the worker; no passwords, since everybody who may read the queue sees it
   * @param signal when it is aborted, a job that no worker has taken is withdrawn
   * @returns what the worker returned; undefined if the job was withdrawn
   */
  send(tenant: string, data: object, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

/** A job that this worker has taken. */
export interface TakenJob {
  readonly data: unknown;
  /** Hands the result to the sender. */
  finish(result: object): Promise<void>;
}

/** The side that takes jobs from the queue. */
export interface JobWorker {
  /** The next job, if there is one. */
  take(): Promise<TakenJob | undefined>;
  /** Whether a `fleet enqueue` is running, so that more jobs may come. */
  expectsMore(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Connects to the queue in order to put jobs into it. Jobs that an earlier sender left there are removed.
 * @param url the control database
 * @throws RemodelError `PEER_MISSING`, `FLEET_BUSY` if another sender is connected
 */
export async function openSender(url: string, loader: Loader, folder: string): Promise<JobSender> {
  const { boss, db, close } = await open(url, loader, folder);
  try {
    if (!(await tryLock(db, ENQUEUE_LOCK))) {
      throw new RemodelError("FLEET_BUSY", "Another remodel fleet enqueue is running with this queue.", {
        hint: "Wait until it has ended. Its jobs are done by: remodel fleet work",
      });
    }
    await boss.removeQueued(QUEUE).catch(throwLost);
  } catch (error) {
    await close();
    throw error;
  }
  const waiting = new Map<string, Waiting>();
  const timer = repeat(POLL_MS, () => collectResults(boss, db, waiting));
  return {
    send: async (tenant, data, signal) => {
      const options = { singletonKey: tenant, retryLimit: RETRIES, expireInSeconds: EXPIRE_SECONDS };
      const id = await boss.send(QUEUE, data, options).catch(throwLost);
      return await new Promise((resolve, reject) => waiting.set(id, { signal, resolve, reject }));
    },
    close: async () => {
      await timer.stop();
      await close();
    },
  };
}

/**
 * Connects to the queue in order to take jobs from it.
 * @param url the control database
 * @throws RemodelError `PEER_MISSING`
 */
export async function openWorker(url: string, loader: Loader, folder: string): Promise<JobWorker> {
  const { boss, db, close } = await open(url, loader, folder);
  const inTurn = createTurns();
  return {
    take: () => inTurn(() => takeJob(boss, db, inTurn)),
    expectsMore: async () => (await inTurn(() => readLocks(db))).has(ENQUEUE_LOCK),
    close,
  };
}

/** Takes the next job and its lock in one transaction: no other session sees a taken job whose worker has no lock yet. */
async function takeJob(boss: Boss, db: Connection, inTurn: Turns): Promise<TakenJob | undefined> {
  const job = await runInTransaction(db, [], async () => {
    const taken = await boss.fetch(QUEUE, db);
    if (taken !== undefined) await ask(db, `SELECT pg_advisory_lock(${LOCKS}, ${lockKey(taken.id)})`);
    return taken;
  }).catch(throwLost);
  if (job === undefined) return undefined;
  return {
    data: job.data,
    finish: async (result) => {
      await boss.complete(QUEUE, job.id, result).catch(throwLost);
      await inTurn(() => ask(db, `SELECT pg_advisory_unlock(${LOCKS}, ${lockKey(job.id)})`));
    },
  };
}

/** Calls functions one after another. */
type Turns = <Result>(call: () => Promise<Result>) => Promise<Result>;

/** One connection has one transaction, so what needs one must not come between the statements of another. */
function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const result = last.then(call, call);
    last = result;
    return result;
  };
}

async function open(url: string, loader: Loader, folder: string) {
  const boss = loadBoss(loader, url);
  const db = await connect(url, loader, folder);
  const close = async () => {
    await boss.stop();
    await db.close();
  };
  try {
    if (!(await db.direct())) throw poolerError(db.label);
    // The locks say that this process is alive, so the server has to notice soon if its machine is gone.
    await ask(db, networkSql("SET").join("; "));
    await ask(db, `SELECT pg_advisory_lock(${LOCKS}, ${START_LOCK})`);
    await boss
      .start()
      .then(() => boss.createQueue(QUEUE))
      .catch(throwLost);
    await ask(db, `SELECT pg_advisory_unlock(${LOCKS}, ${START_LOCK})`);
    return { boss, db, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A job whose result is awaited. */
interface Waiting {
  readonly signal: AbortSignal;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

async function collectResults(boss: Boss, db: Connection, waiting: Map<string, Waiting>): Promise<void> {
  if (waiting.size === 0) return;
  try {
    const awaited = [...waiting]; // Others may be added while the queue is asked.
    const jobs = await Promise.all(awaited.map(([id]) => boss.find(QUEUE, id)));
    const locks = await readLocks(db);
    for (const [at, [id, wait]] of awaited.entries()) {
      const job = jobs[at];
      if (await settle(boss, { id, job, wait, locked: locks.has(lockKey(id)) })) waiting.delete(id);
    }
  } catch (error) {
    for (const { reject } of waiting.values()) reject(queueError(error));
    waiting.clear();
  }
}

interface Awaited {
  readonly id: string;
  readonly job: QueuedJob | undefined;
  readonly wait: Waiting;
  /** A worker holds the lock of the job. */
  readonly locked: boolean;
}

/** Passes the result of a job on, or puts a job of a lost worker back. @returns whether nothing more is awaited */
async function settle(boss: Boss, awaited: Awaited): Promise<boolean> {
  const { job, wait } = awaited;
  switch (job?.state) {
    case "completed":
      wait.resolve(job.output);
      return true;
    case undefined:
    case "cancelled":
    case "failed":
      wait.reject(new Error(`The job was removed from the queue before it ended (${job?.state ?? "gone"}).`));
      return true;
    case "active":
      // A worker that has ended the job in the meantime has no lock either: pg-boss does not put back what is completed.
      if (!awaited.locked) await boss.putBack(QUEUE, awaited.id);
      return false;
    default:
      return wait.signal.aborted && (await cancelJob(boss, awaited));
  }
}

/** Cancels a job that waits. @returns whether no worker was quicker */
async function cancelJob(boss: Boss, { id, wait }: Awaited): Promise<boolean> {
  await boss.cancel(QUEUE, id);
  const now = await boss.find(QUEUE, id);
  if (now?.state !== "cancelled") return false;
  wait.resolve(undefined);
  return true;
}

/** PostgreSQL finds no table, schema or function. */
const NOT_FOUND = ["42P01", "3F000", "42883"];

/** What pg-boss throws has no code of remodel's, also where the control database or its tables are gone. */
function queueError(error: unknown): unknown {
  const { code = "", message } = readError(error);
  if (NOT_FOUND.includes(code)) return removedError(message, error);
  const isGone = /^(?:E[A-Z]{4,}|57P0\d|08...)$/.test(code) || /terminated|not queryable|timeout/i.test(message);
  if (error instanceof RemodelError || !isGone) return error;
  return new RemodelError("DATABASE_LOST", `The connection to the queue was lost: ${message}`, {
    hint: "When its database is back, run the command again. It goes on with what is left, and does nothing twice.",
    cause: error,
  });
}

function removedError(message: string, cause: unknown): RemodelError {
  return new RemodelError("DATABASE_FAILED", `The tables of the queue were removed: ${message}`, {
    hint: "Run the command again: it creates them, goes on with what is left, and does nothing twice.",
    cause,
  });
}

function throwLost(error: unknown): never {
  throw queueError(error);
}

function poolerError(label: string): RemodelError {
  return new RemodelError(
    "USAGE",
    `${label} is behind a pooler, which loses the session locks that identify workers.`,
    {
      hint: "Name the server itself: --queue postgres://host:5432/database",
    },
  );
}

async function tryLock(db: Connection, key: number): Promise<boolean> {
  const [row] = await ask<{ locked: boolean }>(db, `SELECT pg_try_advisory_lock(${LOCKS}, ${key}) AS locked`);
  return row?.locked === true;
}

/** The second keys of the locks that the processes of a fleet hold in this database. */
async function readLocks(db: Connection): Promise<ReadonlySet<number>> {
  const rows = await ask<{ key: number }>(
    db,
    `SELECT objid::int8::bit(32)::int4 AS key FROM pg_locks
WHERE locktype = 'advisory' AND classid = ${LOCKS} AND objsubid = 2 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return new Set(rows.map(({ key }) => key));
}

/** The first 32 bits of the id of a job, which is a UUID, as a signed integer. */
function lockKey(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16) | 0;
}

/** Calls a function again and again, with a pause after each call. */
function repeat(pauseMs: number, run: () => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const plan = () => {
    timer = setTimeout(() => {
      running = run().then(() => {
        if (!stopped) plan();
      });
    }, pauseMs);
  };
  plan();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

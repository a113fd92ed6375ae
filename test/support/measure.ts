import type pg from "pg";
import type { Database } from "../../src/database.ts";
import type { Batches, Lock, Operation } from "../../src/schema/operation.ts";
import { type MeasuredWork, nameLocks, startMeter } from "../../src/shadow/measure.ts";
import { type Observed, readLocks } from "../../src/shadow/sight.ts";
import { until } from "./running.ts";

/** What one or several statements did to the tables that existed before, by their names before. */
export interface Done {
  /** The strongest lock on each table. Reading is no lock that anybody waits for. */
  readonly locks: Readonly<Record<string, Lock["mode"]>>;
  readonly work: Readonly<Record<string, readonly MeasuredWork[]>>;
}

/** What statements did, each with the locks that were held at its end; and all together. */
export interface DoneInSteps {
  readonly steps: readonly Done[];
  readonly all: Done;
}

/** Both connections are to the same database. */
export interface Connections {
  readonly client: pg.Client;
  readonly other: pg.Client;
}

const WAITS = "SELECT 1 FROM pg_locks WHERE pid = $1 AND locktype = 'virtualxid' AND NOT granted";
const OWN = { own: "public" };

/**
 * Runs statements in one transaction, and takes everything back.
 * @param first statements before the measurement begins
 */
export async function measureInTransaction(
  { client }: Connections,
  sql: readonly string[],
  first: readonly string[] = [],
): Promise<DoneInSteps> {
  await client.query("BEGIN; SET LOCAL track_counts = on");
  try {
    for (const one of first) await client.query(one);
    const meter = await startMeter(observe(client, true), OWN);
    const steps: Done[] = [];
    for (const one of sql) {
      await client.query(one);
      const { held, work } = await meter.next();
      steps.push({ locks: listStrongest(held), work });
    }
    return { steps, all: { locks: listStrongest(meter.held()), work: meter.total() } };
  } finally {
    await client.query("ROLLBACK");
  }
}

/**
 * Runs statements, of which the last one cannot be in a transaction. Its locks are read while it waits for another session,
 * which has a snapshot and reads the table.
 */
export async function measureOutside({ client, other }: Connections, sql: readonly string[]): Promise<DoneInSteps> {
  for (const one of sql.slice(0, -1)) await client.query(one);
  const meter = await startMeter(observe(client, false), OWN);
  const pid = (await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
  await other.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM shop LIMIT 1");
  const running = client.query(sql.at(-1) ?? "");
  let hasEnded = false;
  const end = () => (hasEnded = true);
  running.then(end, end);
  const isWaiting = await until(async () => {
    if (hasEnded) return false;
    return (await other.query(WAITS, [pid])).rowCount === 1 ? true : undefined;
  });
  const locks = await readLocks(observe(other, true), pid);
  await other.query("COMMIT");
  await running;
  if (!isWaiting) throw new Error("It waited for no snapshot.");
  const { work, before } = await meter.next();
  const all = { locks: listStrongest(nameLocks(locks, before, "public")), work };
  return { steps: [all], all };
}

/** Runs what commits batches. Each batch is measured, and taken back. */
export async function measureBatches(client: pg.Client, run: NonNullable<Operation["run"]>): Promise<readonly Done[]> {
  const done: Done[] = [];
  const batch: Batches["batch"] = async (work) => {
    await client.query("BEGIN");
    const meter = await startMeter(observe(client, true), OWN);
    await work();
    const { held, work: changed } = await meter.next();
    done.push({ locks: listStrongest(held), work: changed });
    await client.query("ROLLBACK");
  };
  const query: Database["query"] = async (sql, values = []) => (await client.query(sql, [...values])).rows;
  const refuse = () => Promise.reject(new Error("It only asks for rows."));
  await run({ query, read: refuse, readOne: refuse }, { batch, progress: () => undefined });
  return done;
}

/** A client as a meter sees it. */
export function observe(client: pg.Client, isInside: boolean): Observed {
  // Several statements give several results.
  const query: Observed["query"] = async (sql) => [await client.query(sql)].flat().at(-1)?.rows ?? [];
  return { query, inTransaction: () => isInside };
}

/** @param locks the weakest first */
function listStrongest(locks: readonly Lock[]): Done["locks"] {
  return Object.fromEntries(locks.map(({ on, mode }) => [on, mode]));
}

import type pg from "pg";
import type { MeasuredWork } from "../../src/review/rule.ts";
import { LOCK_MODES, type Lock } from "../../src/schema/operation.ts";

/** What one or several statements did to the tables that existed before, by their names before. */
export interface Measured {
  /** The strongest lock on each table. Reading is no lock that anybody waits for. */
  readonly locks: Readonly<Record<string, Lock["mode"]>>;
  readonly work: Readonly<Record<string, readonly MeasuredWork[]>>;
}

/** What statements did, each with the locks that were held at its end; and all together. */
export interface MeasuredSteps {
  readonly steps: readonly Measured[];
  readonly all: Measured;
}

/** Both connections are to the same database. */
export interface Observed {
  readonly client: pg.Client;
  /** Still sees what the first one drops in its transaction. */
  readonly other: pg.Client;
}

interface Relation {
  readonly oid: string;
  readonly name: string;
  /** The table of an index. */
  readonly of: string | null;
  readonly file: string | null;
  readonly scans: string;
  readonly writes: string;
}

const RELATIONS = `
  SELECT c.oid, c.relname AS name, i.indrelid::regclass::text AS of, pg_relation_filenode(c.oid) AS file,
    coalesce(s.seq_scan, 0) AS scans, coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0) AS writes
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_stat_xact_user_tables s ON s.relid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')`;

const LOCKS = `
  SELECT c.relname AS name, replace(upper(regexp_replace(l.mode, '([a-z])([A-Z])', '\\1 \\2', 'g')), ' LOCK', '') AS mode
  FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE l.pid = $1 AND l.granted AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')`;

const WAITS = "SELECT 1 FROM pg_locks WHERE pid = $1 AND locktype = 'virtualxid' AND NOT granted";

/**
 * Runs statements in one transaction, and takes everything back.
 * @param first statements before the measurement begins
 */
export async function measureInTransaction(
  { client, other }: Observed,
  sql: readonly string[],
  first: readonly string[] = [],
): Promise<MeasuredSteps> {
  const pid = await readPid(client);
  await client.query("BEGIN; SET LOCAL track_counts = on");
  try {
    for (const one of first) await client.query(one);
    const start = await listRelations(client);
    const steps: Measured[] = [];
    let [before, locks]: [readonly Relation[], Measured["locks"]] = [start, {}];
    for (const one of sql) {
      await client.query(one);
      const after = await listRelations(client);
      locks = await listLocks(other, pid);
      steps.push({ locks, work: listWork(before, after) });
      before = after;
    }
    return { steps, all: { locks, work: listWork(start, before) } };
  } finally {
    await client.query("ROLLBACK");
  }
}

/**
 * Runs statements, of which the last one cannot be in a transaction. Its locks are read while it waits for the snapshot of
 * another session.
 */
export async function measureOutside({ client, other }: Observed, sql: readonly string[]): Promise<MeasuredSteps> {
  for (const one of sql.slice(0, -1)) await client.query(one);
  const before = await listRelations(client);
  const pid = await readPid(client);
  await other.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class LIMIT 1");
  const running = client.query(sql.at(-1) ?? "");
  const ended = running.then(
    () => true,
    () => true,
  );
  let isWaiting = false;
  while (!isWaiting && !(await Promise.race([ended, Promise.resolve(false)])))
    isWaiting = (await other.query(WAITS, [pid])).rowCount === 1;
  const locks = await listLocks(other, pid);
  await other.query("COMMIT");
  await running;
  if (!isWaiting) throw new Error("It waited for no snapshot.");
  const all = { locks, work: listWork(before, await listRelations(client)) };
  return { steps: [all], all };
}

async function listRelations(client: pg.Client): Promise<readonly Relation[]> {
  return (await client.query<Relation>(RELATIONS)).rows;
}

async function listLocks(other: pg.Client, pid: number): Promise<Measured["locks"]> {
  const { rows } = await other.query<{ name: string; mode: Lock["mode"] }>(LOCKS, [pid]);
  return Object.fromEntries(sortByStrength(rows).map(({ name, mode }) => [name, mode]));
}

/** Sorts locks, the weakest first. */
export function sortByStrength<Item extends Pick<Lock, "mode">>(locks: readonly Item[]): readonly Item[] {
  return [...locks].sort((a, b) => LOCK_MODES.indexOf(a.mode) - LOCK_MODES.indexOf(b.mode));
}

async function readPid(client: pg.Client): Promise<number> {
  return (await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
}

function listWork(before: readonly Relation[], after: readonly Relation[]): Measured["work"] {
  const tables = before.filter(({ of }) => of === null);
  return Object.fromEntries(
    tables.flatMap((table) => {
      const now = findAgain(table, after);
      const work = now === undefined ? [] : compareTable(table, now, before, after);
      return work.length === 0 ? [] : [[table.name, work]];
    }),
  );
}

/** A table that is built again keeps its name only. */
function findAgain(table: Relation, after: readonly Relation[]): Relation | undefined {
  return after.find(({ oid }) => oid === table.oid) ?? after.find(({ name, of }) => of === null && name === table.name);
}

function compareTable(
  table: Relation,
  now: Relation,
  before: readonly Relation[],
  after: readonly Relation[],
): readonly MeasuredWork[] {
  const files = new Set(before.map(({ file }) => file));
  const isBuilt = after.some(({ of, file }) => of === now.name && !files.has(file));
  const isRewritten = now.file !== table.file;
  const isScanned = now.oid === table.oid && Number(now.scans) > Number(table.scans);
  const isWritten = !isRewritten && Number(now.writes) > Number(table.writes);
  return [
    ...(isRewritten ? ["rewrite" as const] : []),
    ...(isBuilt ? ["build" as const] : []),
    ...(isScanned ? ["scan" as const] : []),
    ...(isWritten ? ["write" as const] : []),
  ];
}

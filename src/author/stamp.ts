import { noteSchema } from "../compare/drift.ts";
import { runInTransaction } from "../connection/transaction.ts";
import { type Database, OWN_SETTINGS } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { currentHeads } from "../history/current.ts";
import type { Graph } from "../history/graph.ts";
import { stampPlan } from "../history/plan.ts";
import { missingSchema, refuseStandby } from "../read/server-info.ts";
import { settleRowsSql } from "../state/applied-rows.ts";
import { refuseEmpty } from "../state/empty-history.ts";
import { readWholeState } from "../state/half-applied.ts";
import { LOCKED, type LockHolder, tryLock, waitForLock } from "../state/lock.ts";
import type { Session } from "../state/session.ts";
import { deleteRevisionSql, insertRevisionSql, logSql } from "../state/state.ts";
import type { StateTables } from "../state/state-tables.ts";
import { readKnownIds } from "../state/unknown-revisions.ts";

/** How a database is stamped. */
export interface StampOptions {
  /** First remove all applied revisions from the state, even those that are missing from the folder. */
  readonly purge?: boolean;
  /** Change nothing in a database that has applied or half-applied revisions by the time the lock is taken. */
  readonly onlyEmpty?: boolean;
  /** The checksums of revisions that were proved to make what the database has. */
  readonly proved?: ReadonlyMap<string, string>;
  /** How long to wait for another run, in milliseconds; by default as in the configuration. */
  readonly lockWait?: number;
  /** Called once with the session that holds the lock. */
  readonly onWait?: (holder: LockHolder) => void;
  readonly signal?: AbortSignal;
}

/** What a stamp left. */
export interface Stamped {
  /** All revisions that count as applied now. */
  readonly applied: readonly string[];
  /** The topmost of them. */
  readonly current: readonly string[];
  /** Why the schema could not be saved. */
  readonly unnoted?: string;
}

/**
 * Records which revisions a database has, and runs nothing. An existing database is adopted in this way. From now on
 * its schema counts as the result of the newest of these revisions.
 * @param session the project and the database
 * @param names the revisions it is at; `base` for none
 * @param options see {@link StampOptions}
 * @throws RemodelError `HISTORY_EMPTY`, `LOCK_TIMEOUT` while a run has the lock
 */
export async function stamp(session: Session, names: readonly string[], options: StampOptions = {}): Promise<Stamped> {
  const graph = session.graph();
  const db = await session.connection();
  if (names.some((name) => name !== "base")) refuseEmpty(session);
  const plan = (before: readonly string[]) => stampPlan(graph, options.purge ? [] : before, names);
  plan(options.purge ? [] : await readKnownIds(session));
  const server = await session.server();
  refuseStandby(server);
  if (server.missing) throw missingSchema(server);
  const about = { db, ...options, lockWait: options.lockWait ?? session.settings.lockWait };
  const state = await session.ensureState(about);
  const waiting = { ...about, state };
  const applied = await waitForLock(waiting, () =>
    runInTransaction(db, [OWN_SETTINGS], () => writeStamp({ db, state, graph }, plan, options)),
  );
  const { unnoted } = applied.length > 0 ? await noteSchema(session) : {};
  return { applied, current: currentHeads(graph, applied), ...dropUndefined({ unnoted }) };
}

/** @returns the revisions that count as applied afterwards */
async function writeStamp(
  { db, state, graph }: { readonly db: Database; readonly state: StateTables; readonly graph: Graph },
  plan: (before: readonly string[]) => ReturnType<typeof stampPlan>,
  { onlyEmpty, purge, proved = new Map() }: StampOptions,
): Promise<readonly string[] | typeof LOCKED> {
  if (!(await tryLock(db, state))) return LOCKED;
  const { applied, half } = await readWholeState(db, state);
  const before = applied.map(({ revision }) => revision);
  if (onlyEmpty && applied.length + half.length > 0) return before;
  for (const sql of settleRowsSql(state, applied)) await db.query(sql);
  const { applied: wanted, settles } = plan(before);
  const ended = half.map(({ revision }) => revision).filter((id) => purge || settles(id));
  for (const sql of differenceSql({ graph, state, proved }, before, wanted, ended)) await db.query(sql);
  return wanted;
}

/** Half-applied revisions end too: after a stamp, only the given revisions count. */
function differenceSql(
  {
    graph,
    state,
    proved,
  }: { readonly graph: Graph; readonly state: StateTables } & Pick<Required<StampOptions>, "proved">,
  before: readonly string[],
  wanted: readonly string[],
  ended: readonly string[],
): readonly string[] {
  const removed = before.filter((id) => !wanted.includes(id));
  const added = wanted.filter((id) => !before.includes(id));
  return [
    ...removed.map((id) => deleteRevisionSql(state, id)),
    ...added.map((id) => insertRevisionSql(state, graph.given.get(id)!, undefined, 0)),
    ...[...new Set([...removed, ...added, ...ended])].map((revision) =>
      logSql(state, { action: "stamp", revision, ...dropUndefined({ position: proved.get(revision) }) }),
    ),
  ];
}

import { type CompareOptions, type Comparison, compare } from "../compare/compare.ts";
import { type Drift, readDrift } from "../compare/drift.ts";
import { readSurroundings } from "../compare/surroundings.ts";
import { RemodelError } from "../errors.ts";
import { joinHint } from "../history/names.ts";
import type { Overlaps } from "../revision/conflicts.ts";
import { describeEmptyHistory } from "../state/empty-history.ts";
import { readWholeState, type State } from "../state/half-applied.ts";
import { findTodos, type LoadedRevision, loadRevision, loadRevisions, type OpenTodo } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { computeSyncStatus, type SyncStatus } from "../state/sync-status.ts";
import { readWriters } from "../state/writers.ts";
import { findLoadedOverlaps } from "./overlaps.ts";

/** An applied revision that was written for something that is gone, such as a package. */
export interface Unloadable {
  readonly revision: string;
  readonly message: string;
}

/** Everything that keeps a project from being in order. */
export interface Checked {
  readonly inSync: boolean;
  readonly position: SyncStatus;
  readonly comparison: Comparison;
  readonly todos: readonly OpenTodo[];
  /** Applied revisions whose operations were edited afterwards. */
  readonly changed: readonly string[];
  /** What several heads touch both. */
  readonly overlaps: Overlaps;
  /** What was done to the database beside its revisions. */
  readonly drift?: Drift;
  /** Roles that may write the state tables although they cannot become the migrator. */
  readonly writers: readonly string[];
  /** Applied revisions whose files cannot be loaded any more. */
  readonly unloadable: readonly Unloadable[];
  /** What is so where there is no revision. */
  readonly empty: string | undefined;
  /** What to type where there are several heads. */
  readonly join: string;
}

/**
 * Finds out whether the history has one head, the database is at it, no question is open, no applied revision was
 * edited, and the models and the database are equal.
 */
export async function check(session: Session, options: CompareOptions = {}): Promise<Checked> {
  const graph = session.graph();
  const db = await session.connection();
  const tables = await session.state();
  let state: State = { applied: [], half: [] };
  const surroundings = await readSurroundings(session);
  const atSnapshot = async () => {
    state = await readWholeState(db, tables);
  };
  const comparison = await compare(session, options, { surroundings, atSnapshot });
  const { applied } = state;
  const position = computeSyncStatus(graph, state);
  const checksums = new Map(applied.map(({ revision, checksum }) => [revision, checksum]));
  const todos: OpenTodo[] = [];
  const changed: string[] = [];
  const { loaded: all, unloadable } = await loadAll(session, new Set(position.applied));
  for (const loaded of all) {
    todos.push(...findTodos(loaded));
    const known = checksums.get(loaded.revision.id);
    if (known !== undefined && known !== loaded.checksum) changed.push(loaded.revision.id);
  }
  const isWhole = position.missing.length === 0 && position.halfApplied.length === 0;
  const drift = !isWhole ? undefined : await readDrift(session, surroundings);
  const inSync =
    position.heads.length === 1 &&
    position.pending.length === 0 &&
    isWhole &&
    todos.length === 0 &&
    changed.length === 0 &&
    comparison.upgrade.length === 0 &&
    drift === undefined;
  const overlaps = findLoadedOverlaps(graph, position.heads, all);
  const writers = await readWriters(await session.connection(), await session.state());
  return {
    inSync,
    position,
    comparison,
    todos,
    changed,
    overlaps,
    writers,
    unloadable,
    empty: describeEmptyHistory(session),
    join: joinHint(graph, position.heads),
    ...(drift && { drift }),
  };
}

/** All revisions together, or one by one where one of them cannot be loaded: what is applied already is not run again. */
async function loadAll(
  { loader, graph }: Session,
  applied: ReadonlySet<string>,
): Promise<{ readonly loaded: readonly LoadedRevision[]; readonly unloadable: readonly Unloadable[] }> {
  const revisions = [...graph().revisions.values()];
  const whole = await loadRevisions(loader, revisions).catch(() => undefined);
  if (whole !== undefined) return { loaded: whole, unloadable: [] };
  const loaded: LoadedRevision[] = [];
  const unloadable: Unloadable[] = [];
  for (const revision of revisions)
    try {
      loaded.push(await loadRevision(loader, revision));
    } catch (error) {
      if (!(error instanceof RemodelError) || !applied.has(revision.id)) throw error;
      unloadable.push({ revision: revision.id, message: error.message });
    }
  return { loaded, unloadable };
}

import { type CompareOptions, type Comparison, compare } from "../compare/compare.ts";
import { type Drift, readDrift } from "../compare/drift.ts";
import { readSurroundings } from "../compare/surroundings.ts";
import { ignoreUnlessCancelled, isCancelled, RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { joinHint } from "../history/names.ts";
import type { Overlaps } from "../revision/conflicts.ts";
import { listEdited } from "../state/edited.ts";
import { describeEmptyHistory } from "../state/empty-history.ts";
import { readWholeState, type State } from "../state/half-applied.ts";
import { findTodos, type LoadedRevision, loadRevision, loadRevisions, type OpenTodo } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { computeSyncStatus, type SyncStatus } from "../state/sync-status.ts";
import { readWriters } from "../state/writers.ts";
import { findLoadedOverlaps } from "./overlaps.ts";

/** An applied revision that cannot be loaded any more, for example because a package was removed. */
export interface Unloadable {
  readonly revision: string;
  readonly message: string;
}

/** All problems that `check` finds in a project. */
export interface Checked {
  readonly inSync: boolean;
  readonly position: SyncStatus;
  readonly comparison: Comparison;
  readonly todos: readonly OpenTodo[];
  /** Applied revisions whose operations were edited afterwards. */
  readonly changed: readonly string[];
  /** The objects that more than one head changes. */
  readonly overlaps: Overlaps;
  /** Changes of the database that no revision made. */
  readonly drift?: Drift;
  /** Roles that may write the state tables, although they are not members of the role that migrates. */
  readonly writers: readonly string[];
  /** Applied revisions whose files cannot be loaded any more. */
  readonly unloadable: readonly Unloadable[];
  /** What is wrong if there is no revision. */
  readonly empty: string | undefined;
  /** What to type if there are several heads. */
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
  const position = computeSyncStatus(graph, state);
  const { loaded, unloadable } = await session.keeper.observe(() => loadAll(session, new Set(position.applied)));
  const drift = isWhole(position) ? await readDrift(session, surroundings) : undefined;
  const found = { position, comparison, todos: loaded.flatMap(findTodos), changed: listEdited(loaded, state) };
  return {
    ...found,
    inSync: drift === undefined && isInSync(found),
    overlaps: findLoadedOverlaps(graph, position.heads, loaded),
    writers: await readWriters(db, tables),
    unloadable,
    empty: describeEmptyHistory(session),
    join: joinHint(graph, position.heads),
    ...dropUndefined({ drift }),
  };
}

/** Whether the folder has every applied revision, and none is half applied. */
function isWhole({ missing, halfApplied }: SyncStatus): boolean {
  return missing.length === 0 && halfApplied.length === 0;
}

function isInSync({
  position,
  comparison,
  todos,
  changed,
}: Pick<Checked, "position" | "comparison" | "todos" | "changed">): boolean {
  const isAtHead = position.heads.length === 1 && position.pending.length === 0 && isWhole(position);
  return isAtHead && todos.length === 0 && changed.length === 0 && comparison.upgrade.length === 0;
}

/** Loads all revisions together; if one of them cannot be loaded, one by one. An applied revision may fail: it does not run again. */
async function loadAll(
  { loader, graph }: Session,
  applied: ReadonlySet<string>,
): Promise<{ readonly loaded: readonly LoadedRevision[]; readonly unloadable: readonly Unloadable[] }> {
  const revisions = [...graph().revisions.values()];
  const whole = await loadRevisions(loader, revisions).catch(ignoreUnlessCancelled);
  if (whole !== undefined) return { loaded: whole, unloadable: [] };
  const loaded: LoadedRevision[] = [];
  const unloadable: Unloadable[] = [];
  for (const revision of revisions)
    try {
      loaded.push(await loadRevision(loader, revision));
    } catch (error) {
      if (!(error instanceof RemodelError) || isCancelled(error) || !applied.has(revision.id)) throw error;
      unloadable.push({ revision: revision.id, message: error.message });
    }
  return { loaded, unloadable };
}

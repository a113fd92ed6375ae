import type { Overlaps } from "../revision/overlap.ts";
import { joinHint } from "../revision/target.ts";
import { type CompareOptions, type Comparison, compare, type Position, positionOf } from "./compare.ts";
import { type Drift, readDrift } from "./drift.ts";
import { overlapsIn } from "./overlaps.ts";
import { loadRevisions, type OpenTodo, todosOf } from "./revisions.ts";
import type { Session } from "./session.ts";
import { readState } from "./state.ts";
import { readWriters } from "./writers.ts";

/** Everything that keeps a project from being in order. */
export interface Checked {
  readonly inSync: boolean;
  readonly position: Position;
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
  /** What to type where there are several heads. */
  readonly join: string;
}

/**
 * Finds out whether the history has one head, the database is at it, no question is open, no applied revision was
 * edited, and the models and the database are equal.
 */
export async function check(session: Session, options: CompareOptions = {}): Promise<Checked> {
  const graph = session.graph();
  const applied = await readState(await session.connection(), session.settings.stateTable);
  const position = positionOf(graph, applied);
  const comparison = await compare(session, options);
  const checksums = new Map(applied.map(({ revision, checksum }) => [revision, checksum]));
  const todos: OpenTodo[] = [];
  const changed: string[] = [];
  const all = await loadRevisions(session.loader, [...graph.revisions.values()]);
  for (const loaded of all) {
    todos.push(...todosOf(loaded));
    const known = checksums.get(loaded.revision.id);
    if (known !== undefined && known !== loaded.checksum) changed.push(loaded.revision.id);
  }
  const drift = position.missing.length > 0 ? undefined : await readDrift(session);
  const inSync =
    position.heads.length <= 1 &&
    position.pending.length === 0 &&
    position.missing.length === 0 &&
    todos.length === 0 &&
    changed.length === 0 &&
    comparison.upgrade.length === 0 &&
    drift === undefined;
  const overlaps = overlapsIn(graph, position.heads, all);
  const writers = await readWriters(await session.connection(), await session.place(), session.settings.stateTable);
  return {
    inSync,
    position,
    comparison,
    todos,
    changed,
    overlaps,
    writers,
    join: joinHint(graph, position.heads),
    ...(drift && { drift }),
  };
}

import { divergence, type Graph } from "../history/graph.ts";
import { findOverlaps, type Overlaps } from "../revision/conflicts.ts";
import { type LoadedRevision, loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";

/**
 * Finds the objects that more than one head changes. Only revisions that not all heads have are run.
 * @param session the project
 * @param heads ids
 */
export async function readOverlaps(session: Session, heads: readonly string[]): Promise<Overlaps> {
  const graph = session.graph();
  const apart = heads
    .flatMap((left, at) => heads.slice(at + 1).flatMap((right) => divergence(graph, left, right)))
    .flat();
  return findLoadedOverlaps(graph, heads, await loadRevisions(session.loader, [...new Set(apart)]));
}

/** Does the same as {@link readOverlaps}, for revisions that are loaded already. */
export function findLoadedOverlaps(
  graph: Graph,
  heads: readonly string[],
  loaded: readonly LoadedRevision[],
): Overlaps {
  const byId = new Map(loaded.map((one) => [one.revision.id, one.upgrade.map(({ operation }) => operation)]));
  return findOverlaps(graph, heads, (id) => byId.get(id) ?? []);
}

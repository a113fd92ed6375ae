import { divergence, type Graph } from "../history/graph.ts";
import { type Overlaps, overlapsOf } from "../revision/conflicts.ts";
import { type LoadedRevision, loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";

/**
 * Finds what heads touch both; only the revisions are run that not all of them have.
 * @param session the project
 * @param heads ids
 */
export async function readOverlaps(session: Session, heads: readonly string[]): Promise<Overlaps> {
  const graph = session.graph();
  const apart = heads
    .flatMap((left, at) => heads.slice(at + 1).flatMap((right) => divergence(graph, left, right)))
    .flat();
  return overlapsIn(graph, heads, await loadRevisions(session.loader, [...new Set(apart)]));
}

/** As {@link readOverlaps}, where the revisions are loaded already. */
export function overlapsIn(graph: Graph, heads: readonly string[], loaded: readonly LoadedRevision[]): Overlaps {
  const byId = new Map(loaded.map((one) => [one.revision.id, one.upgrade.map(({ operation }) => operation)]));
  return overlapsOf(graph, heads, (id) => byId.get(id) ?? []);
}

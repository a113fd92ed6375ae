import { RemodelError } from "../errors.ts";
import { joinNames } from "../words.ts";
import type { Graph } from "./graph.ts";
import { findUnfinished, graphFor } from "./squashed.ts";

/**
 * The topmost of some applied revisions: those that no other of them follows, directly or not. `dependsOn` does not
 * count, so the head of a branch stays topmost when another branch depends on it.
 * @param applied ids; those that the history does not have are returned too, at the end
 */
export function currentHeads(graph: Graph, applied: Iterable<string>): string[] {
  const present = new Set(applied);
  const { revisions } = graphFor(graph, present);
  const covered = new Set<string>();
  for (const { id, down } of [...revisions.values()].reverse())
    if (present.has(id) || covered.has(id)) for (const other of down) covered.add(other);
  const known = [...present].filter((id) => revisions.has(id) && !covered.has(id));
  return [...known.sort(), ...missingRevisions(graph, present)];
}

/** The applied revisions that have no file in the folder, sorted. */
export function missingRevisions(graph: Graph, applied: Iterable<string>): string[] {
  const present = new Set(applied);
  const { revisions } = graphFor(graph, present);
  return [...present].filter((id) => !revisions.has(id)).sort();
}

/**
 * Returns the applied revisions if the folder has them all.
 * @throws RemodelError `DATABASE_AHEAD`
 */
export function refuseMissing(graph: Graph, applied: readonly string[]): readonly string[] {
  const missing = missingRevisions(graph, applied);
  if (missing.length === 0) return applied;
  throw new RemodelError(
    "DATABASE_AHEAD",
    `The database has revisions that are missing from this folder: ${joinNames(missing)}.`,
    {
      hint: unfinishedHint(graph, missing) ?? HINT,
      details: { revisions: missing },
    },
  );
}

const HINT = "Pull the missing files. To forget those revisions instead, run: remodel stamp REV --purge";

/** What to do if a database has only some of the revisions that another one replaces, and files of those are deleted. */
export function unfinishedHint(graph: Graph, missing: readonly string[]): string | undefined {
  const found = findUnfinished(graph, missing);
  if (found === undefined) return undefined;
  const { id, replaces = [] } = found;
  const gone = replaces.filter((one) => !graph.given.has(one));
  return `${id} replaces ${joinNames(replaces)}, of which the database has only some. Restore the files of ${joinNames(gone)}, then run: remodel upgrade`;
}

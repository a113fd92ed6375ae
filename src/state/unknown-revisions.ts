import { collect } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { missingRevisions, unfinishedHint } from "../history/current.ts";
import type { Graph } from "../history/graph.ts";
import { readState } from "./applied-rows.ts";
import type { Session } from "./session.ts";
import type { AppliedRow } from "./state.ts";

/** Finds the rows of applied revisions that are missing from the folder. */
export function findUnknownRows(graph: Graph, state: readonly AppliedRow[]): readonly AppliedRow[] {
  const missing = new Set(missingRevisions(graph, listIds(state)));
  return state.filter(({ revision }) => missing.has(revision));
}

/** A note about unknown revisions; none if there are none. */
export function noteUnknownRevisions(graph: Graph, unknown: readonly AppliedRow[]): readonly string[] {
  return collect(unknown.length > 0 && `${describeUnknownRows(unknown)}\n  ${adviseOn(graph, unknown)}`);
}

function adviseOn(graph: Graph, unknown: readonly AppliedRow[]): string {
  return unfinishedHint(graph, listIds(unknown)) ?? HINT;
}

/** Lists unknown revisions with their messages, when they were applied and by which user. */
function describeUnknownRows(unknown: readonly AppliedRow[]): string {
  const rows = unknown.map(
    ({ revision, message, appliedAt, appliedBy }) =>
      `  ${revision}  ${message}, applied ${appliedAt.replace(/\.\d+/, "")} by ${appliedBy}`,
  );
  return `The database has ${unknown.length === 1 ? "a revision that is" : `${unknown.length} revisions that are`} missing from this folder:\n${rows.join("\n")}`;
}

/** What to do if applied revisions are missing from the folder. */
const HINT =
  "Pull the branch that has the file. If the file no longer exists, set the state of the database: remodel stamp REV --purge";

/**
 * Requires that the folder has every applied revision.
 * @param unknown see {@link findUnknownRows}
 * @throws RemodelError `DATABASE_AHEAD`
 */
export function refuseUnknown(graph: Graph, unknown: readonly AppliedRow[]): void {
  if (unknown.length === 0) return;
  const revisions = unknown.map(({ revision, message, appliedAt, appliedBy }) => {
    return { revision, message, appliedAt, appliedBy };
  });
  const hint = adviseOn(graph, unknown);
  throw new RemodelError("DATABASE_AHEAD", describeUnknownRows(unknown), { hint, details: { revisions } });
}

/** The ids of all applied revisions. Requires that the folder has them, see {@link refuseUnknown}. */
export function requireKnownIds(graph: Graph, state: readonly AppliedRow[]): readonly string[] {
  refuseUnknown(graph, findUnknownRows(graph, state));
  return listIds(state);
}

/** Reads the ids of all applied revisions. Requires that the folder has them, see {@link refuseUnknown}. */
export async function readKnownIds(session: Session): Promise<readonly string[]> {
  const graph = session.graph();
  return requireKnownIds(graph, await readState(await session.connection(), await session.state()));
}

function listIds(state: readonly AppliedRow[]): readonly string[] {
  return state.map(({ revision }) => revision);
}

import { basename } from "node:path";
import { RemodelError } from "../errors.ts";
import { currentHeads, missingRevisions } from "../history/current.ts";
import { type Graph, heads } from "../history/graph.ts";
import { upgradePlan } from "../history/plan.ts";
import { graphFor } from "../history/squashed.ts";
import { joinNames } from "../words.ts";
import { type HalfApplied, readWholeState, refuseUnknownHalf, type State } from "./half-applied.ts";
import type { Session } from "./session.ts";
import type { AppliedRow } from "./state.ts";
import { findUnknownRows, refuseUnknown } from "./unknown-revisions.ts";

/** Which revisions of the history a database has, and which it lacks. */
export interface SyncStatus {
  /** All applied revisions. */
  readonly applied: readonly string[];
  /** The topmost applied revisions. */
  readonly current: readonly string[];
  /** The heads of the history. */
  readonly heads: readonly string[];
  /** What an upgrade would run; empty if `missing` is not. */
  readonly pending: readonly string[];
  /** Applied revisions that the folder lacks. */
  readonly missing: readonly string[];
  /** The rows of those in the state table. */
  readonly unknown: readonly AppliedRow[];
  /** Revisions whose upgrade or downgrade was interrupted, or is running. */
  readonly halfApplied: readonly HalfApplied[];
}

/** Reads the state of the database and compares it with the history. */
export async function readSyncStatus(session: Session): Promise<SyncStatus> {
  const graph = session.graph();
  return computeSyncStatus(graph, await readWholeState(await session.connection(), await session.state()));
}

/** Compares the state of a database with a history. */
export function computeSyncStatus(history: Graph, { applied: rows, half }: State): SyncStatus {
  const applied = rows.map(({ revision }) => revision);
  const interrupted = new Set(half.map(({ revision }) => revision));
  const graph = graphFor(history, [...applied, ...interrupted]);
  const whole = applied.filter((id) => !interrupted.has(id));
  const missing = missingRevisions(graph, applied);
  return {
    applied,
    current: currentHeads(graph, applied),
    heads: heads(graph).map(({ id }) => id),
    pending: missing.length > 0 ? [] : upgradePlan(graph, whole, "heads").map(({ id }) => id),
    missing,
    unknown: findUnknownRows(graph, rows),
    halfApplied: half,
  };
}

/**
 * Requires that every revision is applied: otherwise a comparison would also find what the pending ones are going to do.
 * @throws RemodelError `NOT_AT_HEAD`, `DATABASE_AHEAD`
 */
export async function refuseUnlessAtHead(session: Session): Promise<SyncStatus> {
  const graph = session.graph();
  const status = await readSyncStatus(session);
  refuseUnknown(graph, status.unknown);
  refuseUnknownHalf(graph, status.halfApplied);
  if (status.pending.length > 0) {
    const names = status.pending.map((id) => basename(graph.given.get(id)?.file || id));
    throw new RemodelError("NOT_AT_HEAD", `The database is not at head; pending: ${joinNames(names)}.`, {
      hint: "remodel upgrade",
      details: { pending: status.pending },
    });
  }
  return status;
}

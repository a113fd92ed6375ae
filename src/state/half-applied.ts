import { ask, type Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Graph } from "../history/graph.ts";
import type { Direction } from "../history/revision.ts";
import { type AppliedRow, readState } from "./state.ts";
import type { StateTables } from "./state-tables.ts";

/** A revision in whose middle a run stopped: some of its operations are done, and the others are not. */
export interface HalfApplied {
  readonly revision: string;
  /** What the run was doing. */
  readonly direction: Direction;
  /** How many operations of that direction are done. */
  readonly done: number;
  /** The operation that has begun behind those, outside a transaction; how far it came is not known. */
  readonly begun?: number;
  /** Another run has begun to take back what is done. */
  readonly takingBack?: true;
}

/** What the two tables say: the applied revisions, and those in whose middle a run stopped. */
export interface State {
  readonly applied: readonly AppliedRow[];
  readonly half: readonly HalfApplied[];
}

/** Reads both tables; in one snapshot only where the caller's transaction is one. */
export async function readWholeState(db: Database, state: StateTables): Promise<State> {
  const half = await readHalfApplied(db, state);
  return { applied: await readState(db, state), half };
}

interface Lines {
  readonly revision: string;
  readonly direction: Direction;
  readonly done: number | null;
  readonly begun: number | null;
}

async function readHalfApplied(db: Database, state: StateTables): Promise<readonly HalfApplied[]> {
  if (state.oid === undefined || !state.logged) return [];
  const { log } = state;
  const lines = (await ask(
    db,
    `WITH ends AS (
  SELECT revision, max(id) AS id FROM ${log} WHERE action IN ('upgrade', 'downgrade', 'stamp') GROUP BY revision
)
SELECT l.revision, l.direction, max(l.step) FILTER (WHERE l.action = 'step') AS done, max(l.step) FILTER (WHERE l.action <> 'step') AS begun
FROM ${log} l LEFT JOIN ends e ON e.revision = l.revision
WHERE l.action IN ('begin', 'step', 'batch') AND (e.id IS NULL OR l.id > e.id)
GROUP BY l.revision, l.direction ORDER BY min(l.id)`,
  )) as unknown as readonly Lines[];
  const revisions = [...new Set(lines.map(({ revision }) => revision))];
  return revisions.map((revision) => buildHalfApplied(lines.filter((line) => line.revision === revision)));
}

/** The direction that left notes first is the one that was interrupted. */
function buildHalfApplied([first, ...others]: readonly Lines[]): HalfApplied {
  const { revision = "", direction = "upgrade", done = null, begun = null } = first ?? {};
  return {
    revision,
    direction,
    done: done ?? 0,
    ...(begun !== null && begun > (done ?? 0) && { begun }),
    ...(others.length > 0 && { takingBack: true }),
  };
}

/** A half-applied revision as a person reads it, with what to do about it. */
export function describeHalfApplied(half: HalfApplied): string {
  const { revision, direction, done, begun, takingBack } = half;
  const what = direction === "upgrade" ? "half applied" : "half downgraded";
  const operations = `${done} ${done === 1 ? "operation" : "operations"} of its ${direction} ${done === 1 ? "is" : "are"} done`;
  const more = begun === undefined ? "" : `, operation ${begun} has begun`;
  const back = takingBack ? ", and another run has started to undo them" : "";
  return `Revision ${revision} is ${what}: ${operations}${more}${back}.\n  ${suggestForHalfApplied(half)}`;
}

/** What to type where a revision is half applied. */
export function suggestForHalfApplied({ revision, direction, takingBack }: HalfApplied): string {
  const up = `remodel upgrade ${revision}`;
  const down = `remodel downgrade ${revision}@${revision}-1`;
  const [finish, undo] = direction === "upgrade" ? [up, down] : [down, up];
  return takingBack ? `To finish undoing it, run: ${undo}` : `To finish it, run: ${finish}. To undo it, run: ${undo}`;
}

/**
 * Goes on only where the folder has every half-applied revision.
 * @throws RemodelError `DATABASE_AHEAD`
 */
export function refuseUnknownHalf(graph: Graph, half: readonly HalfApplied[]): void {
  const unknown = half.find(({ revision }) => !graph.revisions.has(revision));
  if (unknown === undefined) return;
  const { revision, direction } = unknown;
  throw new RemodelError(
    "DATABASE_AHEAD",
    `Another folder's ${direction} of revision ${revision} is running or was interrupted. That revision is missing from this folder.`,
    {
      hint: `Wait until it ends. Or go to the folder that has the revision and run: remodel ${direction}`,
      details: { revisions: [revision], halfApplied: half },
    },
  );
}

/** The error for what cannot be done while a revision is half applied. */
export function halfAppliedError(half: HalfApplied, message: string, hint = suggestForHalfApplied(half)): RemodelError {
  return new RemodelError("REVISION_HALF_APPLIED", message, { hint, details: { ...half } });
}

import { collect } from "../collect.ts";
import { askTexts, type Database, type TextRows } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { groupBy } from "../group-by.ts";
import { missingRevisions } from "../history/current.ts";
import type { Graph } from "../history/graph.ts";
import type { Direction } from "../history/revision.ts";
import { plural, withHint } from "../words.ts";
import { foldRows } from "./applied-rows.ts";
import { type AppliedRow, appliedRowsSql, parseAppliedRows } from "./state.ts";
import type { StateTables } from "./state-tables.ts";

/** A revision in the middle of which a run stopped: some of its operations are done, the others are not. */
export interface HalfApplied {
  readonly revision: string;
  /** The direction of the run. */
  readonly direction: Direction;
  /** How many operations of that direction are done. */
  readonly done: number;
  /** The number of the next operation, if it has begun outside a transaction. How far it came is unknown. */
  readonly begun?: number;
  /** Another run has started to undo these operations. */
  readonly takingBack?: true;
}

/** What the state table and its log say: the applied revisions, and the half-applied ones. */
export interface State {
  readonly applied: readonly AppliedRow[];
  readonly half: readonly HalfApplied[];
}

/** Reads the state table and its log. Both show the same moment only in a transaction that has one snapshot. */
export async function readWholeState(db: Database, state: StateTables): Promise<State> {
  if (state.oid === undefined) return { applied: foldRows(state.squashed?.() ?? [], []), half: [] };
  const ofLog = collect(state.logged && halfAppliedSql(state.log));
  const answers = await askTexts(db, [...ofLog, appliedRowsSql(state)]);
  const half = state.logged ? parseHalfApplied(answers[0] ?? []) : [];
  const ids = half.map(({ revision }) => revision);
  return { applied: foldRows(state.squashed?.() ?? [], parseAppliedRows(answers.at(-1) ?? []), ids), half };
}

/** What the log says about one direction of a revision since its last upgrade, downgrade or stamp. */
interface Progress {
  readonly revision: string;
  readonly direction: Direction;
  readonly done: number | undefined;
  readonly begun: number | undefined;
}

function parseHalfApplied(rows: TextRows): readonly HalfApplied[] {
  const count = (text: string | null | undefined) => (text == null ? undefined : Number(text));
  const all = rows.map(
    ([revision, direction, done, begun]): Progress => ({
      revision: String(revision),
      direction: direction === "downgrade" ? direction : "upgrade",
      done: count(done),
      begun: count(begun),
    }),
  );
  return [...groupBy(all, ({ revision }) => revision).values()].flatMap(([first, ...others]) =>
    collect(first !== undefined && buildHalfApplied(first, others.length > 0)),
  );
}

/**
 * The query of the revisions that were begun after their last upgrade, downgrade or stamp.
 * @param log the name of the log for SQL
 */
export function halfAppliedSql(log: string): string {
  return `WITH lines AS (SELECT * FROM ${log}), ends AS (
  SELECT revision, max(id) AS id FROM lines WHERE action IN ('upgrade', 'downgrade', 'stamp') GROUP BY revision
)
SELECT l.revision, l.direction, max(l.step) FILTER (WHERE l.action = 'step') AS done, max(l.step) FILTER (WHERE l.action <> 'step') AS begun
FROM lines l LEFT JOIN ends e ON e.revision = l.revision
WHERE l.action IN ('begin', 'step', 'batch') AND (e.id IS NULL OR l.id > e.id)
GROUP BY l.revision, l.direction ORDER BY min(l.id)`;
}

/**
 * @param progress of the direction that was interrupted: the first one that wrote to the log
 * @param takingBack whether the log has lines of the other direction too
 */
function buildHalfApplied({ revision, direction, done, begun }: Progress, takingBack: boolean): HalfApplied {
  return {
    revision,
    direction,
    done: done ?? 0,
    ...(begun !== undefined && begun > (done ?? 0) && { begun }),
    ...(takingBack && { takingBack }),
  };
}

const HALF: Readonly<Record<Direction, string>> = { upgrade: "half applied", downgrade: "half downgraded" };

/** Says which operations of a half-applied revision are done, and how to finish or undo it. */
export function describeHalfApplied(half: HalfApplied): string {
  const { revision, direction, done, begun, takingBack } = half;
  const operations = `${plural(done, "operation")} of its ${direction} ${done === 1 ? "is" : "are"} done`;
  const parts = [
    operations,
    ...collect(begun !== undefined && `operation ${begun} has begun`),
    ...collect(takingBack && "and another run has started to undo them"),
  ];
  return withHint(`Revision ${revision} is ${HALF[direction]}: ${parts.join(", ")}.`, suggestForHalfApplied(half));
}

/** How to finish or undo a half-applied revision. */
export function suggestForHalfApplied({ revision, direction, takingBack }: HalfApplied): string {
  const upgrade = `remodel upgrade ${revision}`;
  const downgrade = `remodel downgrade ${revision}@${revision}-1`;
  const finish = { upgrade, downgrade }[direction];
  const undo = { upgrade: downgrade, downgrade: upgrade }[direction];
  return takingBack ? `To finish undoing it, run: ${undo}` : `To undo it, run: ${undo}\nTo finish it, run: ${finish}`;
}

/**
 * Requires that the folder has every half-applied revision.
 * @throws RemodelError `DATABASE_AHEAD`
 */
export function refuseUnknownHalf(graph: Graph, half: readonly HalfApplied[]): void {
  const ids = half.map(({ revision }) => revision);
  const missing = missingRevisions(graph, ids);
  const unknown = half.find(({ revision }) => missing.includes(revision));
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

/** The error for a command that cannot run while a revision is half applied. */
export function halfAppliedError(half: HalfApplied, message: string, hint = suggestForHalfApplied(half)): RemodelError {
  return new RemodelError("REVISION_HALF_APPLIED", message, { hint, details: { ...half } });
}

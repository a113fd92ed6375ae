import type { Limits } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { downgradePlan, upgradePlan } from "../revision/plan.ts";
import type { Revision } from "../revision/revision.ts";
import { knownIds } from "./ahead.ts";
import { refuseElsewhere, runApart } from "./apart.ts";
import { cancelOnAbort } from "./cancel.ts";
import type { Context, Direction, Done, Progress, Run } from "./context.ts";
import { noteSchema } from "./drift.ts";
import { waitingOf } from "./hold.ts";
import { type LoadedRevision, loadRevisions, refuseUnfinished } from "./revisions.ts";
import { isApart } from "./segments.ts";
import type { Session } from "./session.ts";
import { ensureState, readState } from "./state.ts";
import { leftBehind } from "./steps.ts";
import { runTogether } from "./together.ts";

/** Settings of one run. The limits go before those of revisions and of the configuration. */
export interface RunOptions extends Partial<Limits> {
  readonly onProgress?: (progress: Progress) => void;
  /** Aborted by Ctrl-C: the running statement is cancelled and its revision rolled back. */
  readonly signal?: AbortSignal;
  /** Also take back what depends on those, in other branches. */
  readonly withDependents?: boolean;
  /** All revisions of the run in one transaction: all of them, or none. */
  readonly singleTransaction?: boolean;
}

/** What a run did. */
export interface RunResult {
  readonly direction: Direction;
  /** The revisions that this run applied or took back, in order. */
  readonly revisions: readonly Done[];
}

/**
 * Carries the database up to a target.
 * @param session the project and the database
 * @param target a name of a revision, see `resolve`
 * @throws RemodelError `REVISION_UNFINISHED` before anything is run; `REVISION_FAILED`, `LOCK_TIMEOUT`, `LOCK_LOST`, `CANCELLED`
 */
export function upgrade(session: Session, target = "heads", options: RunOptions = {}): Promise<RunResult> {
  return run(session, "upgrade", (applied) => upgradePlan(session.graph(), applied, target), options);
}

/**
 * Takes the database back down to a target.
 * @param session the project and the database
 * @param target a name of a revision, see `resolve`
 * @throws RemodelError as {@link upgrade}
 */
export function downgrade(session: Session, target: string, options: RunOptions = {}): Promise<RunResult> {
  const { withDependents = false } = options;
  const plan = (applied: readonly string[]) => downgradePlan(session.graph(), applied, target, { withDependents });
  return run(session, "downgrade", plan, options);
}

async function run(
  session: Session,
  direction: Direction,
  plan: (applied: readonly string[]) => readonly Revision[],
  { onProgress, signal, withDependents: _, singleTransaction: single = false, ...limits }: RunOptions,
): Promise<RunResult> {
  const { loader, settings } = session;
  session.graph();
  const db = await session.connection();
  const place = await session.place();
  const state = await readState(db, settings.stateTable);
  const planned = plan(knownIds(session.graph(), state));
  const loaded = await loadRevisions(loader, planned);
  refuseUnfinished(loaded);
  if (single) refuseApart(loaded, direction);
  const contexts = contextsOf({ session, db, place, direction, limits, single, signal }, loaded, onProgress);
  const done: Done[] = [];
  const cancelling = cancelOnAbort(db, signal);
  try {
    const apart = contexts.find((context) => isApart(context.loaded, direction));
    if (apart !== undefined) await refuseElsewhere(apart);
    const [first] = contexts;
    if (first !== undefined) await ensureState(waitingOf(first));
    for (const group of single && contexts.length > 0 ? [contexts] : contexts.map((context) => [context]))
      done.push(...(await runGroup(group)));
    return { direction, revisions: done };
  } finally {
    cancelling.end();
    if (done.length > 0) await noteSchema(session);
  }
}

function contextsOf(
  run: Run,
  loaded: readonly LoadedRevision[],
  onProgress: RunOptions["onProgress"],
): readonly Context[] {
  return loaded.map((one, at) => {
    const about = { direction: run.direction, revision: one.revision, number: at + 1, of: loaded.length };
    return { ...run, loaded: one, tell: (what) => onProgress?.({ ...about, ...what }) };
  });
}

/** Revisions that share a transaction, or one revision. */
async function runGroup(group: readonly Context[]): Promise<readonly Done[]> {
  const [first] = group as readonly [Context];
  try {
    const done = isApart(first.loaded, first.direction) ? await runApart(first) : await runTogether(group);
    for (const { loaded, tell } of group) {
      const own = done.find(({ revision }) => revision.id === loaded.revision.id);
      tell(own === undefined ? { done: "waited" } : { done: "applied", durationMs: own.durationMs });
    }
    return done;
  } catch (error) {
    throw first.signal?.aborted ? cancelled(first, error) : error;
  }
}

function cancelled(context: Context, cause: unknown): RemodelError {
  const { id } = context.loaded.revision;
  const isLost = cause instanceof RemodelError && cause.code === "DATABASE_LOST";
  const left = isLost ? "was running when the connection was lost" : leftBehind(context);
  return new RemodelError("CANCELLED", `Cancelled: ${context.direction} of ${id} ${left}.`, {
    hint: isLost
      ? "See with remodel current what the database has; to go on, run the command again."
      : "To go on, run the command again.",
    details: { revision: id },
    cause,
  });
}

/** Refuses what no one transaction can do, before anything is run. */
function refuseApart(loaded: readonly LoadedRevision[], direction: Direction): void {
  const apart = loaded.filter((one) => isApart(one, direction));
  if (apart.length === 0) return;
  const lines = apart.map(({ revision: { id, file, message } }) => `  ${id}  ${message}  ${file}`);
  throw new RemodelError(
    "USAGE",
    `Not all of this run can be one transaction; nothing was run. Steps outside a transaction are in:\n${lines.join("\n")}`,
    {
      hint: "Leave out --single-transaction, or run up to those revisions first.",
      details: { revisions: apart.map(({ revision }) => revision.id) },
    },
  );
}

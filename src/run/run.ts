import { RemodelError } from "../errors.ts";
import { downgradePlan, upgradePlan } from "../revision/plan.ts";
import type { Revision } from "../revision/revision.ts";
import type { Connection } from "./connect.ts";
import { type LoadedRevision, loadRevisions, refuseUnfinished } from "./revisions.ts";
import type { Session } from "./session.ts";
import { appliedSql, ensureState, forgottenSql, loggedSql, readState, stepsDone } from "./state.ts";
import {
  type Context,
  type Direction,
  leftBehind,
  outsideSettingsSql,
  retried,
  runStep,
  type Segment,
  segmentsOf,
  settingsSql,
} from "./steps.ts";

/** What a run tells while it goes on. */
export interface Progress {
  readonly direction: Direction;
  readonly revision: Revision;
  /** 1 for the first revision. */
  readonly number: number;
  readonly of: number;
  /** Absent when the revision starts. */
  readonly done?: "applied" | "waited";
  readonly durationMs?: number;
  /** How many rows a step that works in batches has done, of about how many if that is known. */
  readonly rows?: number;
  readonly ofRows?: number;
}

/** Settings of one run. */
export interface RunOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Aborted by Ctrl-C: the running statement is cancelled and its revision rolled back. */
  readonly signal?: AbortSignal;
  /** Also take back what depends on those, in other branches. */
  readonly withDependents?: boolean;
}

/** What a run did. */
export interface RunResult {
  readonly direction: Direction;
  /** The revisions that this run applied or took back, in order. */
  readonly revisions: readonly { readonly revision: Revision; readonly durationMs: number }[];
}

/**
 * Carries the database up to a target.
 * @param session the project and the database
 * @param target a name of a revision, see `resolve`
 * @throws RemodelError `REVISION_UNFINISHED` before anything is run; `REVISION_FAILED`, `LOCK_TIMEOUT`, `CANCELLED`
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
  { onProgress, signal }: RunOptions,
): Promise<RunResult> {
  const { loader, settings } = session;
  session.graph();
  const db = await session.connection();
  await session.place();
  const state = await readState(db, settings.stateTable);
  const planned = plan(state.map(({ revision }) => revision));
  const loaded = await loadRevisions(loader, planned);
  refuseUnfinished(loaded);
  const cancelling = cancelOnAbort(db, signal);
  try {
    if (loaded.length > 0) await ensureState(db, settings.stateTable);
    const done: { revision: Revision; durationMs: number }[] = [];
    for (const [at, one] of loaded.entries()) {
      const about = { direction, revision: one.revision, number: at + 1, of: loaded.length };
      onProgress?.(about);
      const started = performance.now();
      const progress = (rows: number, ofRows?: number) =>
        onProgress?.({ ...about, rows, ...(ofRows !== undefined && { ofRows }) });
      const applied = await runRevision({ session, db, direction, loaded: one, started, signal, progress }).catch(
        (error: unknown) => {
          throw signal?.aborted ? cancelled(one, direction, error) : error;
        },
      );
      const durationMs = performance.now() - started;
      if (applied) done.push({ revision: one.revision, durationMs });
      onProgress?.({ ...about, done: applied ? "applied" : "waited", durationMs });
    }
    return { direction, revisions: done };
  } finally {
    cancelling.end();
  }
}

const CANCEL_AGAIN_MS = 500;

/** Cancels what runs, again and again: between two statements there is nothing to cancel. */
function cancelOnAbort(db: Connection, signal: AbortSignal | undefined): { readonly end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => void db.cancel().catch(() => undefined);
  const start = () => {
    cancel();
    timer = setInterval(cancel, CANCEL_AGAIN_MS);
  };
  signal?.addEventListener("abort", start);
  return {
    end: () => {
      signal?.removeEventListener("abort", start);
      clearInterval(timer);
    },
  };
}

function cancelled(loaded: LoadedRevision, direction: Direction, cause: unknown): RemodelError {
  const { id } = loaded.revision;
  return new RemodelError("CANCELLED", `Cancelled: ${direction} of ${id} ${leftBehind(loaded, direction)}.`, {
    hint: "To go on, run the command again.",
    details: { revision: id },
    cause,
  });
}

/** @returns whether this run did it; another may have been quicker */
async function runRevision(context: Context): Promise<boolean> {
  const { session, db, direction, loaded, signal } = context;
  signal?.throwIfAborted();
  const segments = segmentsOf(loaded, direction);
  const alone = segments.length > 1;
  if (alone) await lockSession(db, session);
  try {
    const done = alone ? await stepsDone(db, session.settings.stateTable, loaded.revision.id, direction) : 0;
    for (const segment of segments) {
      if (segment.end <= done && segment !== segments.at(-1)) continue;
      const last = segment === segments.at(-1);
      const finished = segment.transaction
        ? await retried(context, () => inTransaction(context, segment, last))
        : await outside(context, segment);
      if (!finished) return false;
    }
    return true;
  } finally {
    if (alone) await db.query("SELECT pg_advisory_unlock_all()").catch(() => undefined);
  }
}

async function inTransaction(context: Context, segment: Segment, last: boolean): Promise<boolean> {
  const { session, db, direction, loaded, started, signal } = context;
  const { stateTable } = session.settings;
  const { revision, checksum } = loaded;
  signal?.throwIfAborted();
  await db.query("BEGIN");
  try {
    await db.query((await settingsSql(context)).join("; "));
    await db.query(`SELECT pg_advisory_xact_lock(${lockKey(stateTable)})`);
    if (await isDone(context)) {
      await db.query("ROLLBACK");
      return false;
    }
    for (const step of segment.steps) await runStep(context, step, segment.end);
    signal?.throwIfAborted();
    const note = { revision: revision.id, direction };
    if (!last) await db.query(loggedSql(stateTable, { action: "step", ...note, step: segment.end }));
    else {
      const duration = performance.now() - started;
      await db.query(
        direction === "upgrade"
          ? appliedSql(stateTable, revision, checksum, duration)
          : forgottenSql(stateTable, revision.id),
      );
      await db.query(loggedSql(stateTable, { action: direction, ...note }));
    }
    await db.query("COMMIT");
    return true;
  } catch (error) {
    await db.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function outside(context: Context, { steps, end }: Segment): Promise<boolean> {
  const { session, db, direction, loaded } = context;
  if (await isDone(context)) return false;
  await db.query((await outsideSettingsSql(context)).join("; "));
  try {
    for (const step of steps) await runStep(context, step, end);
  } finally {
    await db.query("RESET search_path; RESET lock_timeout; RESET statement_timeout").catch(() => undefined);
  }
  const note = { action: "step", revision: loaded.revision.id, direction, step: end } as const;
  await db.query(loggedSql(session.settings.stateTable, note));
  return true;
}

async function isDone({ session, db, direction, loaded }: Context): Promise<boolean> {
  const applied = await readState(db, session.settings.stateTable);
  return applied.some(({ revision }) => revision === loaded.revision.id) === (direction === "upgrade");
}

/** The advisory lock of this tool on one state table: two numbers of 32 bits, as `pg_locks` shows them. */
function lockKey(stateTable: string): string {
  return `1919249780, hashtext('${stateTable.replaceAll("'", "''")}')`;
}

async function lockSession(db: Connection, { settings }: Session): Promise<void> {
  await db.query(`SELECT pg_advisory_lock(${lockKey(settings.stateTable)})`);
}

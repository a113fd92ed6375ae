import { RemodelError } from "../errors.ts";
import { searchPathSql } from "../read/catalog.ts";
import type { Recorded } from "../revision/op.ts";
import { downgradePlan, upgradePlan } from "../revision/plan.ts";
import type { Revision } from "../revision/revision.ts";
import type { Connection } from "./connect.ts";
import { type LoadedRevision, loadRevisions, refuseUnfinished } from "./revisions.ts";
import type { Session } from "./session.ts";
import { appliedSql, ensureState, forgottenSql, loggedSql, readState, stepsDone } from "./state.ts";

/** Which way a run goes. */
export type Direction = "upgrade" | "downgrade";

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

/** PostgreSQL's codes for a lock that was not to be had in time, and for a deadlock. */
const TRY_AGAIN = ["55P03", "40P01"];
const LONGEST_PAUSE_MS = 5000;

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
      const applied = await runRevision(session, db, direction, one, started, signal).catch((error: unknown) => {
        throw signal?.aborted ? cancelled(one, direction, error) : error;
      });
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

/** What is left of a revision that did not come to its end. */
function leftBehind(loaded: LoadedRevision, direction: Direction): string {
  return segmentsOf(loaded, direction).length > 1
    ? "has steps outside a transaction, of which those before stay; the next run goes on where this one stopped"
    : "was rolled back as a whole; the revisions before it stay";
}

/** A run of operations that share a transaction, or one operation that allows none. */
interface Segment {
  readonly transaction: boolean;
  readonly steps: readonly Recorded[];
  /** How many operations of the revision are done after it. */
  readonly end: number;
}

function segmentsOf(loaded: LoadedRevision, direction: Direction): readonly Segment[] {
  const whole = loaded.revision.transaction !== false;
  const segments: { transaction: boolean; steps: Recorded[]; end: number }[] = [];
  for (const [at, step] of loaded[direction].entries()) {
    const transaction = whole && !step.operation.outsideTransaction;
    const last = segments.at(-1);
    if (transaction && last?.transaction) {
      last.steps.push(step);
      last.end = at + 1;
    } else segments.push({ transaction, steps: [step], end: at + 1 });
  }
  return segments.at(-1)?.transaction
    ? segments
    : [...segments, { transaction: true, steps: [], end: loaded[direction].length }];
}

/** @returns whether this run did it; another may have been quicker */
async function runRevision(
  session: Session,
  db: Connection,
  direction: Direction,
  loaded: LoadedRevision,
  started: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  signal?.throwIfAborted();
  const segments = segmentsOf(loaded, direction);
  const alone = segments.length > 1;
  if (alone) await lockSession(db, session);
  try {
    const done = alone ? await stepsDone(db, session.settings.stateTable, loaded.revision.id, direction) : 0;
    for (const segment of segments) {
      if (segment.end <= done && segment !== segments.at(-1)) continue;
      const last = segment === segments.at(-1);
      const context = { session, db, direction, loaded, started, signal };
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

interface Context {
  readonly session: Session;
  readonly db: Connection;
  readonly direction: Direction;
  readonly loaded: LoadedRevision;
  readonly started: number;
  readonly signal: AbortSignal | undefined;
}

async function inTransaction(context: Context, segment: Segment, last: boolean): Promise<boolean> {
  const { session, db, direction, loaded, started, signal } = context;
  const { stateTable } = session.settings;
  const { revision, checksum } = loaded;
  signal?.throwIfAborted();
  await db.query("BEGIN");
  try {
    await db.query((await settingsSql(session)).join("; "));
    await db.query(`SELECT pg_advisory_xact_lock(${lockKey(stateTable)})`);
    if (await isDone(context)) {
      await db.query("ROLLBACK");
      return false;
    }
    for (const step of segment.steps) await runStep(context, step);
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
  for (const step of steps) await runStep(context, step);
  const note = { action: "step", revision: loaded.revision.id, direction, step: end } as const;
  await db.query(loggedSql(session.settings.stateTable, note));
  return true;
}

async function isDone({ session, db, direction, loaded }: Context): Promise<boolean> {
  const applied = await readState(db, session.settings.stateTable);
  return applied.some(({ revision }) => revision === loaded.revision.id) === (direction === "upgrade");
}

async function settingsSql({ settings, place }: Session): Promise<readonly string[]> {
  const { version, schema } = await place();
  return [
    `SET LOCAL lock_timeout = ${settings.lockTimeout}`,
    `SET LOCAL statement_timeout = ${settings.statementTimeout}`,
    ...(version >= 140000 ? ["SET LOCAL idle_in_transaction_session_timeout = 0"] : []),
    searchPathSql(schema),
  ];
}

/** The advisory lock of this tool on one state table: two numbers of 32 bits, as `pg_locks` shows them. */
function lockKey(stateTable: string): string {
  return `1919249780, hashtext('${stateTable.replaceAll("'", "''")}')`;
}

async function lockSession(db: Connection, { settings }: Session): Promise<void> {
  await db.query(`SELECT pg_advisory_lock(${lockKey(settings.stateTable)})`);
}

async function runStep(context: Context, { operation, stack }: Recorded): Promise<void> {
  const { db, loaded, signal } = context;
  signal?.throwIfAborted();
  let current: string | undefined;
  try {
    if (operation.run) await operation.run({ query: db.query, read: db.read });
    for (const sql of operation.sql) {
      current = sql;
      await db.query(sql, operation.values);
    }
  } catch (error) {
    throw failure(context, error, current, loaded.lineOf(stack));
  }
}

function failure({ loaded, direction }: Context, error: unknown, sql: string | undefined, line?: number): unknown {
  const { code, message, detail, hint } = error as { code?: string; message: string; detail?: string; hint?: string };
  const { id, file } = loaded.revision;
  if (error instanceof RemodelError) return error;
  const where = line === undefined ? file : `${file}:${line}`;
  const text = [`${where}: ${message}`, detail, sql === undefined ? undefined : `  ${sql.split("\n").join("\n  ")}`];
  return new RemodelError("REVISION_FAILED", text.filter((part) => part !== undefined).join("\n"), {
    cause: error,
    hint: hint ?? `Revision ${id} ${leftBehind(loaded, direction)}. Correct it and run the command again.`,
    details: {
      revision: id,
      file,
      ...(line !== undefined && { line }),
      ...(sql !== undefined && { sql }),
      ...(code !== undefined && { code }),
    },
  });
}

/** Tries a transaction again when a lock was not to be had, after a pause that grows and varies. */
async function retried(context: Context, attempt: () => Promise<boolean>): Promise<boolean> {
  const { lockRetries, lockTimeout } = context.session.settings;
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      const cause =
        error instanceof RemodelError ? (error.cause as { code?: string } | undefined) : (error as { code?: string });
      if (!TRY_AGAIN.includes(cause?.code ?? "")) throw error;
      if (failed >= lockRetries)
        throw new RemodelError(
          "LOCK_TIMEOUT",
          `Revision ${context.loaded.revision.id} could not get its locks in ${failed + 1} attempts of ${lockTimeout} ms: ${(error as Error).message}`,
          {
            cause: error,
            hint: "Run it again at a quieter hour, or raise lockTimeout in defineConfig.",
          },
        );
      await pause(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failed) * (0.5 + Math.random()), context.signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

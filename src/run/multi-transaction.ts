import { setTimeout as pause } from "node:timers/promises";
import { collect } from "../collect.ts";
import { runInTransaction } from "../connection/transaction.ts";
import { RemodelError } from "../errors.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Recorded } from "../revision/op.ts";
import { tryLock } from "../state/lock.ts";
import type { AppliedRevision, RevisionContext } from "./context.ts";
import { whileHoldingLock } from "./hold-lock.ts";
import { noteSql, readJournal, writeNote } from "./journal.ts";
import { OUTSIDE_RESET, outsideSettingsSql, settingsSql } from "./limits.ts";
import { findRemaining, isAlreadyDone } from "./replan.ts";
import { readSqlState, retry } from "./retry.ts";
import { refuseLeftOpen } from "./same-transaction.ts";
import { type Segment, splitIntoSegments } from "./segments.ts";
import { finish } from "./single-transaction.ts";
import { runStep, runSteps } from "./steps.ts";
import { limitToUndo } from "./take-back.ts";

/** How long a pooler may take to provide a second connection if `networkTimeout` is 0. */
const SECOND_CONNECTION_MS = 10_000;
/** PostgreSQL's codes for a statement that cannot run in a transaction, and for a procedure that would end it. */
const REFUSES_TRANSACTION = ["25001", "2D000"];

/**
 * Runs a revision that needs several transactions, from where an earlier run stopped.
 * @returns the revision; nothing if another run did it in the meantime
 * @throws RemodelError also `LOCK_LOST`
 */
export async function runInSeveralTransactions(context: RevisionContext): Promise<readonly AppliedRevision[]> {
  const done = await whileHoldingLock(
    context,
    () => isAlreadyDone(context),
    async (check) => {
      const [open] = await findRemaining([context]);
      return collect(open !== undefined && (await runSegments(await limitToUndo(open), check)));
    },
  );
  return done ?? [];
}

async function runSegments(context: RevisionContext, check: () => Promise<void>): Promise<AppliedRevision> {
  const { loaded, direction, report } = context;
  const started = performance.now();
  report();
  const { done } = await readJournal(context);
  const segments = splitIntoSegments(loaded, direction, done);
  const last = segments.at(-1);
  for (const segment of segments) {
    await check();
    context.stop?.throwIfAborted();
    if (segment === last) return await runInside(context, segment, (back) => finish(context, started, back));
    await runSegment(context, segment);
  }
  throw new Error("A revision has at least one segment.");
}

async function runSegment(context: RevisionContext, segment: Segment): Promise<void> {
  if (segment.transaction === "none") return await runOutside(context, segment);
  try {
    await runInside(context, segment, (back) =>
      context.db.query([...back, noteSql(context, "step", segment.end), "COMMIT"].join("; ")),
    );
  } catch (error) {
    const refused = segment.transaction === "own" && REFUSES_TRANSACTION.includes(readSqlState(error) ?? "");
    if (!refused) throw error;
    await runOutside(context, segment);
  }
}

/**
 * Runs a segment in one transaction. `close` writes its line of the log, or the row of the revision, in the same one, after
 * the statements that it is given.
 */
async function runInside<Result>(
  context: RevisionContext,
  segment: Segment,
  close: (before: readonly string[]) => Promise<Result>,
): Promise<Result> {
  return await retry(context, () =>
    runInTransaction(context.db, settingsSql(context), async () => {
      const back = await runSteps(
        context,
        segment.steps.map((step) => [segment.end, step]),
      );
      context.signal?.throwIfAborted();
      return await close(back);
    }),
  );
}

/** Runs the one step of a segment outside a transaction. It is retried only if PostgreSQL undoes a failed attempt as a whole. */
async function runOutside(context: RevisionContext, { steps, end }: Segment): Promise<void> {
  for (const step of steps) {
    const attempt = () => withSessionSettings(context, () => completeStep(context, step, end));
    await (step.operation.outsideTransaction ? retry(context, attempt) : attempt());
  }
  await writeNote(context, "step", end);
}

/** If an earlier run was killed, the step may be done already: its statement may have continued without its client. */
async function completeStep(context: RevisionContext, step: Recorded, end: number): Promise<void> {
  const isDone = await readDone(context, step);
  if (isDone && (await readJournal(context)).begun === end) return;
  if (!isDone) await writeNote(context, "begin", end);
  await context.observer?.begin?.(context.db);
  await runStep(context, step, end);
  await refuseLeftOpen(context, step);
  await context.observer?.end?.(context.db, step, context.loaded);
}

async function readDone({ db }: RevisionContext, { operation: { done } }: Recorded): Promise<boolean> {
  if (done === undefined) return false;
  const [row] = await db.query(done);
  return row?.["done"] === true;
}

/** Only a direct connection has a session with settings of its own. A pooler would pass them on to other clients. */
async function withSessionSettings(context: RevisionContext, work: () => Promise<void>): Promise<void> {
  const { db } = context;
  if (!(await db.direct())) return await work();
  await db.query(outsideSettingsSql(context).join("; "));
  try {
    await work();
  } finally {
    await db.query(OUTSIDE_RESET).catch(() => undefined);
  }
}

/**
 * Refuses several transactions behind a pooler with only one connection, and steps outside a transaction behind one whose
 * connections would run them in another schema, or may do so: a search path that is set for a session is lost there.
 * @param isOutside there are steps outside a transaction; each transaction sets its search path itself
 * @throws RemodelError `USAGE`
 */
export async function refusePooler(context: RevisionContext, isOutside: boolean): Promise<void> {
  const { db, server, session } = context;
  if (await db.direct()) return;
  if (isOutside && server.shared) throw sharedPoolerError(server);
  await refuseSmallPool(context, session.settings.networkTimeout / 2 || SECOND_CONNECTION_MS);
  if (!isOutside) return;
  const [row] = await db.query("SELECT pg_catalog.current_schema() AS schema");
  if (row?.["schema"] === server.schema) return;
  throw new RemodelError(
    "USAGE",
    `The connection goes through a pooler whose connections use the schema ${row?.["schema"]}, not ${server.schema}. Steps outside a transaction would run there.`,
    { hint: "Connect directly to the server with --url, or run: ALTER ROLE … SET search_path" },
  );
}

/**
 * Refuses steps outside a transaction behind a pooler with only one connection: a transaction holds the lock on it, so the
 * run would wait for itself. The test is made while holding the lock: several runs that each had a connection and asked
 * for a second one would wait for each other.
 * @throws RemodelError `USAGE`
 */
async function refuseSmallPool({ db, state }: RevisionContext, waitMs: number): Promise<void> {
  const other = await db.another().catch((cause: unknown) => {
    throw poolTooSmallError(cause);
  });
  const waited = new AbortController();
  try {
    await other.query("BEGIN");
    if (!(await tryLock(other, state))) return;
    const asked = db.query("SELECT 1").then(() => true);
    const answered = await Promise.race([asked, pause(waitMs, false, { signal: waited.signal })]);
    if (answered) return;
    asked.catch(() => undefined);
  } finally {
    waited.abort();
    await other.query("ROLLBACK").catch(() => undefined);
    await other.close();
  }
  throw poolTooSmallError();
}

function poolTooSmallError(cause?: unknown): RemodelError {
  return new RemodelError(
    "USAGE",
    "The connection pooler has one free connection, but a revision of several transactions needs two: one holds the migration lock, one runs the steps. Nothing was run.",
    { hint: "Increase the pool size, or connect directly to the server with --url.", cause },
  );
}

function sharedPoolerError({ schema }: ServerInfo): RemodelError {
  return new RemodelError(
    "USAGE",
    `The connection goes through a pooler, which loses the search path. So no step outside a transaction can run in the schema ${schema}. Nothing was run.`,
    { hint: "Connect directly to the server: --url postgres://…", details: { schema } },
  );
}

import { runInTransaction } from "../connection/transaction.ts";
import { type Database, OWN_PATH, PINNED_SETTINGS, type Row, setLocalSql } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { parameterText } from "../kinds/values.ts";
import { searchPathSql } from "../read/server-info.ts";
import type { Recorded } from "../revision/op.ts";
import type { Batches } from "../schema/operation.ts";
import { logSql } from "../state/state.ts";
import type { RevisionContext } from "./context.ts";
import { leavesChecks, leavesRows, needsChecks } from "./deferred.ts";
import { findFailed, type Joined, joinStatements, joinSteps, listParts } from "./joined-steps.ts";
import { readJournal } from "./journal.ts";
import { settingsSql } from "./limits.ts";
import { retry } from "./retry.ts";
import { createRowChecks, queueBehindChecks, type RowChecks } from "./row-checks.ts";
import { readTransaction, refuseEnded } from "./same-transaction.ts";
import { explainFailure } from "./step-errors.ts";
import { createStepDatabase, refuseStray } from "./stray.ts";

/** Operations of a revision that share a transaction, each with its number in the revision. */
export type Numbered = readonly (readonly [number: number, step: Recorded])[];

/**
 * Runs operations in the open transaction, which has the settings of a run, under the search path of the project. SQL and
 * code of a person may change the search path for the SQL after them, as a dump does; before all other operations the
 * project's path is set again.
 * @returns the statements that set the path of remodel's own statements again, to be sent with the next of those
 */
export async function runSteps(context: RevisionContext, steps: Numbered): Promise<readonly string[]> {
  if (steps.length === 0) return [];
  const { db, server, observer } = context;
  const path = searchPathSql(server);
  const mayChange = ({ operation }: Recorded) => operation.custom !== undefined;
  const transaction = await readTransaction(db, PROJECT_ROWS, path);
  const checks = createRowChecks(context);
  let known = true;
  await observer?.begin?.(db);
  for (const [[number, step], ...others] of splitIntoTexts(context, steps)) {
    if (!known && !mayChange(step)) await db.query(`${setLocalSql(PINNED_SETTINGS)}; ${path}`);
    const isSame = db.watchTransaction?.();
    const joined = [step, ...others.map(([, one]) => one)];
    await (others.length === 0 ? runStep(context, step, number, checks) : runJoined(context, joined, checks));
    await refuseEnded(context, transaction, step, isSame);
    await observer?.end?.(db, step, context.loaded);
    known = !mayChange(step);
  }
  await checks.checkLast();
  if (!steps.some(([, step]) => mayChange(step))) return [setLocalSql(OWN_PATH)];
  // A path that a step set for the whole session would outlive the transaction.
  return ["RESET search_path", setLocalSql({ ...PINNED_SETTINGS, ...OWN_PATH })];
}

/** An observer sees the database after each operation. Without a count it would not be known which of several has failed. */
function splitIntoTexts({ observer, db }: RevisionContext, steps: Numbered): readonly Joined<Numbered[number]>[] {
  if (observer !== undefined || db.countStatements === undefined) return steps.map((one) => [one]);
  return joinSteps(steps);
}

/** Lets policies hide rows, see {@link OWN_PATH}. */
const PROJECT_ROWS = `SET LOCAL row_security = ${PINNED_SETTINGS["row_security"]}`;

/**
 * Runs one operation.
 * @param number its number in the revision; 1 for the first operation
 * @param checks the row checks of the transaction that it shares with other operations
 * @throws RemodelError `REVISION_FAILED` with file, line and SQL
 */
export async function runStep(
  context: RevisionContext,
  step: Recorded,
  number: number,
  checks?: RowChecks,
): Promise<void> {
  const { operation } = step;
  context.signal?.throwIfAborted();
  refuseStray(context);
  const sent: Sent = {};
  const db = createReportingDatabase(context, step, sent, checks);
  try {
    if (needsChecks(operation)) await checks?.check();
    if (operation.run) await runCode(context, step, db, number);
    else for (const sql of operation.sql) await db.query(sql, operation.values?.map(convertValue));
    if (leavesChecks(operation)) checks?.wait(step, sent.sql ?? "");
    refuseStray(context);
  } catch (error) {
    throw explainFailure(context, error, sent.sql, step);
  }
}

/**
 * Runs operations that {@link joinSteps} has joined, in one round trip.
 * @throws RemodelError `REVISION_FAILED` with the file, line and SQL of the one that failed
 */
async function runJoined(context: RevisionContext, steps: readonly Recorded[], checks: RowChecks): Promise<void> {
  const { db, signal, report } = context;
  signal?.throwIfAborted();
  refuseStray(context);
  const parts = listParts(steps);
  const statements = parts.map(({ sql }) => sql);
  if (steps.some(({ operation }) => needsChecks(operation))) await checks.check();
  for (const statement of statements) report({ statement });
  const completed = db.countStatements?.();
  try {
    await db.query(joinStatements(statements));
  } catch (error) {
    const failed = findFailed(parts, completed?.() ?? 0, error);
    throw failed === undefined ? error : explainFailure(context, error, failed.sql, failed.step);
  }
}

/** The last statement that a step sent. */
interface Sent {
  sql?: string;
}

/** The connection as a step sees it: it reports each statement, and checks pending rows before queries of code. */
function createReportingDatabase(context: RevisionContext, step: Recorded, sent: Sent, checks?: RowChecks): Database {
  const { db, report } = context;
  const isCode = step.operation.run !== undefined;
  const findTurn = isCode && checks !== undefined ? queueBehindChecks(checks) : () => undefined;
  const note = (statement: string) => {
    sent.sql = statement;
    report({ statement });
  };
  return {
    ...db,
    query: async <R extends Row>(sql: string, values?: readonly unknown[]) => {
      const turn = findTurn(sql);
      if (turn !== undefined) await turn;
      note(sql);
      if (isCode && leavesRows(sql)) checks?.wait(step, sql);
      return await db.query<R>(sql, values);
    },
    read: (sql) => {
      note(sql);
      return db.read(sql);
    },
    readOne: (sql) => {
      note(sql);
      return db.readOne(sql);
    },
  };
}

/** Converts a value to text as in a script: `pg` would write a date in the time zone of this process. */
function convertValue(value: unknown): unknown {
  return ArrayBuffer.isView(value) ? value : parameterText(value);
}

async function runCode(context: RevisionContext, step: Recorded, db: Database, number: number): Promise<void> {
  const own = createStepDatabase(db, (late) => void context.stray.push(late));
  const run = step.operation.run?.(own, await createBatches(context, step, number));
  await run?.catch(async (error: unknown) => {
    await own.end().catch(() => undefined);
    throw error;
  });
  await own.end();
}

/** Each batch writes its position to the log in its own transaction, so no batch is done twice. */
async function createBatches(context: RevisionContext, recorded: Recorded, step: number): Promise<Batches> {
  const { db, server, state, direction, loaded, signal, stop, report } = context;
  // Only a step outside a transaction works in batches. Reading the journal would change the search path of a transaction.
  const { batch } = db.inTransaction?.() ? {} : await readJournal(context);
  const note = { action: "batch", revision: loaded.revision.id, direction, step } as const;
  const attempt = (work: () => Promise<string>) =>
    runInTransaction(db, settingsSql(context), async () => {
      signal?.throwIfAborted();
      stop?.throwIfAborted();
      const transaction = await readTransaction(db, searchPathSql(server));
      const isSame = db.watchTransaction?.();
      const position = await work();
      await refuseEnded(context, transaction, recorded, isSame);
      await db.query([setLocalSql(OWN_PATH), logSql(state, { ...note, position })].join("; "));
    });
  return {
    ...(batch?.step === step && { position: batch.position }),
    batch: (work) => retry(context, () => attempt(work)),
    progress: (rows, ofRows) => report({ rows, ...dropUndefined({ ofRows }) }),
  };
}

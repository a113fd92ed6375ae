import { runInTransaction } from "../connection/transaction.ts";
import { type Database, OWN_PATH, PINNED_SETTINGS, type Row, setLocalSql } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { parameterText } from "../kinds/values.ts";
import { maskSecrets, shortStatement } from "../printable.ts";
import { searchPathSql } from "../read/server-info.ts";
import type { Recorded } from "../revision/op.ts";
import type { Batches } from "../schema/operation.ts";
import { logSql } from "../state/state.ts";
import type { RevisionContext } from "./context.ts";
import { CHECK_ROWS, leavesChecks, leavesRows, letsRowsWait, needsChecks } from "./deferred.ts";
import { readJournal } from "./journal.ts";
import { settingsSql } from "./limits.ts";
import { retry } from "./retry.ts";
import { readTransaction, refuseEnded } from "./same-transaction.ts";
import { needsSeveralTransactions } from "./segments.ts";
import { createStepDatabase, refuseStray } from "./stray.ts";

/** PostgreSQL's codes for what is there already: a table, a type or constraint, a column, a schema. */
const THERE_ALREADY = ["42P07", "42710", "42701", "42P06", "42723"];
/** PostgreSQL's code for what something else depends on; its hint is to drop that too, which loses it. */
const DEPENDENTS = "2BP01";
/** PostgreSQL's code for a table with checks of rows that are pending, among others. */
const IN_USE = "55006";

/** Checks rows in the transaction that is open before they would be in the way; see {@link CHECK_ROWS}. */
interface RowChecks {
  /** Checks the rows that wait. @throws RemodelError `REVISION_FAILED` with the statement that wrote last */
  readonly check: () => Promise<void>;
  /** Whether rows may wait. */
  readonly waiting: () => boolean;
  /** Notes that rows may wait since a statement. */
  readonly wait: (step: Recorded, sql: string) => void;
}

/** For the operations of one revision in one transaction. */
function createRowChecks(context: RevisionContext): RowChecks {
  let last: { readonly step: Recorded; readonly sql: string } | undefined;
  return {
    waiting: () => last !== undefined,
    wait: (step, sql) => {
      last = { step, sql };
    },
    check: async () => {
      if (last === undefined) return;
      const { step, sql } = last;
      last = undefined;
      context.report({ statement: CHECK_ROWS[0]! });
      await context.db.query(CHECK_ROWS.join("; ")).catch((error: unknown) => {
        throw explainFailure(context, error, sql, context.loaded.findLine(step.stack));
      });
    },
  };
}

/** What is left of a revision that did not come to its end. */
export function describeWhatRemains({ loaded, direction, single, half }: RevisionContext): string {
  if (single) return "was rolled back together with the whole run (--single-transaction)";
  return half !== undefined || needsSeveralTransactions(loaded, direction)
    ? "has steps outside a transaction. The steps before this one remain applied, and the next run continues here"
    : "was rolled back. The revisions before it remain applied";
}

/** The operations of a revision that share a transaction, each with its number in the revision. */
export type Numbered = readonly (readonly [number: number, step: Recorded])[];

/**
 * Runs operations in the transaction that is open, under the search path of the project; our own statements come before
 * and after. SQL and code of a revision may change the path for the SQL behind them, as a dump does; the other
 * operations always have the project's.
 */
export async function runSteps(context: RevisionContext, steps: Numbered): Promise<void> {
  const { db, server } = context;
  const projects = `${setLocalSql(PINNED_SETTINGS)}; ${searchPathSql(server)}`;
  const mayChange = ({ operation }: Recorded) => operation.custom !== undefined;
  const transaction = await readTransaction(db);
  const checks = createRowChecks(context);
  let known = false;
  for (const [at, [number, step]] of steps.entries()) {
    const free = mayChange(step) && at > 0;
    if (!known && !free) await db.query(projects);
    await runStep(context, step, number, checks);
    await refuseEnded(context, transaction, step);
    known = !mayChange(step);
  }
  await checks.check();
  // A path that a step set for the whole session would outlive the transaction.
  if (steps.length > 0) await db.query(`RESET search_path; ${setLocalSql({ ...PINNED_SETTINGS, ...OWN_PATH })}`);
}

/**
 * Runs one operation.
 * @param number which of the revision's operations it is; 1 for the first
 * @param checks of the transaction that it shares with others
 * @throws RemodelError `REVISION_FAILED` with file, line and SQL
 */
export async function runStep(
  context: RevisionContext,
  step: Recorded,
  number: number,
  checks?: RowChecks,
): Promise<void> {
  const { operation, stack } = step;
  const { db, loaded, signal, report } = context;
  signal?.throwIfAborted();
  refuseStray(context);
  let current: string | undefined;
  const note = (statement: string) => {
    current = statement;
    report({ statement });
  };
  const turnOf = operation.run && checks ? queueBehindChecks(checks) : () => undefined;
  const noted: Database = {
    ...db,
    query: async <R extends Row>(sql: string, values?: readonly unknown[]) => {
      const before = turnOf(sql);
      if (before !== undefined) await before;
      note(sql);
      if (operation.run && leavesRows(sql)) checks?.wait(step, sql);
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
  try {
    if (needsChecks(operation)) await checks?.check();
    if (operation.run) await runCode(context, step, noted, number);
    else for (const sql of operation.sql) await noted.query(sql, operation.values?.map(convertValue));
    if (leavesChecks(operation)) checks?.wait(step, current ?? "");
    refuseStray(context);
  } catch (error) {
    throw explainFailure(context, error, current, loaded.findLine(stack));
  }
}

/** What a query of code has to wait for: the check before it, or before one that was made earlier, so that all keep their order. */
function queueBehindChecks(checks: RowChecks): (sql: string) => Promise<unknown> | undefined {
  let turn: Promise<unknown> | undefined;
  return (sql) => {
    if (letsRowsWait(sql) || !checks.waiting()) return turn;
    const checked = (turn ?? Promise.resolve()).then(checks.check);
    turn = checked.catch(() => undefined);
    return checked;
  };
}

/** As in a script: `pg` would write a date in the time zone of this process. */
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

/** The position is noted in the transaction of its batch, so that no batch is ever done twice. */
async function createBatches(context: RevisionContext, recorded: Recorded, step: number): Promise<Batches> {
  const { db, server, state, direction, loaded, signal, report } = context;
  // Only a step outside a transaction works in batches; in one, the search path is the revision's now.
  const { batch } = db.inTransaction?.() ? {} : await readJournal(context);
  const note = { action: "batch", revision: loaded.revision.id, direction, step } as const;
  const attempt = (work: () => Promise<string>) =>
    runInTransaction(db, settingsSql(context), async () => {
      signal?.throwIfAborted();
      const transaction = await readTransaction(db);
      await db.query(searchPathSql(server));
      const position = await work();
      await refuseEnded(context, transaction, recorded);
      await db.query(setLocalSql(OWN_PATH));
      await db.query(logSql(state, { ...note, position }));
    });
  return {
    ...(batch?.step === step && { position: batch.position }),
    batch: (work) => retry(context, () => attempt(work)),
    progress: (rows, ofRows) => report({ rows, ...(ofRows !== undefined && { ofRows }) }),
  };
}

function explainFailure(context: RevisionContext, error: unknown, sql: string | undefined, line?: number): unknown {
  const { code, message, detail, hint } = error as { code?: string; message: string; detail?: string; hint?: string };
  const { id, file } = context.loaded.revision;
  if (error instanceof RemodelError && error.code !== "OPERATION_INVALID") return error;
  const where = line === undefined ? file : `${file}:${line}`;
  const refused = sql !== undefined && /^[0-9A-Z]{5}$/.test(code ?? "") ? maskSecrets(sql) : undefined;
  const lines = refused && shortStatement(refused).split("\n").join("\n  ");
  const advice = hint && code !== DEPENDENTS ? `PostgreSQL's hint: ${hint}` : undefined;
  const text = [`${where}: ${message}`, detail && shortStatement(detail), advice, lines && `  ${lines}`];
  return new RemodelError(
    error instanceof RemodelError ? error.code : "REVISION_FAILED",
    text.filter(Boolean).join("\n"),
    {
      cause: error,
      hint: `Revision ${id} ${describeWhatRemains(context)}. ${suggestNextStep(code, id)}`,
      details: {
        revision: id,
        file,
        ...(line !== undefined && { line }),
        ...(refused !== undefined && { sql: refused }),
        ...(code !== undefined && { code }),
      },
    },
  );
}

function suggestNextStep(code: string | undefined, id: string): string {
  if (THERE_ALREADY.includes(code ?? ""))
    return `If the database already has everything that this revision creates, run: remodel stamp ${id}`;
  if (code === DEPENDENTS)
    return "In the revision, drop or change the dependent objects before this step and recreate them after it. Then run the command again.";
  if (code === IN_USE)
    return 'If deferred constraints are still unchecked, add op.sql("SET CONSTRAINTS ALL IMMEDIATE") before it. Then run the command again.';
  return "Correct it and run the command again.";
}

import type { Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { searchPathSql } from "../read/catalog.ts";
import type { Recorded } from "../revision/op.ts";
import type { Batches } from "../schema/operation.ts";
import type { Connection } from "./connect.ts";
import type { LoadedRevision } from "./revisions.ts";
import type { Session } from "./session.ts";
import { batchPosition, loggedSql } from "./state.ts";

/** Which way a run goes. */
export type Direction = "upgrade" | "downgrade";

/** A revision on its way. */
export interface Context {
  readonly session: Session;
  readonly db: Connection;
  readonly direction: Direction;
  readonly loaded: LoadedRevision;
  readonly started: number;
  readonly signal: AbortSignal | undefined;
  readonly progress: Batches["progress"];
}

/** PostgreSQL's codes for a lock that was not to be had in time, and for a deadlock. */
const TRY_AGAIN = ["55P03", "40P01"];
const LONGEST_PAUSE_MS = 5000;
const LONGEST_SHOWN = 40;

/** What is left of a revision that did not come to its end. */
export function leftBehind(loaded: LoadedRevision, direction: Direction): string {
  return segmentsOf(loaded, direction).length > 1
    ? "has steps outside a transaction, of which those before stay; the next run goes on where this one stopped"
    : "was rolled back as a whole; the revisions before it stay";
}

/** A run of operations that share a transaction, or one operation that allows none. */
export interface Segment {
  readonly transaction: boolean;
  readonly steps: readonly Recorded[];
  /** How many operations of the revision are done after it. */
  readonly end: number;
}

/** The operations of a revision, by what may share a transaction; the last one takes the revision's row. */
export function segmentsOf(loaded: LoadedRevision, direction: Direction): readonly Segment[] {
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

/** What holds for a transaction. */
export async function settingsSql({ session: { settings, place }, loaded }: Context): Promise<readonly string[]> {
  const { version, schema } = await place();
  const { lockTimeout, statementTimeout } = { ...settings, ...loaded.timeouts };
  return [
    `SET LOCAL lock_timeout = ${lockTimeout}`,
    `SET LOCAL statement_timeout = ${statementTimeout}`,
    ...(version >= 140000 ? ["SET LOCAL idle_in_transaction_session_timeout = 0"] : []),
    searchPathSql(schema),
  ];
}

/** A concurrent build waits for every older transaction: it fails under a short timeout and leaves its index invalid. */
export async function outsideSettingsSql({
  session: { settings, place },
  loaded,
}: Context): Promise<readonly string[]> {
  const { lockTimeout = 0, statementTimeout = settings.statementTimeout } = loaded.timeouts;
  return [
    searchPathSql((await place()).schema).replace("SET LOCAL", "SET"),
    `SET lock_timeout = ${lockTimeout}`,
    `SET statement_timeout = ${statementTimeout}`,
  ];
}

/**
 * Runs one operation.
 * @param number which of the revision's operations it is; 1 for the first
 * @throws RemodelError `REVISION_FAILED` with file, line and SQL
 */
export async function runStep(context: Context, { operation, stack }: Recorded, number: number): Promise<void> {
  const { db, loaded, signal } = context;
  signal?.throwIfAborted();
  let current: string | undefined;
  const noted: Database = {
    query: (sql, values) => {
      current = sql;
      return db.query(sql, values);
    },
    read: (sql) => {
      current = sql;
      return db.read(sql);
    },
  };
  try {
    if (operation.run) await operation.run(noted, await batchesOf(context, number));
    else for (const sql of operation.sql) await noted.query(sql, operation.values);
  } catch (error) {
    throw failure(context, error, current, loaded.lineOf(stack));
  }
}

/** The position is noted in the transaction of its batch, so that no batch is ever done twice. */
async function batchesOf(context: Context, step: number): Promise<Batches> {
  const { session, db, direction, loaded, progress } = context;
  const { stateTable } = session.settings;
  const note = { action: "batch", revision: loaded.revision.id, direction, step } as const;
  const position = await batchPosition(db, stateTable, note);
  const attempt = async (work: () => Promise<string>): Promise<true> => {
    context.signal?.throwIfAborted();
    await db.query("BEGIN");
    try {
      await db.query((await settingsSql(context)).join("; "));
      const position = await work();
      await db.query(loggedSql(stateTable, { ...note, position }));
      await db.query("COMMIT");
      return true;
    } catch (error) {
      await db.query("ROLLBACK").catch(() => undefined);
      throw error;
    }
  };
  return {
    ...(position !== undefined && { position }),
    batch: async (work) => void (await retried(context, () => attempt(work))),
    progress,
  };
}

function failure({ loaded, direction }: Context, error: unknown, sql: string | undefined, line?: number): unknown {
  const { code, message, detail, hint } = error as { code?: string; message: string; detail?: string; hint?: string };
  const { id, file } = loaded.revision;
  if (error instanceof RemodelError && error.code !== "OPERATION_INVALID") return error;
  const where = line === undefined ? file : `${file}:${line}`;
  const refused = /^[0-9A-Z]{5}$/.test(code ?? "") ? sql : undefined;
  const text = [`${where}: ${message}`, detail, refused && `  ${beginning(refused).join("\n  ")}`];
  return new RemodelError(
    error instanceof RemodelError ? error.code : "REVISION_FAILED",
    text.filter(Boolean).join("\n"),
    {
      cause: error,
      hint: hint ?? `Revision ${id} ${leftBehind(loaded, direction)}. Correct it and run the command again.`,
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

/** As much of a statement as a message has room for; the details have all of it. */
function beginning(sql: string): readonly string[] {
  const lines = sql.split("\n");
  return lines.length <= LONGEST_SHOWN ? lines : [...lines.slice(0, 3), `… ${lines.length - 3} more lines`];
}

/** Tries a transaction again when a lock was not to be had, after a pause that grows and varies. */
export async function retried(context: Context, attempt: () => Promise<boolean>): Promise<boolean> {
  const { lockRetries, lockTimeout } = { ...context.session.settings, ...context.loaded.timeouts };
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
            hint: "Run it again at a quieter hour, or raise lockTimeout in defineConfig or in the revision.",
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

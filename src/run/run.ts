import { noteSchema } from "../compare/drift.ts";
import type { Limits } from "../config.ts";
import { cancelOnAbort } from "../connection/cancel.ts";
import type { Connection } from "../connection/connect.ts";
import { RemodelError } from "../errors.ts";
import { metadataTablesOf } from "../kinds/typeorm-metadata.ts";
import { findOwnTables, refuseProblem } from "../read/own-table.ts";
import { missingSchema, type ServerInfo } from "../read/server-info.ts";
import { parseName } from "../sql.ts";
import {
  createsSchema,
  type LoadedRevision,
  loadRevisions,
  refuseIrreversible,
  refuseUnfinished,
} from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import type { AppliedRevision, Direction, Planning, Progress, RevisionContext, RunContext } from "./context.ts";
import { prepareWaiting } from "./hold-lock.ts";
import { writeNote } from "./journal.ts";
import { refuseOtherSchema, runInSeveralTransactions } from "./multi-transaction.ts";
import { addHalfApplied, planNow } from "./replan.ts";
import { needsSeveralTransactions } from "./segments.ts";
import { runInOneTransaction } from "./single-transaction.ts";
import { describeWhatRemains } from "./steps.ts";
import { refuseStray } from "./stray.ts";
import { limitToUndo } from "./take-back.ts";

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
  readonly revisions: readonly AppliedRevision[];
  /** Why the schema could not be noted, so that nothing is known of drift from now on. */
  readonly unnoted?: string;
}

/**
 * Carries the database up to a target.
 * @param session the project and the database
 * @param target a name of a revision, see `resolve`
 * @throws RemodelError `REVISION_UNFINISHED` before anything is run; `REVISION_FAILED`, `LOCK_TIMEOUT`, `LOCK_LOST`, `CANCELLED`
 */
export function upgrade(session: Session, target = "heads", options: RunOptions = {}): Promise<RunResult> {
  return run({ session, direction: "upgrade", target, withDependents: false }, options);
}

/**
 * Takes the database back down to a target.
 * @param session the project and the database
 * @param target a name of a revision, see `resolve`
 * @throws RemodelError as {@link upgrade}
 */
export function downgrade(session: Session, target: string, options: RunOptions = {}): Promise<RunResult> {
  const { withDependents = false } = options;
  return run({ session, direction: "downgrade", target, withDependents }, options);
}

async function run(
  planning: Planning,
  { onProgress, signal, withDependents: _, singleTransaction: single = false, ...limits }: RunOptions,
): Promise<RunResult> {
  const { session, direction } = planning;
  session.graph();
  const db = await session.connection();
  const server = await session.server();
  const { state: found, plan } = await planNow(planning);
  const loaded = await loadRevisions(session.loader, plan);
  refuseUnfinished(loaded);
  refuseIrreversible(loaded, direction);
  if (loaded.length === 0) return { direction, revisions: [] };
  if (server.missing) refuseMissing(server, loaded);
  await refuseMetadata(db, server, loaded, direction);
  const done: AppliedRevision[] = [];
  const shared = { session, db, server, state: await session.state(), direction, limits, single, signal, planning };
  const run: RunContext = { ...shared, planned: plan, appliedBefore: found.applied, done, stray: [] };
  const known = buildContexts(run, loaded, onProgress).map((context) => addHalfApplied(context, found.half));
  for (const context of known) await limitToUndo(context);
  if (single) refuseSeveralTransactions(known);
  let unnoted: string | undefined;
  const cancelling = cancelOnAbort(db, signal);
  try {
    const apart = known.find(takesSeveralTransactions);
    if (apart !== undefined) await refuseOtherSchema(apart);
    const first = known[0] as RevisionContext;
    const state = await session.ensureState(prepareWaiting(first));
    const contexts = known.map((context) => ({ ...context, state }));
    for (const group of single ? [contexts] : contexts.map((context) => [context]))
      done.push(...(await runGroup(group)));
    for (const context of contexts) refuseStray(context);
  } finally {
    cancelling.end();
    if (done.length > 0) unnoted = await noteSchema(session);
  }
  return { direction, revisions: done, ...(unnoted !== undefined && { unnoted }) };
}

/** Whether a revision takes several transactions, or some of it is done already. */
function takesSeveralTransactions({ loaded, direction, half }: RevisionContext): boolean {
  return half !== undefined || needsSeveralTransactions(loaded, direction);
}

/**
 * Refuses a schema that does not exist, unless the run creates it: PostgreSQL would create everything in the next schema of
 * the search path.
 */
function refuseMissing({ schema }: ServerInfo, loaded: readonly LoadedRevision[]): void {
  if (loaded.some((one) => createsSchema(one, schema))) return;
  throw missingSchema(schema);
}

/** Refuses tables of TypeORM's that the run would write, if they would run something of somebody else. */
async function refuseMetadata(
  db: Connection,
  server: ServerInfo,
  loaded: readonly LoadedRevision[],
  direction: Direction,
): Promise<void> {
  const calls = loaded.flatMap((one) => one[direction].map(({ operation }) => operation));
  for (const text of metadataTablesOf(calls)) {
    const { schema = server.schema, name } = parseName(text);
    for (const found of await findOwnTables(db, [schema], [name])) refuseProblem(found);
  }
}

function buildContexts(
  run: RunContext,
  loaded: readonly LoadedRevision[],
  onProgress: RunOptions["onProgress"],
): readonly RevisionContext[] {
  return loaded.map((one, at) => {
    const about = { direction: run.direction, revision: one.revision, number: at + 1, of: loaded.length };
    return { ...run, loaded: one, report: (what) => onProgress?.({ ...about, ...what }) };
  });
}

/** Revisions that share a transaction, or one revision. */
async function runGroup(group: readonly RevisionContext[]): Promise<readonly AppliedRevision[]> {
  const [first] = group as readonly [RevisionContext];
  try {
    const done = takesSeveralTransactions(first)
      ? await runInSeveralTransactions(first)
      : await runInOneTransaction(group);
    for (const { loaded, report } of group) {
      const own = done.find(({ revision }) => revision.id === loaded.revision.id);
      report(own === undefined ? { done: "waited" } : { done: "applied", durationMs: own.durationMs });
    }
    return done;
  } catch (error) {
    await noteCommitted(group, error);
    throw first.signal?.aborted ? cancelledError(first, error) : error;
  }
}

/** What a COMMIT of a step's own has left behind is half of a revision, and a later run has to know it. */
async function noteCommitted(group: readonly RevisionContext[], error: unknown): Promise<void> {
  if (!(error instanceof RemodelError) || error.code !== "TRANSACTION_ENDED") return;
  const { revision, operation, done } = error.details as { revision: string; operation?: number; done?: number };
  const context = group.find(({ loaded }) => loaded.revision.id === revision);
  if (context === undefined || operation === undefined || done === undefined) return;
  if (done > 0) await writeNote(context, "step", done);
  if (done < operation) await writeNote(context, "begin", operation);
}

function cancelledError(context: RevisionContext, cause: unknown): RemodelError {
  const { id } = context.loaded.revision;
  const isLost = cause instanceof RemodelError && cause.code === "DATABASE_LOST";
  const left = isLost ? "was running when the connection was lost" : describeWhatRemains(context);
  return new RemodelError("CANCELLED", `Cancelled: ${context.direction} of ${id} ${left}.`, {
    hint: isLost
      ? "To see what is applied, run: remodel current. To continue, run the command again."
      : "To continue, run the command again.",
    details: { revision: id },
    cause,
  });
}

/** Refuses what no one transaction can do, before anything is run. */
function refuseSeveralTransactions(contexts: readonly RevisionContext[]): void {
  const apart = contexts.filter(takesSeveralTransactions).map(({ loaded }) => loaded);
  if (apart.length === 0) return;
  const lines = apart.map(({ revision: { id, file, message } }) => `  ${id}  ${message}  ${file}`);
  throw new RemodelError(
    "USAGE",
    `This run cannot be one transaction, so nothing was run. These revisions have steps outside a transaction:\n${lines.join("\n")}`,
    {
      hint: "Leave out --single-transaction, or run the revisions before these first.",
      details: { revisions: apart.map(({ revision }) => revision.id) },
    },
  );
}

import { noteSchema, noteUnsaved } from "../compare/drift.ts";
import type { Limits } from "../config.ts";
import { cancelOnAbort } from "../connection/cancel.ts";
import type { Connection } from "../connection/connect.ts";
import { ignoreUnlessCancelled, RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { findMetadataTables } from "../kinds/typeorm-metadata.ts";
import { findOwnTables, refuseProblem } from "../read/own-table.ts";
import { missingSchema, refuseStandby, type ServerInfo } from "../read/server-info.ts";
import { parseName } from "../sql.ts";
import type { State } from "../state/half-applied.ts";
import { createsSchema, type LoadedRevision, refuseIrreversible, refuseUnfinished } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { timed } from "../timings.ts";
import { cancelledError, isStopped, refuseCancelled } from "./cancelled.ts";
import type {
  AppliedRevision,
  Direction,
  Planning,
  Progress,
  RevisionContext,
  RunContext,
  RunObserver,
} from "./context.ts";
import { prepareWaiting } from "./hold-lock.ts";
import { callHook, type UpgradeHooks } from "./hooks.ts";
import { writeNote } from "./journal.ts";
import { readClientCheck } from "./limits.ts";
import { loadPlan } from "./load-plan.ts";
import { refusePooler, runInSeveralTransactions } from "./multi-transaction.ts";
import { addHalfApplied, planNow } from "./replan.ts";
import { addRowsInTheWay } from "./rows-in-the-way.ts";
import { hasStepsOutside, needsSeveralTransactions } from "./segments.ts";
import { runInOneTransaction } from "./single-transaction.ts";
import { refuseStray } from "./stray.ts";
import { limitToUndo } from "./take-back.ts";

/** Options of one run. The limits override those of the revisions and of the configuration. */
export interface RunOptions extends Partial<Limits> {
  readonly onProgress?: (progress: Progress) => void;
  /** Called with the revisions of the plan, in order, once it is known that they can be run. Nothing is run yet. */
  readonly onPlan?: (revisions: readonly LoadedRevision[]) => Promise<void>;
  /** Aborted by Ctrl-C: the running statement is cancelled and its revision rolled back. */
  readonly signal?: AbortSignal;
  /** Aborted: the running transaction ends, and no further one begins. */
  readonly stop?: AbortSignal;
  /** Also downgrade the revisions of other branches that depend on these. */
  readonly withDependents?: boolean;
  /** All revisions of the run in one transaction: all of them, or none. */
  readonly singleTransaction?: boolean;
  readonly observer?: RunObserver;
  /** Called around an upgrade that has something to apply. */
  readonly hooks?: UpgradeHooks;
}

/** What a run did. */
export interface RunResult {
  readonly direction: Direction;
  /** The revisions that this run applied or undid, in order. */
  readonly revisions: readonly AppliedRevision[];
  /** Why the schema could not be saved. Drift is unknown then. */
  readonly unnoted?: string;
}

/**
 * Upgrades the database to a target.
 * @param session the project and the database
 * @param target a name of a revision, see `resolveName`
 * @throws RemodelError `REVISION_UNFINISHED` before anything is run; `REVISION_FAILED`, `LOCK_TIMEOUT`, `LOCK_LOST`, `CANCELLED`
 */
export function upgrade(session: Session, target = "heads", options: RunOptions = {}): Promise<RunResult> {
  return run({ session, direction: "upgrade", target, withDependents: false }, options);
}

/**
 * Downgrades the database to a target.
 * @param session the project and the database
 * @param target a name of a revision, see `resolveName`
 * @throws RemodelError as {@link upgrade}
 */
export function downgrade(session: Session, target: string, options: RunOptions = {}): Promise<RunResult> {
  const { withDependents = false } = options;
  return run({ session, direction: "downgrade", target, withDependents }, options);
}

async function run(planning: Planning, { onPlan, hooks: given, ...options }: RunOptions): Promise<RunResult> {
  const { session, direction } = planning;
  const hooks = direction === "upgrade" ? given : undefined;
  const done: AppliedRevision[] = [];
  const contexts = await prepareRun(planning, options, done);
  if (contexts.length === 0) return { direction, revisions: [] };
  refuseCancelled(direction, options.signal);
  await onPlan?.(contexts.map(({ loaded }) => loaded));
  if (hooks !== undefined)
    await callHook(
      "beforeUpgrade",
      hooks,
      session,
      contexts.map(({ loaded }) => loaded.revision),
    );
  let unnoted: string | undefined;
  const cancelling = cancelOnAbort(await session.connection(), options.signal);
  try {
    await runContexts(contexts, done);
  } finally {
    cancelling.end();
    if (done.length > 0) unnoted = await note(session, options.observer);
  }
  const applied = done.map(({ revision }) => revision);
  if (hooks !== undefined && applied.length > 0) await callHook("afterUpgrade", hooks, session, applied);
  return { direction, revisions: done, ...dropUndefined({ unnoted }) };
}

/** @returns why the schema could not be saved */
async function note(session: Session, observer: RunObserver | undefined): Promise<string | undefined> {
  const { schema, unnoted } = await noteSchema(session);
  if (schema !== undefined) observer?.noted?.(schema);
  return unnoted;
}

/**
 * Reads the models, which a run needs when it saves the schema, before code of revisions runs: what such code has done cannot
 * be in what is kept of them. Why they cannot be read is said when they are needed.
 */
async function readModelsFirst(session: Session): Promise<void> {
  if (!session.runsWithoutModels) await session.models().catch(ignoreUnlessCancelled);
}

/**
 * Makes the plan, and refuses it if it cannot be run. Nothing is run yet.
 * @param done where the run notes what it has done
 * @returns the revisions of the plan
 */
async function prepareRun(
  planning: Planning,
  { onProgress, signal, stop, observer, withDependents: _, singleTransaction: single = false, ...limits }: RunOptions,
  done: readonly AppliedRevision[],
): Promise<readonly RevisionContext[]> {
  const { session, direction } = planning;
  session.graph();
  const db = await session.connection();
  const server = await session.server();
  const { state: found, plan } = await planNow(planning);
  if (plan.length > 0) await readModelsFirst(session);
  const loaded = await loadPlan(session, plan);
  refuseUnfinished(loaded);
  refuseIrreversible(loaded, direction);
  if (loaded.length === 0) return await prepareNothing(session, direction, found);
  refuseStandby(server);
  if (server.missing) refuseMissing(server, loaded);
  await refuseMetadata(db, server, loaded, direction);
  const shared = {
    session,
    db,
    server,
    checksClient: await readClientCheck(db, server),
    state: await session.state(),
    direction,
    limits,
    single,
    signal,
    stop,
    ...dropUndefined({ observer }),
    planning,
  };
  const run: RunContext = { ...shared, planned: plan, appliedBefore: found.applied, done, seen: {}, stray: [] };
  const contexts = buildContexts(run, loaded, onProgress).map((context) => addHalfApplied(context, found.half));
  for (const context of contexts) await limitToUndo(context);
  if (single) refuseSeveralTransactions(contexts);
  return contexts;
}

async function prepareNothing(session: Session, direction: Direction, state: State): Promise<readonly []> {
  if (direction === "upgrade") await noteUnsaved(session, state);
  return [];
}

async function runContexts(prepared: readonly RevisionContext[], done: AppliedRevision[]): Promise<void> {
  const [first] = prepared;
  if (first === undefined) return;
  const several = prepared.filter(takesSeveralTransactions);
  const isApart = ({ loaded, direction, half }: RevisionContext) =>
    half !== undefined || hasStepsOutside(loaded, direction);
  if (several[0] !== undefined) await refusePooler(several[0], several.some(isApart));
  const state = await first.session.ensureState(prepareWaiting(first)).catch((error: unknown) => {
    refuseCancelled(first.direction, first.signal, error);
    throw error;
  });
  const contexts = prepared.map((context) => ({ ...context, state }));
  const groups = first.single ? [contexts] : contexts.map((context) => [context]);
  for (const group of groups) done.push(...(await timed("statements", () => runGroup(group))));
  for (const context of contexts) refuseStray(context);
}

/** Whether a revision needs several transactions, or an earlier run has done a part of it. */
function takesSeveralTransactions({ loaded, direction, half }: RevisionContext): boolean {
  return half !== undefined || needsSeveralTransactions(loaded, direction);
}

/**
 * Refuses a schema that does not exist and that the run does not create: PostgreSQL would create everything in the next
 * schema of the search path.
 */
function refuseMissing(server: ServerInfo, loaded: readonly LoadedRevision[]): void {
  if (loaded.some((one) => createsSchema(one, server.schema))) return;
  throw missingSchema(server);
}

/** Refuses to write tables of TypeORM that would run code of another role. */
async function refuseMetadata(
  db: Connection,
  server: ServerInfo,
  loaded: readonly LoadedRevision[],
  direction: Direction,
): Promise<void> {
  const calls = loaded.flatMap((one) => one[direction].map(({ operation }) => operation));
  for (const text of findMetadataTables(calls)) {
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

/** Runs revisions that share a transaction, or one revision. */
async function runGroup(group: readonly RevisionContext[]): Promise<readonly AppliedRevision[]> {
  const [first] = group;
  if (first === undefined) return [];
  try {
    first.stop?.throwIfAborted();
    const isSeveral = takesSeveralTransactions(first);
    const done = isSeveral ? await runInSeveralTransactions(first) : await runInOneTransaction(group);
    for (const { loaded, report } of group) {
      const own = done.find(({ revision }) => revision.id === loaded.revision.id);
      report(own === undefined ? { done: "waited" } : { done: "applied", durationMs: own.durationMs });
    }
    return done;
  } catch (error) {
    await writeCommittedNotes(group, error);
    if (first.signal?.aborted || isStopped(error, first.stop)) throw cancelledError(first, error);
    throw await addRowsInTheWay(group, error);
  }
}

/** Writes to the log how far a revision came whose step ended the transaction with COMMIT: it is half applied then. */
async function writeCommittedNotes(group: readonly RevisionContext[], error: unknown): Promise<void> {
  if (!(error instanceof RemodelError) || error.code !== "TRANSACTION_ENDED") return;
  const { revision, operation, done } = error.details ?? {};
  const context = group.find(({ loaded }) => loaded.revision.id === revision);
  if (context === undefined || typeof operation !== "number" || typeof done !== "number") return;
  if (done > 0) await writeNote(context, "step", done);
  if (done < operation) await writeNote(context, "begin", operation);
}

/** Refuses, before anything is run, `singleTransaction` for revisions that need several transactions. */
function refuseSeveralTransactions(contexts: readonly RevisionContext[]): void {
  const apart = contexts.filter(takesSeveralTransactions).map(({ loaded }) => loaded);
  if (apart.length === 0) return;
  const lines = apart.map(({ revision: { id, file, message } }) => `  ${id}  ${message}  ${file}`);
  throw new RemodelError(
    "USAGE",
    `This run cannot be one transaction, so nothing was run. These revisions need several:\n${lines.join("\n")}`,
    {
      hint: "Leave out --single-transaction, or run the revisions before these first.",
      details: { revisions: apart.map(({ revision }) => revision.id) },
    },
  );
}

import { stamp } from "../author/stamp.ts";
import { compareSaved } from "../compare/drift.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { currentHeads } from "../history/current.ts";
import { ancestors } from "../history/graph.ts";
import { missingSchema } from "../read/server-info.ts";
import { readWholeState } from "../state/half-applied.ts";
import type { Session } from "../state/session.ts";
import { firstOf, listDrift } from "./drift-text.ts";
import { classifyFailure } from "./failure.ts";
import type { JournalWriter } from "./journal.ts";
import type { TenantAttempt, TenantJob, TenantLine } from "./line.ts";
import type { Fleet } from "./open.ts";
import { CLOCK, choosePause, RETRIES } from "./pace.ts";
import {
  buildReferences,
  type FindReference,
  readReference,
  readWholeReference,
  type StampReference,
  type WholeReference,
} from "./references.ts";
import { type EndedTenant, listEnded, type RunReport } from "./report.ts";
import { createJob, endTenant } from "./run-fleet.ts";
import { chooseOutcome } from "./run-outcome.ts";
import { runWave } from "./run-wave.ts";
import { resolveFleetTarget } from "./status.ts";
import type { TenantOfWave } from "./tenant.ts";
import { openTenant } from "./tenant-session.ts";
import { NEXT } from "./upgrade-tenant.ts";
import { limitWave } from "./waves.ts";
import { listObjectDifferences, readWholeSchema } from "./whole-schema.ts";

/** How the tenants of a fleet are stamped. */
export interface FleetStampOptions {
  /** The tenant whose live schema the others must have. Default: the history is built in a throwaway. */
  readonly like?: TenantOfWave;
  /** Where the throwaway is created, see `openThrowaway`. Default: on the servers of the tenants. */
  readonly on?: string;
  /** Aborted: no further tenant is stamped. */
  readonly stop: AbortSignal;
  /** Called after each tenant, with how many are done with. */
  readonly onEnd?: (done: number) => void;
  readonly journal?: JournalWriter;
}

/** How long the last look at a tenant waits for another run, in milliseconds, and how long all others do. */
const LOCK_WAIT_MS = 10_000;
const GLANCE_MS = 1;

/**
 * Declares that tenants are at a revision, without running anything, where the fingerprint of the live schema is that of the
 * reference. A tenant that has revisions already is left as it is.
 * @param target a name of a revision that means the same for all tenants
 * @returns the report; tenants with another schema are skipped, with the difference as the reason
 * @throws RemodelError `USAGE`, what `resolveName` throws, and what makes the reference unknown
 */
export async function stampFleet(fleet: Fleet, target: string, options: FleetStampOptions): Promise<RunReport> {
  const { project, waves, tenants } = fleet;
  const { onEnd, like, on, journal = () => undefined } = options;
  const ids = resolveFleetTarget(project, target);
  if (ids.length === 0) throw baseError();
  const limits = limitWave({}, fleet.limits);
  const find = like === undefined ? buildReferences(target, on) : await readLike(fleet, like, ids);
  const broken = new AbortController();
  const stop = AbortSignal.any([options.stop, broken.signal]);
  const work: StampWork = { fleet, ids, timeoutMs: limits.timeoutMs, find, broken };
  const ended = new Map<string, EndedTenant>();
  journal({ event: "run", direction: "stamp", target: ids, tenants: tenants.length });
  const jobs = waves.flatMap(({ wave, tenants }) => tenants.map((tenant) => createJob(tenant, wave.name)));
  const rules = { ...limits, retries: RETRIES, pauseMs: choosePause };
  await runWave<TenantJob, TenantAttempt>(jobs, rules, {
    clock: CLOCK,
    stop,
    causes: new Set(),
    attempt: async (job, { last }) => await stampTenant(work, job, last),
    onEnd: (job, attempt) => {
      const one = endTenant(job, attempt);
      ended.set(job.name, one);
      journal({ event: "done", tenant: job.name, ...describeEnded(one) });
      onEnd?.(ended.size);
    },
    onHalt: () => undefined,
  });
  broken.signal.throwIfAborted();
  const lists = listEnded(
    waves.map(({ wave, tenants }) => ({ name: wave.name, tenants })),
    ended,
  );
  const outcome = chooseOutcome(lists.tenants, options.stop.aborted, false, false);
  journal({ event: "end", outcome });
  return { target: ids, outcome, ...lists };
}

/** How a tenant ended, as the journal has it. */
function describeEnded({ line: { outcome, durationMs, error } }: EndedTenant): object {
  return { outcome, durationMs, ...dropUndefined({ error }) };
}

/** What all tenants of a command have in common. */
interface StampWork {
  readonly fleet: Fleet;
  /** The revisions that the tenants are stamped with. */
  readonly ids: readonly string[];
  readonly timeoutMs: number;
  readonly find: FindReference;
  /** Aborted if the reference cannot be found out: then no tenant can be stamped. */
  readonly broken: AbortController;
}

/** How a tenant ended, without its name and place. */
type Ending = Pick<TenantLine, "outcome" | "from" | "to" | "revisions" | "differences" | "error"> &
  Pick<TenantAttempt, "reason" | "silent"> & { readonly next?: TenantAttempt["next"] };

async function stampTenant(work: StampWork, { name, tenant }: TenantJob, last: boolean): Promise<TenantAttempt> {
  const started = performance.now();
  const { wave, server } = tenant;
  const { reason, silent, next = "ended", ...ending } = await tryTenant(work, tenant, last);
  const line = { name, wave, server, ...ending, durationMs: Math.round(performance.now() - started) };
  return { next, outcome: line.outcome, silent: silent === true, line, ...dropUndefined({ reason }) };
}

async function tryTenant(work: StampWork, tenant: TenantOfWave, last: boolean): Promise<Ending> {
  let session: Session | undefined;
  try {
    session = await openTenant(work.fleet.project, tenant, work.timeoutMs);
    return (await leaveApplied(session, work.ids)) ?? (await stampSession(work, session, tenant, last));
  } catch (thrown) {
    const { class: kind, outcome, error, reason, silent } = classifyFailure(thrown);
    return { next: NEXT[kind], outcome, error, reason, silent };
  } finally {
    await session?.close();
  }
}

/** How a tenant ends that has revisions, also half-applied ones; undefined if it has none. */
async function leaveApplied(session: Session, ids: readonly string[]): Promise<Ending | undefined> {
  const { applied, half } = await readWholeState(await session.connection(), await session.state());
  if (applied.length + half.length === 0) return undefined;
  return describeApplied(
    session,
    applied.map(({ revision }) => revision),
    ids,
  );
}

function describeApplied(session: Session, applied: readonly string[], ids: readonly string[]): Ending {
  const graph = session.graph();
  const current = currentHeads(graph, applied);
  const at = { from: current, to: current };
  const isThere = [...ancestors(graph, ids)].every((id) => applied.includes(id));
  if (isThere) return { outcome: "there", ...at };
  if (applied.length === 0) return { outcome: "skipped", reason: "a revision is half applied" };
  return { outcome: "skipped", reason: `is at ${current.join(", ")} already`, ...at };
}

async function stampSession(work: StampWork, session: Session, tenant: TenantOfWave, last: boolean): Promise<Ending> {
  const server = await session.server();
  if (server.missing) throw missingSchema(server);
  const live = await readReference(session);
  const reference = await work.find(session, tenant).catch((error: unknown) => void work.broken.abort(error));
  if (reference === undefined) return { outcome: "waiting" };
  const difference = await findDifference(reference, live, session);
  if (difference !== undefined) return { outcome: "skipped", ...difference };
  const lockWait = last ? Math.min(session.settings.lockWait || LOCK_WAIT_MS, LOCK_WAIT_MS) : GLANCE_MS;
  const { proved } = reference;
  const { applied } = await stamp(session, work.ids, { onlyEmpty: true, lockWait, ...dropUndefined({ proved }) });
  // Another run may have come first, while this one waited for the lock.
  if (applied.length !== ancestors(session.graph(), work.ids).size) return describeApplied(session, applied, work.ids);
  return { outcome: "stamped", to: currentHeads(session.graph(), applied), revisions: applied };
}

/** How a live database differs from the reference; undefined if it is the same. */
async function findDifference(
  reference: WholeReference,
  live: StampReference,
  session: Session,
): Promise<Pick<Ending, "reason" | "differences"> | undefined> {
  const isSameMajor = live.major === reference.major;
  const isSame = live.fingerprint === reference.fingerprint;
  if (!isSame && !isSameMajor) return { reason: `is on PostgreSQL ${live.major}, the reference on ${reference.major}` };
  const changes = isSame ? [] : compareSaved(reference.schema, live.schema).changes;
  const own = await readWholeSchema(session, reference.whole.others);
  const others = listObjectDifferences(reference.whole, own, { isSameMajor, changes });
  const differences = [...new Set([...listDrift({ changes }), ...others])];
  const reason = firstOf(differences);
  if (reason !== undefined) return { reason, differences };
  return isSame ? undefined : { reason: "only the order of columns, or how a definition is written, differs" };
}

/** The live schema of the tenant that the others must be like. */
async function readLike(fleet: Fleet, like: TenantOfWave, ids: readonly string[]): Promise<FindReference> {
  const session = await openTenant(fleet.project, like, limitWave({}, fleet.limits).timeoutMs);
  try {
    const found = await leaveApplied(session, ids);
    if (found !== undefined && !isAt(found, ids)) throw likeError(like.name, found);
    const server = await session.server();
    if (server.missing) throw missingSchema(server);
    const reference = await readWholeReference(session);
    return async () => reference;
  } finally {
    await session.close();
  }
}

function isAt({ to = [] }: Ending, ids: readonly string[]): boolean {
  return to.length === ids.length && ids.every((id) => to.includes(id));
}

function likeError(name: string, { to = [] }: Ending): RemodelError {
  const place = to.length === 0 ? "has a half-applied revision" : `is at ${to.join(", ")}`;
  return new RemodelError(
    "USAGE",
    `The tenant ${name} ${place}, so tenants with the same schema are not at that revision.`,
    {
      hint: "Name the revision that it is at, or another tenant.",
    },
  );
}

function baseError(): RemodelError {
  return new RemodelError("USAGE", "base is not a revision, so a tenant cannot be stamped with it.", {
    hint: "Name a revision, head or heads. To list all revisions, run: remodel history",
  });
}

import { stamp } from "../author/stamp.ts";
import { compareSaved } from "../compare/drift.ts";
import { RemodelError } from "../errors.ts";
import { currentHeads } from "../history/current.ts";
import { ancestors } from "../history/graph.ts";
import { missingSchema } from "../read/server-info.ts";
import { readWholeState } from "../state/half-applied.ts";
import type { Session } from "../state/session.ts";
import { describeDriftBriefly } from "./drift-text.ts";
import { classifyFailure } from "./failure.ts";
import { forEachTenant } from "./for-each-tenant.ts";
import type { TenantLine } from "./line.ts";
import type { Fleet } from "./open.ts";
import { buildReferences, type FindReference, readReference, type StampReference } from "./references.ts";
import { type EndedTenant, listEnded, type RunReport } from "./report.ts";
import { chooseOutcome } from "./run-outcome.ts";
import { resolveFleetTarget } from "./status.ts";
import type { PlacedTenant } from "./tenant.ts";
import { openTenant } from "./tenant-session.ts";
import { limitWave } from "./waves.ts";

/** How the tenants of a fleet are stamped. */
export interface FleetStampOptions {
  /** The tenant whose live schema the others must have. Default: the history is built in a throwaway. */
  readonly like?: PlacedTenant;
  /** Where the throwaway is created, see `openThrowaway`. Default: on the servers of the tenants. */
  readonly on?: string;
  /** Aborted: no further tenant is stamped. */
  readonly stop: AbortSignal;
  /** Called after each tenant, with how many are done with. */
  readonly onEnd?: (done: number) => void;
}

/** How long a tenant waits for another run, in milliseconds. */
const LOCK_WAIT_MS = 10_000;

/**
 * Declares that tenants are at a revision, without running anything, where the fingerprint of the live schema is that of the
 * reference. A tenant that has revisions already is left as it is.
 * @param target a name of a revision that means the same for all tenants
 * @returns the report; tenants with another schema are skipped, with the difference as the reason
 * @throws RemodelError `USAGE`, what `resolveName` throws, and what makes the reference unknown
 */
export async function stampFleet(fleet: Fleet, target: string, options: FleetStampOptions): Promise<RunReport> {
  const { project, waves, tenants } = fleet;
  const { stop, onEnd, like, on } = options;
  const ids = resolveFleetTarget(project, target);
  if (ids.length === 0) throw baseError();
  const limits = limitWave({}, fleet.limits);
  const find = like === undefined ? buildReferences(target, on) : await readLike(fleet, like, ids);
  const names = waves.flatMap(({ wave, tenants }) => tenants.map(({ name }) => [name, wave.name] as const));
  const work: StampWork = { fleet, ids, timeoutMs: limits.timeoutMs, find, waves: new Map(names), broken: [] };
  const ended = new Map<string, EndedTenant>();
  await forEachTenant(tenants, limits, async (tenant) => {
    if (stop.aborted || work.broken.length > 0) return;
    const one = await stampTenant(work, { ...tenant, wave: work.waves.get(tenant.name) ?? "" });
    ended.set(tenant.name, one);
    onEnd?.(ended.size);
  });
  if (work.broken.length > 0) throw work.broken[0];
  const lists = listEnded(
    waves.map(({ wave, tenants }) => ({ name: wave.name, tenants })),
    ended,
  );
  return { target: ids, outcome: chooseOutcome(lists.tenants, stop.aborted, false, false), ...lists };
}

/** What all tenants of a command have in common. */
interface StampWork {
  readonly fleet: Fleet;
  /** The revisions that the tenants are stamped with. */
  readonly ids: readonly string[];
  readonly timeoutMs: number;
  readonly find: FindReference;
  /** The wave of each tenant. */
  readonly waves: ReadonlyMap<string, string>;
  /** What made the reference unknown. No tenant can be stamped then. */
  readonly broken: unknown[];
}

/** How a tenant ended, without its name and place. */
type Ending = Pick<TenantLine, "outcome" | "from" | "to" | "revisions" | "error"> & { readonly reason?: string };

async function stampTenant(work: StampWork, tenant: PlacedTenant): Promise<EndedTenant> {
  const started = performance.now();
  const { name, wave, server } = tenant;
  const { reason, ...ending } = await tryTenant(work, tenant);
  const line = { name, wave, server, ...ending, durationMs: Math.round(performance.now() - started) };
  return { line, ...(reason !== undefined && { reason }) };
}

async function tryTenant(work: StampWork, tenant: PlacedTenant): Promise<Ending> {
  let session: Session | undefined;
  try {
    session = await openTenant(work.fleet.project, tenant, work.timeoutMs);
    return (await leaveApplied(session, work.ids)) ?? (await stampSession(work, session, tenant));
  } catch (thrown) {
    const { outcome, error, reason } = classifyFailure(thrown);
    return { outcome, error, reason };
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

async function stampSession(work: StampWork, session: Session, tenant: PlacedTenant): Promise<Ending> {
  const server = await session.server();
  if (server.missing) throw missingSchema(server);
  const live = await readReference(session);
  const reference = await work.find(session, tenant).catch((error: unknown) => void work.broken.push(error));
  if (reference === undefined) return { outcome: "waiting" };
  const difference = describeDifference(reference, live);
  if (difference !== undefined) return { outcome: "skipped", reason: difference };
  const lockWait = Math.min(session.settings.lockWait || LOCK_WAIT_MS, LOCK_WAIT_MS);
  const { applied } = await stamp(session, work.ids, { onlyEmpty: true, lockWait });
  // Another run may have come first, while this one waited for the lock.
  if (applied.length !== ancestors(session.graph(), work.ids).size) return describeApplied(session, applied, work.ids);
  return { outcome: "stamped", to: currentHeads(session.graph(), applied), revisions: applied };
}

/** How a live schema differs from the reference, in a few words; undefined if it is the same. */
function describeDifference(reference: StampReference, live: StampReference): string | undefined {
  if (live.fingerprint === reference.fingerprint) return undefined;
  if (live.major !== reference.major) return `is on PostgreSQL ${live.major}, the reference on ${reference.major}`;
  const { changes } = compareSaved(reference.schema, live.schema);
  if (changes.length > 0) return describeDriftBriefly({ changes });
  return "only the order of columns, or how a definition is written, differs";
}

/** The live schema of the tenant that the others must be like. */
async function readLike(fleet: Fleet, like: PlacedTenant, ids: readonly string[]): Promise<FindReference> {
  const session = await openTenant(fleet.project, like, limitWave({}, fleet.limits).timeoutMs);
  try {
    const found = await leaveApplied(session, ids);
    if (found !== undefined && !isAt(found, ids)) throw likeError(like.name, found);
    const server = await session.server();
    if (server.missing) throw missingSchema(server);
    const reference = await readReference(session);
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
    `The tenant ${name} ${place}, so others that are like it are not at that revision.`,
    {
      hint: "Name the revision that it is at, or another tenant.",
    },
  );
}

function baseError(): RemodelError {
  return new RemodelError("USAGE", "base is no revision, so no tenant can be stamped with it.", {
    hint: "Name a revision, head or heads. To list all revisions, run: remodel history",
  });
}

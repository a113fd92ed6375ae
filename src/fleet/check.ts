import { collect } from "../collect.ts";
import { compare } from "../compare/compare.ts";
import { readDrift } from "../compare/drift.ts";
import { type Fingerprints, readFingerprints } from "../compare/fingerprints.ts";
import { readSurroundings } from "../compare/surroundings.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { Models } from "../read/models.ts";
import { driftDiff, modelDiff } from "../review/diff-text.ts";
import type { Session } from "../state/session.ts";
import {
  buildCheckClasses,
  type CheckClass,
  type CheckState,
  countCheckStates,
  judgeDifference,
  type TenantCheck,
  type TenantDifference,
} from "./check-classes.ts";
import type { TenantStatus } from "./classes.ts";
import { describeDifferenceBriefly } from "./drift-text.ts";
import { classifyFailure } from "./failure.ts";
import { forEachTenant } from "./for-each-tenant.ts";
import type { Fleet } from "./open.ts";
import { readFleetStatus, type StatusOptions } from "./status.ts";
import type { Tenant } from "./tenant.ts";
import { openTenant } from "./tenant-session.ts";
import { limitWave } from "./waves.ts";

/** The tenants of a fleet, compared with the newest revisions and the models. */
export interface FleetCheck {
  /** The newest revisions. */
  readonly target: readonly string[];
  readonly counts: Readonly<Record<CheckState, number>>;
  readonly classes: readonly CheckClass[];
}

/** What a command may want to know while tenants are checked. */
export interface CheckOptions extends StatusOptions {
  /** Called after each catalog that is read, with how many are read and how many there are. */
  readonly onCatalog?: (read: number, total: number) => void;
  /** Called before a tenant is compared, with its name. */
  readonly onCompare?: (name: string) => void;
}

/** Tenants with equal revisions and schemas, of which one is compared. */
interface Twins {
  readonly fingerprint: string;
  /** In the order of the inventory. */
  readonly tenants: Tenant[];
}

/**
 * Reads the state of every selected tenant, and the catalog of those that have every revision. Of tenants with equal
 * revisions and equal catalogs, one is compared with the models and with what the last run left. Memory grows with the
 * number of different catalogs: of a catalog, only hashes are kept.
 * @throws RemodelError if the models cannot be read, and what `readFleetStatus` throws
 */
export async function readFleetCheck(fleet: Fleet, options: CheckOptions = {}): Promise<FleetCheck> {
  const { tenants } = fleet;
  const { target, classes } = await readFleetStatus(fleet, "heads", options);
  const statuses = new Map(classes.flatMap((one) => one.tenants.map((name) => [name, pickStatus(one)] as const)));
  const checks = new Map<string, TenantCheck>(statuses);
  const atHead = tenants.filter(({ name }) => isAtHead(statuses.get(name)));
  if (atHead.length > 0) await checkTenants(fleet, atHead, { statuses, checks, ...options });
  const found = buildCheckClasses(
    tenants.flatMap(({ name }) => {
      const check = checks.get(name);
      return collect(check !== undefined && ([name, check] as const));
    }),
  );
  return { target, counts: countCheckStates(found), classes: found };
}

function pickStatus({ state, current, fingerprint, reason }: TenantStatus): TenantStatus {
  return {
    state,
    current,
    ...dropUndefined({ fingerprint, reason }),
  };
}

function isAtHead(status: TenantStatus | undefined): boolean {
  return status?.state === "there" || status?.state === "edited";
}

interface Progress extends CheckOptions {
  readonly statuses: ReadonlyMap<string, TenantStatus>;
  /** Receives the result. */
  readonly checks: Map<string, TenantCheck>;
}

async function checkTenants(fleet: Fleet, atHead: readonly Tenant[], progress: Progress): Promise<void> {
  const { statuses, checks } = progress;
  // The models are the same for all: a fault in them ends the command before a tenant is reached.
  await fleet.project.project();
  const waiting = [...groupTwins(atHead, statuses, await readAllFingerprints(fleet, atHead, progress))];
  while (waiting.length > 0) {
    const round = waiting.splice(0);
    const found = await askTenants(
      fleet,
      round.flatMap(({ tenants }) => tenants.slice(0, 1)),
      checks,
      async (session, { name }) => {
        progress.onCompare?.(name);
        return await compareTenant(session);
      },
    );
    for (const twins of round) {
      const [first, ...others] = twins.tenants;
      const difference = first && found.get(first.name);
      // The one that was compared could not be reached any more, so the next one is.
      if (difference === undefined) waiting.push(...collect(others.length > 0 && { ...twins, tenants: others }));
      else setChecks(twins, difference, progress);
    }
  }
}

function setChecks(twins: Twins, difference: TenantDifference, { statuses, checks }: Progress): void {
  for (const { name } of twins.tenants) {
    const status = statuses.get(name);
    if (status === undefined) continue;
    checks.set(name, judgeDifference(status, twins.fingerprint, difference, describeDifferenceBriefly));
  }
}

/** Reads the catalogs, and builds the models once for each schema name and version of the server. */
async function readAllFingerprints(
  fleet: Fleet,
  tenants: readonly Tenant[],
  { checks, onCatalog }: Progress,
): Promise<ReadonlyMap<string, Fingerprints>> {
  const models = new Map<string, Promise<Models>>();
  let read = 0;
  return await askTenants(fleet, tenants, checks, async (session) => {
    const { schema, version } = await session.server();
    const key = JSON.stringify([schema, version]);
    const shared = async () => {
      const known = models.get(key) ?? session.models();
      models.set(key, known);
      return await known;
    };
    const found = await readFingerprints({ ...session, models: shared });
    onCatalog?.(++read, tenants.length);
    return found;
  });
}

function groupTwins(
  tenants: readonly Tenant[],
  statuses: ReadonlyMap<string, TenantStatus>,
  fingerprints: ReadonlyMap<string, Fingerprints>,
): Iterable<Twins> {
  const groups = new Map<string, Twins>();
  for (const tenant of tenants) {
    const status = statuses.get(tenant.name);
    const prints = fingerprints.get(tenant.name);
    if (status === undefined || prints === undefined) continue;
    const key = JSON.stringify([status.current, status.fingerprint, prints]);
    const twins = groups.get(key) ?? { fingerprint: prints.saved, tenants: [] };
    groups.set(key, twins);
    twins.tenants.push(tenant);
  }
  return groups.values();
}

async function compareTenant(session: Session): Promise<TenantDifference> {
  const surroundings = await readSurroundings(session);
  const drift = await readDrift(session, surroundings);
  const comparison = await compare(session, {}, { surroundings });
  return {
    changes: comparison.upgrade,
    diff: comparison.upgrade.length === 0 ? "" : modelDiff(comparison),
    ...(drift && { drift: { revision: drift.revision, changes: drift.changes, diff: driftDiff(drift) } }),
  };
}

/**
 * Asks tenants something that changes nothing.
 * @param checks gets those that cannot be asked, as unreachable
 * @returns the answers, by the names of the tenants
 * @throws the first failure that is not that of a tenant
 */
async function askTenants<Answer>(
  { project, limits }: Fleet,
  tenants: readonly Tenant[],
  checks: Map<string, TenantCheck>,
  ask: (session: Session, tenant: Tenant) => Promise<Answer>,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  const faults: unknown[] = [];
  const wave = limitWave({}, limits);
  await forEachTenant(tenants, wave, async (tenant) => {
    if (faults.length > 0) return;
    let opened: Session | undefined;
    try {
      opened = await openTenant(project, tenant, wave.timeoutMs);
      // A run leaves out what only the models name; a comparison does not.
      const { runsWithoutModels: _, ...session } = opened;
      answers.set(tenant.name, await ask(session, tenant));
    } catch (error) {
      if (!isOfTenant(error)) faults.push(error);
      const { current = [] } = checks.get(tenant.name) ?? {};
      checks.set(tenant.name, { state: "unreachable", current, reason: classifyFailure(error).reason });
    } finally {
      await opened?.close();
    }
  });
  if (faults.length > 0) throw faults[0];
  return answers;
}

/** Whether one tenant failed, and not the models or remodel itself. */
function isOfTenant(error: unknown): boolean {
  if (error instanceof RemodelError && error.code.startsWith("MODELS_")) return false;
  const failure = classifyFailure(error);
  if (failure.class === "project") return false;
  return failure.class !== "other" || failure.error.code !== "INTERNAL";
}

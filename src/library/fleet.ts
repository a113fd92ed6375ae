import { type FleetCheck, readFleetCheck } from "../fleet/check.ts";
import { chooseCreateTarget, createTenant } from "../fleet/create-tenant.ts";
import type { TenantLine } from "../fleet/line.ts";
import { type Fleet, type FleetOptions, openFleet } from "../fleet/open.ts";
import { classifyFindings, type PreflightReport, preflightFleet } from "../fleet/preflight-fleet.ts";
import type { RunReport } from "../fleet/report.ts";
import { refuseRelative } from "../fleet/run-fleet.ts";
import { requireTenant } from "../fleet/selection.ts";
import { stampFleet } from "../fleet/stamp-fleet.ts";
import { type FleetStatus, readFleetStatus } from "../fleet/status.ts";
import { limitWave } from "../fleet/waves.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { resolveName } from "../history/names.ts";

/**
 * Compares the tenants with a target, like `remodel fleet status`.
 * @param fleet what `openFleet` returned
 * @param target a revision, `head`, `heads` (the default), `base` …
 * @example const { counts } = await fleetStatus(await openFleet({ cwd: process.cwd() }));
 */
export function fleetStatusOf(fleet: Fleet, target = "heads"): Promise<FleetStatus> {
  return readFleetStatus(fleet, target);
}

/**
 * Compares the tenants with the head of the history, with the models and with what the last run left, like
 * `remodel fleet check`. The differences of each class are those that `remodel fleet diff` shows.
 */
export function fleetCheckOf(fleet: Fleet): Promise<FleetCheck> {
  return readFleetCheck(fleet);
}

/**
 * Looks for rows, missing privileges and locks that would stop an upgrade, like `remodel fleet preflight`. It only reads.
 * @param target a revision, `head` or `heads` (the default)
 * @param signal aborted: no further tenant is looked at
 */
export async function fleetPreflightOf(
  fleet: Fleet,
  target = "heads",
  signal: AbortSignal = new AbortController().signal,
): Promise<PreflightReport> {
  refuseRelative(target);
  const { project, tenants, limits } = fleet;
  const request = { project, tenants, limits: limitWave({}, limits), target, stop: signal };
  const findings = await preflightFleet({ ...request, direction: "upgrade" });
  return { target: resolveName(project.graph(), target), classes: classifyFindings(findings) };
}

/** How the tenants of a fleet are stamped. */
export interface FleetStamp {
  /** The tenant whose live schema the others must have. Default: the history is built in a throwaway database. */
  readonly like?: string;
  /** Where it is built: `pglite`, or the URL of a server. Default: on the servers of the tenants. */
  readonly on?: string;
  /** Aborted: no further tenant is stamped. */
  readonly signal?: AbortSignal;
}

/**
 * Sets the current revision of the tenants that have its schema, without running anything, like `remodel fleet stamp`.
 * @param target a revision, `head` or `heads`
 * @returns the report; tenants with another schema are skipped, with their `differences`
 */
export function fleetStampOf(fleet: Fleet, target: string, options: FleetStamp = {}): Promise<RunReport> {
  const { like, on, signal = new AbortController().signal } = options;
  const reference = mapGiven(like, (name) => requireTenant(fleet.inventory, name));
  return stampFleet(fleet, target, { ...dropUndefined({ like: reference, on }), stop: signal });
}

/**
 * Creates the database or the schema of a tenant, and upgrades it, like `remodel fleet create`.
 * @param options as for `openFleet`
 * @param name the name of the tenant in the inventory
 * @param to a revision, `head` or `heads`; default: the one that most tenants have
 * @throws RemodelError `FLEET_INVALID` if the database exists, `DATABASE_FORBIDDEN`, and why the upgrade failed
 */
export async function createTenantAt(options: FleetOptions, name: string, to?: string): Promise<TenantLine> {
  const fleet = await openFleet({ ...options, newTenant: name });
  const tenant = requireTenant(fleet.inventory, name);
  const { signal } = new AbortController();
  const ids = await chooseCreateTarget(fleet, name, to);
  const goOn = `remodel fleet upgrade --select ${name}`;
  return await createTenant(fleet, tenant, ids, { stop: signal, signal, goOn });
}

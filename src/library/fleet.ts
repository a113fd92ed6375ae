import type { FleetCheck } from "../fleet/check.ts";
import type { FleetSizes } from "../fleet/fleet-sizes.ts";
import type { TenantLine } from "../fleet/line.ts";
import type { Fleet, FleetOptions } from "../fleet/open.ts";
import type { PreflightReport } from "../fleet/preflight-fleet.ts";
import type { RunReport } from "../fleet/report.ts";
import type { FleetStatus } from "../fleet/status.ts";
import { dropUndefined, mapGiven } from "../given.ts";

/**
 * Compares the tenants with a target, like `remodel fleet status`.
 * @param fleet what `openFleet` returned
 * @param target a revision, `head`, `heads` (the default), `base` …
 * @example const { counts } = await fleetStatus(await openFleet({ cwd: process.cwd() }));
 */
export async function fleetStatusOf(fleet: Fleet, target = "heads"): Promise<FleetStatus> {
  const { readFleetStatus } = await import("../fleet/status.ts");
  return await readFleetStatus(fleet, target);
}

/**
 * Compares the tenants with the head of the history, with the models and with what the last run left, like
 * `remodel fleet check`. The differences of each class are those that `remodel fleet diff` shows.
 */
export async function fleetCheckOf(fleet: Fleet): Promise<FleetCheck> {
  const { readFleetCheck } = await import("../fleet/check.ts");
  return await readFleetCheck(fleet);
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
  const [{ refuseRelative }, { limitWave }, { classifyFindings, preflightFleet }, { resolveName }] = await Promise.all([
    import("../fleet/run-fleet.ts"),
    import("../fleet/waves.ts"),
    import("../fleet/preflight-fleet.ts"),
    import("../history/names.ts"),
  ]);
  refuseRelative(target);
  const { project, tenants, limits } = fleet;
  const request = { project, tenants, limits: limitWave({}, limits), target, stop: signal };
  const findings = await preflightFleet({ ...request, direction: "upgrade" });
  return { target: resolveName(project.graph(), target), classes: classifyFindings(findings) };
}

/**
 * Estimates the size of each table in the tenant in which it is largest, like `remodel fleet sizes`.
 * @param signal aborted: no further tenant is asked
 */
export async function fleetSizesOf(
  fleet: Fleet,
  signal: AbortSignal = new AbortController().signal,
): Promise<FleetSizes> {
  const { readFleetSizes } = await import("../fleet/fleet-sizes.ts");
  return await readFleetSizes(fleet, signal);
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
export async function fleetStampOf(fleet: Fleet, target: string, options: FleetStamp = {}): Promise<RunReport> {
  const [{ stampFleet }, { requireTenant }] = await Promise.all([
    import("../fleet/stamp-fleet.ts"),
    import("../fleet/selection.ts"),
  ]);
  const { like, on, signal = new AbortController().signal } = options;
  const reference = mapGiven(like, (name) => requireTenant(fleet.inventory, name));
  return await stampFleet(fleet, target, { ...dropUndefined({ like: reference, on }), stop: signal });
}

/**
 * Creates the database or the schema of a tenant, and upgrades it, like `remodel fleet create`.
 * @param options as for `openFleet`
 * @param name the name of the tenant in the inventory
 * @param to a revision, `head` or `heads`; default: the one that most tenants have
 * @throws RemodelError `FLEET_INVALID` if the database exists, `DATABASE_FORBIDDEN`, and why the upgrade failed
 */
export async function createTenantAt(options: FleetOptions, name: string, to?: string): Promise<TenantLine> {
  const [{ openFleet }, { chooseCreateTarget, createTenant }, { requireTenant }] = await Promise.all([
    import("../fleet/open.ts"),
    import("../fleet/create-tenant.ts"),
    import("../fleet/selection.ts"),
  ]);
  const fleet = await openFleet({ ...options, newTenant: name });
  const tenant = requireTenant(fleet.inventory, name);
  const { signal } = new AbortController();
  const ids = await chooseCreateTarget(fleet, name, to);
  const goOn = `remodel fleet upgrade --select ${name}`;
  return await createTenant(fleet, tenant, ids, { stop: signal, signal, goOn });
}

import { type Connection, type ConnectionTarget, connect } from "../connection/connect.ts";
import { createDatabase } from "../connection/create-database.ts";
import { isSqlState, RemodelError, readError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { ancestors, type Graph } from "../history/graph.ts";
import { upgradePlan } from "../history/plan.ts";
import type { Loader } from "../load/load.ts";
import type { Progress } from "../run/context.ts";
import { id } from "../sql.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import { loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { isHalfApplied, type StatusClass } from "./classes.ts";
import { describeLocation } from "./inventory.ts";
import type { TenantAttempt, TenantLine } from "./line.ts";
import type { Fleet } from "./open.ts";
import { isReached } from "./outcome.ts";
import { readFleetStatus, resolveFleetTarget } from "./status.ts";
import type { TenantOfWave } from "./tenant.ts";
import { isTenantUnmade, limitConnecting, openTenant } from "./tenant-session.ts";
import { attemptTenant } from "./upgrade-tenant.ts";
import { limitWave } from "./waves.ts";

/** How a tenant is created. */
export interface CreateOptions {
  /** Aborted: the running transaction ends, and no further one begins. */
  readonly stop: AbortSignal;
  /** Aborted: the running statement is cancelled. */
  readonly signal: AbortSignal;
  /** The command that upgrades the tenant once it exists. */
  readonly goOn: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** What PostgreSQL says about a schema that exists, the last one if another session makes it right now. */
const EXISTS = ["42P06", "23505"];

/**
 * Finds the revisions that a new tenant is upgraded to.
 * @param name the new tenant, which does not count
 * @param to the name of a revision; default: where most of the selected tenants are, `heads` if there are none
 * @throws RemodelError `USAGE` or what `resolveName` throws
 */
export async function chooseCreateTarget(fleet: Fleet, name: string, to?: string): Promise<readonly string[]> {
  const { project } = fleet;
  const heads = resolveFleetTarget(project, to ?? "heads");
  if (to !== undefined && heads.length > 0) return heads;
  if (to !== undefined)
    throw new RemodelError("USAGE", "base is not a revision, so a tenant cannot be upgraded to it.", {
      hint: "Name a revision, head or heads. To list all revisions, run: remodel history",
    });
  const tenants = fleet.tenants.filter((one) => one.name !== name);
  if (tenants.length === 0) return heads;
  const { classes } = await readFleetStatus({ ...fleet, tenants });
  return findCommon(project.graph(), classes) ?? heads;
}

/**
 * Finds where most tenants are. Those that are in the middle of a revision, and those that have unknown ones, do not count.
 * @returns the topmost revisions, of two that are equally common the newer ones; undefined if no tenant has any
 */
export function findCommon(graph: Graph, classes: readonly StatusClass[]): readonly string[] | undefined {
  const counts = new Map<string, { readonly current: readonly string[]; count: number }>();
  for (const one of classes) {
    const { state, current, count } = one;
    const isSettled = ["there", "edited", "behind"].includes(state) && !isHalfApplied(one);
    if (!isSettled || current.length === 0) continue;
    const known = counts.get(current.join(" ")) ?? { current, count: 0 };
    known.count += count;
    counts.set(current.join(" "), known);
  }
  const height = (ids: readonly string[]) => ancestors(graph, ids).size;
  const sorted = [...counts.values()].sort((a, b) => b.count - a.count || height(b.current) - height(a.current));
  return sorted[0]?.current;
}

/**
 * Makes the database of a tenant, or its schema, and upgrades it.
 * @param ids the revisions to upgrade it to
 * @returns the tenant's line of the report
 * @throws RemodelError `FLEET_INVALID` if the database exists, which is not touched; `DATABASE_FORBIDDEN`; if the upgrade
 * fails, its error with the line as `details.tenant`
 */
export async function createTenant(
  fleet: Fleet,
  tenant: TenantOfWave,
  ids: readonly string[],
  options: CreateOptions,
): Promise<TenantLine> {
  const { project } = fleet;
  const { timeoutMs } = limitWave({}, fleet.limits);
  const graph = project.graph();
  // A revision that cannot be loaded shows before anything is made.
  const plans = ids.flatMap((one) => upgradePlan(graph, [], one));
  await loadRevisions(project.loader, [...new Set(plans)]);
  await makeDatabaseOrSchema(project, tenant, timeoutMs);
  const attempt = await upgradeNew(project, tenant, ids, { ...options, timeoutMs });
  if (isReached(attempt.outcome)) return attempt.line;
  throw upgradeError(tenant, attempt, options.goOn);
}

async function upgradeNew(
  project: ProjectFiles,
  tenant: TenantOfWave,
  ids: readonly string[],
  { timeoutMs, stop, signal, onProgress }: CreateOptions & { readonly timeoutMs: number },
): Promise<TenantAttempt> {
  const opened: Session[] = [];
  const open = async () => {
    const session = opened[0] ?? (await openTenant(project, tenant, timeoutMs));
    opened[0] = session;
    return session;
  };
  const how = { stop, signal, ...dropUndefined({ onProgress }) };
  try {
    let whole: TenantAttempt | undefined;
    for (const one of ids) {
      const attempt = await attemptTenant(open, tenant, one, how);
      whole = whole === undefined ? attempt : joinAttempts(whole, attempt);
      if (!isReached(attempt.outcome)) break;
    }
    if (whole === undefined) throw new Error("The history has no revision for the tenant.");
    return whole;
  } finally {
    for (const session of opened) await session.close();
  }
}

/** Where the fleet has several heads, the tenant is upgraded to one after another. */
function joinAttempts(first: TenantAttempt, second: TenantAttempt): TenantAttempt {
  const revisions = [...(first.line.revisions ?? []), ...(second.line.revisions ?? [])];
  const durationMs = first.line.durationMs + second.line.durationMs;
  const { from: _, ...line } = second.line;
  return { ...second, line: { ...line, revisions, durationMs } };
}

/** Creates the database or the schema. The server itself refuses one that exists, so two commands cannot make the same. */
async function makeDatabaseOrSchema(
  { loader, home }: ProjectFiles,
  tenant: TenantOfWave,
  timeoutMs: number,
): Promise<void> {
  const { schema, server } = tenant;
  if (schema === undefined && server.startsWith("pglite:")) {
    if (!isTenantUnmade(tenant)) throw existsError(tenant);
    return;
  }
  const target = limitConnecting(tenant.target(), timeoutMs);
  const isNew =
    schema === undefined
      ? await makeDatabase(target, loader, tenant)
      : await makeSchema(await connect(target, loader, home), schema, tenant);
  if (!isNew) throw existsError(tenant);
}

async function makeDatabase(target: ConnectionTarget, loader: Loader, tenant: TenantOfWave): Promise<boolean> {
  try {
    return (await createDatabase(target, loader)) !== undefined;
  } catch (error) {
    const { cause }: { readonly cause?: unknown } = Object(error);
    throw isSqlState(readError(cause).code) && !isUnreached(error) ? makeError(tenant, cause) : error;
  }
}

function isUnreached(error: unknown): boolean {
  return error instanceof RemodelError && error.code === "DATABASE_UNREACHABLE";
}

async function makeSchema(connection: Connection, schema: string, tenant: TenantOfWave): Promise<boolean> {
  try {
    await connection.query(`CREATE SCHEMA ${id(schema)}`);
    return true;
  } catch (cause) {
    if (EXISTS.includes(readError(cause).code ?? "")) return false;
    throw makeError(tenant, cause);
  } finally {
    await connection.close();
  }
}

function existsError(tenant: TenantOfWave): RemodelError {
  return new RemodelError("FLEET_INVALID", `The tenant ${tenant.name} exists already: ${describeLocation(tenant)}.`, {
    hint: `Nothing was changed. To upgrade it, run: remodel fleet upgrade --select ${tenant.name}`,
    details: { name: tenant.name },
  });
}

function makeError(tenant: TenantOfWave, cause: unknown): RemodelError {
  const { code, message } = readError(cause);
  const privilege = tenant.schema === undefined ? "CREATEDB" : "CREATE on the database";
  return new RemodelError(
    code === "42501" ? "DATABASE_FORBIDDEN" : "DATABASE_FAILED",
    `${describeLocation(tenant)} could not be made: ${message}`,
    {
      hint: `The role needs ${privilege}. Or create it yourself, then run: remodel fleet upgrade --select ${tenant.name}`,
      cause,
    },
  );
}

function upgradeError(tenant: TenantOfWave, { line, thrown }: TenantAttempt, goOn: string): RemodelError {
  const message = line.error?.message ?? "the command was cancelled";
  const code = thrown instanceof RemodelError ? thrown.code : "DATABASE_FAILED";
  return new RemodelError(code, `${describeLocation(tenant)} was created, but its upgrade failed: ${message}`, {
    hint: `Correct the cause, then run: ${goOn}`,
    cause: thrown,
    details: { tenant: line },
  });
}

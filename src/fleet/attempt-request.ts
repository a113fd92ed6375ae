import { RemodelError } from "../errors.ts";
import { resolveName } from "../history/names.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import type { Session } from "../state/session.ts";
import type { TenantAttempt } from "./line.ts";
import type { TenantRequest } from "./remote.ts";
import type { Tenant } from "./tenant.ts";
import { openTenant } from "./tenant-session.ts";
import { attemptTenant, limitAttempt } from "./upgrade-tenant.ts";

/** What a worker knows by itself. */
export interface RequestWorker {
  readonly project: ProjectFiles;
  /** All tenants of the inventory, by name. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** How long reaching one tenant may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Aborted: transactions end, and no further one begins. */
  readonly stop: AbortSignal;
  /** Aborted: running statements are cancelled. */
  readonly cancel: AbortSignal;
}

/** Tries the tenant that a request names. A failure is in the result. */
export async function attemptRequest(worker: RequestWorker, request: TenantRequest): Promise<TenantAttempt> {
  const { project, tenants, timeoutMs, stop, cancel } = worker;
  const { tenant: name, wave, direction, target, limits, allowDrift, alone, last } = request;
  const tenant = tenants.get(name);
  const opened: Session[] = [];
  const open = async () => {
    if (tenant === undefined) throw unknownTenant(name);
    requireSameTarget(project, request);
    const session = await openTenant(project, tenant, timeoutMs);
    opened.push(session);
    return session;
  };
  const { server = "unknown" } = tenant ?? {};
  const how = { direction, limits: limitAttempt(limits), allowDrift, stop, signal: cancel, alone, wait: last };
  const attempt = await attemptTenant(open, { name, wave, server }, target, how);
  for (const session of opened) await session.close();
  return attempt;
}

function unknownTenant(name: string): RemodelError {
  return new RemodelError("FLEET_INVALID", `The inventory of this worker has no tenant ${JSON.stringify(name)}.`, {
    hint: "Start the worker with the configuration of the run.",
  });
}

function requireSameTarget(project: ProjectFiles, { target, ids }: TenantRequest): void {
  const own = resolveName(project.graph(), target);
  if (own.join() === ids.join()) return;
  throw new RemodelError(
    "GRAPH_BROKEN",
    `For this worker ${target} is ${own.join(", ")}, and for the run ${ids.join(", ")}.`,
    {
      hint: "Start the worker with the revision files of the run.",
    },
  );
}

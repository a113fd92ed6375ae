import type { ConnectionTarget } from "../connection/connection-target.ts";
import { isUnmade } from "../connection/embedded-url.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import { openSession, type Session } from "../state/session.ts";
import type { Tenant } from "./tenant.ts";

/**
 * Opens a session with a tenant. The caller closes it.
 * @param timeoutMs how long reaching the tenant may take
 */
export async function openTenant(project: ProjectFiles, tenant: Tenant, timeoutMs: number): Promise<Session> {
  const { schema } = tenant;
  const connection = limitConnecting(tenant.target(), timeoutMs);
  return await openSession({ project, connection, ...dropUndefined({ schema }) });
}

/** Whether a tenant is an embedded database that is not there yet: connecting would make it. */
export function isTenantUnmade({ server }: Pick<Tenant, "server">): boolean {
  return isUnmade(server, process.cwd());
}

/**
 * Refuses an embedded database that is not there yet, where a command only looks.
 * @throws RemodelError `DATABASE_UNREACHABLE`
 */
export function refuseUnmade(tenant: Pick<Tenant, "name" | "server">): void {
  if (!isTenantUnmade(tenant)) return;
  throw new RemodelError("DATABASE_UNREACHABLE", "The embedded database does not exist yet.", {
    hint: `To create it, run: remodel fleet create ${tenant.name}`,
  });
}

/** The same connection with a limit for connecting, in milliseconds. */
export function limitConnecting(target: ConnectionTarget, timeoutMs: number): ConnectionTarget {
  const options = typeof target === "string" ? { type: "postgres", url: target } : target;
  return { ...options, connectTimeoutMS: timeoutMs };
}

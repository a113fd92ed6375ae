import type { ConnectionTarget } from "../connection/connection-target.ts";
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
  return await openSession({ project, connection, ...(schema !== undefined && { schema }) });
}

/** The same connection with a limit for connecting, in milliseconds. */
export function limitConnecting(target: ConnectionTarget, timeoutMs: number): ConnectionTarget {
  const options = typeof target === "string" ? { type: "postgres", url: target } : target;
  return { ...options, connectTimeoutMS: timeoutMs };
}

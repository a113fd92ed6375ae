import { groupBy } from "../group-by.ts";
import type { FleetLimits, Tenant } from "./tenant.ts";

/**
 * Calls a function for every tenant, some at once. No more than `perServer` are of one server, and of an embedded database,
 * which allows one connection, only one.
 * @param work must not throw
 */
export async function forEachTenant(
  tenants: readonly Tenant[],
  { concurrency, perServer }: Pick<FleetLimits, "concurrency" | "perServer">,
  work: (tenant: Tenant) => Promise<void>,
): Promise<void> {
  const servers = [...groupBy(tenants, ({ server }) => server)];
  const free = servers.flatMap(([server, own]) => {
    const queue = own.values();
    const places = server.startsWith("pglite:") ? 1 : perServer;
    return Array.from({ length: Math.min(places, own.length) }, (_, at) => ({ queue, at }));
  });
  // The first place of every server comes first, so that all servers begin at once.
  const lanes = free.sort((a, b) => a.at - b.at).map(({ queue }) => queue);
  const waiting = lanes.values();
  const runLanes = async () => {
    for (const lane of waiting) for (const tenant of lane) await work(tenant);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, lanes.length) }, runLanes));
}

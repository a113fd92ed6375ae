import type { ProjectFiles } from "../state/project-files.ts";
import type { Session } from "../state/session.ts";
import { createQueue } from "./queue.ts";
import type { Tenant } from "./tenant.ts";
import { openTenant } from "./tenant-session.ts";

/** How many tenants are asked at once, and how long reaching one may take. */
export interface SurveyLimits {
  readonly concurrency: number;
  readonly perServer: number;
  readonly timeoutMs: number;
}

/** What was found out about a tenant; its error if that failed. */
export type Finding<Found> = { readonly found: Found } | { readonly error: unknown };

/**
 * Asks every tenant something that changes nothing. No tenant is asked twice.
 * @param stop aborted: no further tenant is asked
 * @param ask gets a session, which is closed afterwards
 * @returns what was found out, by the names of the tenants, in their order
 */
export async function surveyTenants<Found>(
  project: ProjectFiles,
  tenants: readonly Tenant[],
  { concurrency, perServer, timeoutMs }: SurveyLimits,
  stop: AbortSignal,
  ask: (session: Session, tenant: Tenant) => Promise<Found>,
): Promise<ReadonlyMap<string, Finding<Found>>> {
  const jobs = tenants.map((tenant) => ({ name: tenant.name, server: tenant.server, place: tenant.name, tenant }));
  const queue = createQueue(jobs, perServer);
  const findings = new Map<string, Finding<Found>>();
  const begin = async (): Promise<void> => {
    for (;;) {
      const start = stop.aborted ? undefined : queue.take(0);
      if (start === undefined) return;
      const { job } = start.entry;
      findings.set(job.name, await askTenant(project, job.tenant, timeoutMs, ask));
      queue.release(start, { next: "ended", outcome: "there" });
    }
  };
  const chains: Promise<void>[] = [];
  for (let at = 0; at < Math.min(concurrency, jobs.length); at++) chains.push(begin());
  await Promise.all(chains);
  return new Map(
    tenants.flatMap(({ name }) => {
      const finding = findings.get(name);
      return finding === undefined ? [] : [[name, finding] as const];
    }),
  );
}

async function askTenant<Found>(
  project: ProjectFiles,
  tenant: Tenant,
  timeoutMs: number,
  ask: (session: Session, tenant: Tenant) => Promise<Found>,
): Promise<Finding<Found>> {
  let session: Session | undefined;
  try {
    session = await openTenant(project, tenant, timeoutMs);
    return { found: await ask(session, tenant) };
  } catch (error) {
    return { error };
  } finally {
    await session?.close();
  }
}

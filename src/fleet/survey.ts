import { collect } from "../collect.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import type { Session } from "../state/session.ts";
import { forEachTenant } from "./for-each-tenant.ts";
import type { FleetLimits, Tenant } from "./tenant.ts";
import { openTenant, refuseUnmade } from "./tenant-session.ts";

/** What was found out about a tenant; its error if that failed. */
export type Finding<Found> = { readonly found: Found } | { readonly error: unknown };

/** How tenants are asked. */
export interface SurveyRules extends FleetLimits {
  /** Aborted: no further tenant is asked. */
  readonly stop: AbortSignal;
  /** Called after each tenant. */
  readonly onAsked?: (() => void) | undefined;
}

/**
 * Asks every tenant something that changes nothing. No tenant is asked twice.
 * @param ask gets a session, which is closed afterwards
 * @returns what was found out, by the names of the tenants, in their order
 */
export async function surveyTenants<Found>(
  project: ProjectFiles,
  tenants: readonly Tenant[],
  rules: SurveyRules,
  ask: (session: Session, tenant: Tenant) => Promise<Found>,
): Promise<ReadonlyMap<string, Finding<Found>>> {
  const findings = new Map<string, Finding<Found>>();
  await forEachTenant(tenants, rules, async (tenant) => {
    if (rules.stop.aborted) return;
    findings.set(tenant.name, await askTenant(project, tenant, rules.timeoutMs, ask));
    rules.onAsked?.();
  });
  return new Map(
    tenants.flatMap(({ name }) => {
      const finding = findings.get(name);
      return collect(finding !== undefined && ([name, finding] as const));
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
    refuseUnmade(tenant);
    session = await openTenant(project, tenant, timeoutMs);
    return { found: await ask(session, tenant) };
  } catch (error) {
    return { error };
  } finally {
    await session?.close();
  }
}

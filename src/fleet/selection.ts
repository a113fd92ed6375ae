import { joinTexts } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { findNearestWords } from "../words.ts";
import { matchesGlob } from "./patterns.ts";
import type { Tenant } from "./tenant.ts";

/** Which tenants a command works on. Of each list, any pattern may match. */
export interface Selection {
  /** None: all tenants. */
  readonly select: readonly string[];
  readonly except: readonly string[];
}

/**
 * Reads a label of a tenant. Where it has no label of that name, its name and the parts of its place count too.
 * @returns undefined if it has none
 */
export function readLabel(tenant: Tenant, label: string): string | undefined {
  if (Object.hasOwn(tenant.labels, label)) return tenant.labels[label];
  const { name, server, database, schema } = tenant;
  return new Map(Object.entries({ name, server, database, schema })).get(label);
}

/**
 * Whether a tenant matches a pattern.
 * @param pattern a name, a glob, `label=value` or `label=glob`
 */
export function matchesTenant(tenant: Tenant, pattern: string): boolean {
  if (tenant.name === pattern || matchesGlob(pattern, tenant.name)) return true;
  const at = pattern.indexOf("=");
  if (at <= 0) return false;
  const value = readLabel(tenant, pattern.slice(0, at));
  return value !== undefined && matchesGlob(pattern.slice(at + 1), value);
}

/**
 * Selects tenants.
 * @param tenants those to select from
 * @throws RemodelError `FLEET_EMPTY` if none is selected
 */
export function selectTenants(tenants: readonly Tenant[], { select, except }: Selection): readonly Tenant[] {
  const isIn = (tenant: Tenant) => (one: string) => matchesTenant(tenant, one);
  const selected = tenants.filter((tenant) => select.length === 0 || select.some(isIn(tenant)));
  const kept = selected.filter((tenant) => !except.some(isIn(tenant)));
  if (kept.length > 0) return kept;
  throw emptyError(tenants, select, selected.length > 0);
}

/**
 * Finds a tenant by its name.
 * @throws RemodelError `FLEET_INVALID`
 */
export function requireTenant<One extends Tenant>(tenants: readonly One[], name: string): One {
  const found = tenants.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = tenants.map((one) => one.name);
  const [near] = findNearestWords(name, names);
  throw new RemodelError("FLEET_INVALID", `The inventory has no tenant ${name}.`, {
    hint: joinTexts(near !== undefined && `Did you mean ${near}? `, "To list the tenants, run: remodel fleet list"),
    details: { name },
  });
}

function emptyError(tenants: readonly Tenant[], select: readonly string[], isExcluded: boolean): RemodelError {
  if (tenants.length === 0)
    return new RemodelError("FLEET_EMPTY", "The fleet has no tenants.", {
      hint: "Check where fleet.tenants of the configuration takes them from.",
    });
  if (isExcluded) return new RemodelError("FLEET_EMPTY", "No tenant is left: --except matches every one.");
  const names = tenants.map(({ name }) => name);
  const near = select.flatMap((one) => findNearestWords(one, names)).slice(0, 3);
  const patterns = select.map((one) => JSON.stringify(one)).join(" or ");
  return new RemodelError("FLEET_EMPTY", `No tenant matches ${patterns}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "To see all tenants, run: remodel fleet list",
  });
}

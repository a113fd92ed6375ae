import { groupBy } from "../group-by.ts";
import { type MeasuredSize, readTableSizes } from "../read/table-sizes.ts";
import { parseName, qualifiedName } from "../sql.ts";
import type { Session } from "../state/session.ts";
import type { Fleet } from "./open.ts";
import { explainUnread } from "./read-tenant.ts";
import { type Finding, surveyTenants } from "./survey.ts";
import type { Tenant } from "./tenant.ts";
import { limitWave } from "./waves.ts";

/** Sizes by `schema.table`. */
type TableSizes = Readonly<Record<string, MeasuredSize>>;

/** The sizes of the tables in the tenants of a fleet. */
export interface FleetSizes {
  /** Each table as it is in the tenant in which it is largest. */
  readonly sizes: TableSizes;
  /** The tenants that could not be read, with the reason. */
  readonly unread: readonly { readonly reason: string; readonly tenants: readonly string[] }[];
}

/**
 * Estimates the sizes of all tables in all tenants.
 * @param stop aborted: no further tenant is asked
 */
export async function readFleetSizes(fleet: Fleet, stop: AbortSignal): Promise<FleetSizes> {
  const { project, tenants, limits } = fleet;
  const own = (await project.schema()) ?? "public";
  const rules = { ...limitWave({}, limits), stop };
  const found = await surveyTenants(project, tenants, rules, async (session, tenant) =>
    nameForAll(await readSessionSizes(session), tenant, own),
  );
  return { sizes: takeLargest([...found.values()]), unread: listUnread(found) };
}

/** The sizes of all tables of one database but those of the state. */
export async function readSessionSizes(session: Session): Promise<TableSizes> {
  const { names } = await session.state();
  const own = names.map((name) => name.slice(name.lastIndexOf(".") + 1).replaceAll('"', ""));
  return await readTableSizes(await session.connection(), own);
}

/** Of a database that tenants share, a tenant has one schema: its tables have the names of those in other tenants. */
function nameForAll(sizes: TableSizes, { schema }: Pick<Tenant, "schema">, own: string): TableSizes {
  if (schema === undefined) return sizes;
  return Object.fromEntries(
    Object.entries(sizes).flatMap(([key, size]) => {
      const table = parseName(key);
      return table.schema === schema ? [[qualifiedName(table.name, own), size] as const] : [];
    }),
  );
}

function takeLargest(findings: readonly Finding<TableSizes>[]): TableSizes {
  const largest = new Map<string, MeasuredSize>();
  for (const finding of findings)
    for (const [key, size] of Object.entries("found" in finding ? finding.found : {}))
      if (size.bytes >= (largest.get(key)?.bytes ?? 0)) largest.set(key, size);
  return Object.fromEntries([...largest].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function listUnread(found: ReadonlyMap<string, Finding<TableSizes>>): FleetSizes["unread"] {
  const failed = [...found].flatMap(([name, finding]) =>
    "error" in finding ? [{ name, reason: explainUnread(finding.error) }] : [],
  );
  return [...groupBy(failed, ({ reason }) => reason)].map(([reason, all]) => ({
    reason,
    tenants: all.map(({ name }) => name),
  }));
}

import { collect } from "../collect.ts";
import { ignoreUnlessCancelled, isCancelled, RemodelError } from "../errors.ts";
import { isRelative, resolveName } from "../history/names.ts";
import { parseName } from "../sql.ts";
import { refuseEmpty } from "../state/empty-history.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import {
  buildClasses,
  computeStatus,
  countStates,
  isHalfApplied,
  type StatusClass,
  type StatusState,
} from "./classes.ts";
import { forEachTenant } from "./for-each-tenant.ts";
import type { Fleet } from "./open.ts";
import { readTenant, type TenantState, type Unread } from "./read-tenant.ts";
import { limitWave } from "./waves.ts";

/** The tenants of a fleet, compared with a target. */
export interface FleetStatus {
  /** The ids of the target. */
  readonly target: readonly string[];
  readonly counts: Readonly<Record<StatusState, number>>;
  readonly classes: readonly StatusClass[];
}

/** What a command may want to know while it reads tenants. */
export interface StatusOptions {
  /** Called after each tenant, with how many are read. */
  readonly onRead?: (read: number) => void;
  /** Called if the file of an applied revision cannot be loaded, so that it is unknown whether it was edited. */
  readonly onUnloadable?: (revision: string, message: string) => void;
  /** Aborted: no further tenant is read. Those are in no class. */
  readonly stop?: AbortSignal;
}

/** Tenants whose state tables say the same. */
interface Alike {
  readonly read: TenantState | Unread;
  /** Their numbers in the inventory. */
  readonly numbers: number[];
}

/**
 * Reads the state of every selected tenant, with one query each, and puts tenants that are alike into classes. The models
 * are not read. Revision files are run only to find out whether an applied one was edited.
 * @param name the target; relative ones are refused, since tenants are at different revisions
 * @throws RemodelError `USAGE`, `HISTORY_EMPTY`, or what `resolveName` throws
 */
export async function readFleetStatus(fleet: Fleet, name = "heads", options: StatusOptions = {}): Promise<FleetStatus> {
  const { project, tenants } = fleet;
  const target = resolveFleetTarget(project, name);
  const groups = await readTenants(fleet, options);
  const statusTarget = { graph: project.graph(), target, checksums: new Map<string, string>() };
  const candidates = groups.filter(({ read }) => {
    const status = computeStatus(read, statusTarget);
    return status.state === "there" || (status.state === "behind" && !isHalfApplied(status));
  });
  const checksums = await loadChecksums(project, candidates, options);
  const statuses = groups.flatMap(({ read, numbers }) => {
    const status = computeStatus(read, { ...statusTarget, checksums });
    return numbers.map((number) => ({ number, status }));
  });
  const inOrder = statuses.sort((a, b) => a.number - b.number);
  const classes = buildClasses(inOrder.map(({ number, status }) => [tenants[number]?.name ?? "", status]));
  return { target, counts: countStates(classes), classes };
}

/**
 * Finds the revisions that a target means for every tenant.
 * @throws RemodelError `USAGE` for a relative target, `HISTORY_EMPTY`, or what `resolveName` throws
 */
export function resolveFleetTarget(project: Pick<ProjectFiles, "folder" | "graph">, name: string): readonly string[] {
  refuseEmpty(project);
  if (!isRelative(name)) return resolveName(project.graph(), name);
  throw new RemodelError("USAGE", `The target ${name} means a different revision for each tenant.`, {
    hint: "Name a revision or a branch: remodel fleet status head",
  });
}

/** Memory grows with the number of groups, and by one number for each tenant. */
async function readTenants(fleet: Fleet, { onRead, stop }: StatusOptions): Promise<readonly Alike[]> {
  const { project, tenants } = fleet;
  const limits = limitWave({}, fleet.limits);
  const hasSchemas = parseName(project.settings.stateTable).schema !== undefined || tenants.every((one) => one.schema);
  const schema = hasSchemas ? undefined : await project.schema();
  const numbers = new Map(tenants.map((tenant, at) => [tenant, at]));
  const groups = new Map<string, Alike>();
  let done = 0;
  await forEachTenant(tenants, limits, async (tenant) => {
    if (stop?.aborted) return;
    const read = await readTenant(project, tenant, schema, limits.timeoutMs);
    const key = JSON.stringify(read);
    const group = groups.get(key) ?? { read, numbers: [] };
    groups.set(key, group);
    group.numbers.push(numbers.get(tenant) ?? 0);
    onRead?.(++done);
  });
  return [...groups.values()];
}

/** Runs the files of applied revisions that have a checksum. */
async function loadChecksums(
  { loader, graph }: ProjectFiles,
  groups: readonly Alike[],
  { onUnloadable }: StatusOptions,
): Promise<ReadonlyMap<string, string>> {
  const lists = groups.flatMap(({ read }) => collect(!("reason" in read) && read.applied));
  const wanted = new Set(lists.flatMap((list) => list.flatMap(([id, checksum]) => collect(checksum !== null && id))));
  if (wanted.size === 0) return new Map();
  const { loadRevision } = await import("../state/revisions.ts");
  const revisions = [...graph().revisions.values()].filter(({ id }) => wanted.has(id));
  // Compiled together where that is possible; which of them cannot be, the loop says.
  await loader.loadAll(revisions.map(({ file }) => file)).catch(ignoreUnlessCancelled);
  const checksums = new Map<string, string>();
  for (const revision of revisions)
    try {
      checksums.set(revision.id, (await loadRevision(loader, revision)).checksum);
    } catch (error) {
      if (!(error instanceof RemodelError) || isCancelled(error)) throw error;
      onUnloadable?.(revision.id, error.message);
    }
  return checksums;
}

import { dropUndefined } from "../given.ts";
import { groupBy } from "../group-by.ts";
import { currentHeads, missingRevisions } from "../history/current.ts";
import { ancestors, type Graph } from "../history/graph.ts";
import { foldIds } from "../history/squashed.ts";
import { joinNames } from "../words.ts";
import type { TenantState, Unread } from "./read-tenant.ts";

/** The state of a tenant, compared with a target. If two are true, it is the first of unreachable, ahead, empty, behind, edited, there. */
export type StatusState = "there" | "behind" | "ahead" | "edited" | "empty" | "unreachable";

/** All of them, in the order of a report. */
export const STATUS_STATES: readonly StatusState[] = ["there", "behind", "ahead", "edited", "empty", "unreachable"];

/** What the tenants of a class have in common. */
export interface TenantStatus {
  readonly state: StatusState;
  /** The topmost applied revisions. */
  readonly current: readonly string[];
  /** The fingerprint of the schema after the last run, if it is known. */
  readonly fingerprint?: string;
  readonly reason?: string;
}

/** Tenants that are alike. */
export interface StatusClass extends TenantStatus {
  readonly count: number;
  /** Their names, in the order of the inventory. */
  readonly tenants: readonly string[];
}

/** What the states of tenants are compared with. */
export interface StatusTarget {
  readonly graph: Graph;
  /** The ids of the target. */
  readonly target: readonly string[];
  /** Checksums of revision files, as far as they are known. */
  readonly checksums: ReadonlyMap<string, string>;
}

/** Compares the state of a tenant with a target. */
export function computeStatus(read: TenantState | Unread, target: StatusTarget): TenantStatus {
  if ("reason" in read) return { state: "unreachable", current: [], reason: read.reason };
  const { graph } = target;
  const rows = read.applied.map(([revision]) => revision);
  const ids = foldIds(graph.squashed, rows, read.half);
  const rest = {
    current: currentHeads(graph, ids),
    ...(read.fingerprint !== null && { fingerprint: read.fingerprint }),
  };
  const { state, reason } = judge(read, ids, target);
  return { state, ...rest, ...dropUndefined({ reason }) };
}

/** Why a tenant is in a state, where that is not clear from its revisions. */
interface Judgement {
  readonly state: StatusState;
  readonly reason?: string;
}

const HALF = "is half applied";

/** Whether the tenants of a class are in the middle of a revision. */
export function isHalfApplied({ state, reason }: TenantStatus): boolean {
  return state === "behind" && reason?.endsWith(HALF) === true;
}

function judge(read: TenantState, ids: readonly string[], { graph, target, checksums }: StatusTarget): Judgement {
  const missing = missingRevisions(graph, [...ids, ...read.half]);
  if (missing.length > 0) return { state: "ahead", reason: `has ${joinNames(missing)}, not in this folder` };
  if (ids.length === 0 && read.half.length === 0) return { state: "empty" };
  const whole = new Set(ids.filter((id) => !read.half.includes(id)));
  const isWhole = [...ancestors(graph, target)].every((id) => whole.has(id));
  if (read.half.length > 0) return { state: "behind", reason: `${joinNames(read.half)} ${HALF}` };
  const edited = findEdited(read, checksums);
  const reason = edited.length > 0 && { reason: `${joinNames(edited)} was edited after it was applied` };
  if (!isWhole) return { state: "behind", ...reason };
  if (!reason) return { state: "there" };
  return { state: "edited", ...reason };
}

function findEdited({ applied }: TenantState, checksums: ReadonlyMap<string, string>): readonly string[] {
  return applied
    .filter(([revision, checksum]) => checksum !== null && (checksums.get(revision) ?? checksum) !== checksum)
    .map(([revision]) => revision);
}

/**
 * Puts tenants that are alike into classes.
 * @param statuses each with its tenant, in the order of the inventory
 * @returns by state, the largest class first
 */
export function buildClasses(
  statuses: Iterable<readonly [name: string, status: TenantStatus]>,
): readonly StatusClass[] {
  return groupIntoClasses(statuses, STATUS_STATES, (one) => [one.state, one.current, one.fingerprint, one.reason]);
}

/**
 * Puts tenants that are alike into classes.
 * @param found what was found out about each tenant, in the order of the inventory
 * @param states all states, in the order of the classes
 * @param keyOf what is equal for tenants that are alike, as JSON has it
 * @returns by state, the largest class first
 */
export function groupIntoClasses<One extends { readonly state: string }>(
  found: Iterable<readonly [name: string, one: One]>,
  states: readonly One["state"][],
  keyOf: (one: One) => readonly unknown[],
): readonly (One & { readonly count: number; readonly tenants: readonly string[] })[] {
  const groups = groupBy(found, ([, one]) => JSON.stringify(keyOf(one)));
  const rank = ({ state }: One) => states.indexOf(state);
  return [...groups.values()]
    .flatMap((all) => {
      const tenants = all.map(([name]) => name);
      return all.slice(0, 1).map(([, one]) => ({ ...one, count: tenants.length, tenants }));
    })
    .sort((a, b) => rank(a) - rank(b) || b.count - a.count);
}

/** How many tenants are in each state. Every state has its number. */
export function countStates(classes: readonly StatusClass[]): Readonly<Record<StatusState, number>> {
  const counts = { there: 0, behind: 0, ahead: 0, edited: 0, empty: 0, unreachable: 0 };
  for (const { state, count } of classes) counts[state] += count;
  return counts;
}

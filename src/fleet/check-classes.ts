import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import type { Change } from "../schema/operation.ts";
import { hashJson } from "../state/hash-json.ts";
import { groupIntoClasses, STATUS_STATES, type StatusState, type TenantStatus } from "./classes.ts";

/** The state of a tenant, compared with the newest revisions, the schema that the last run left, and the models. */
export type CheckState = StatusState | "drifted" | "different";

/** All of them, in the order of a report. */
export const CHECK_STATES: readonly CheckState[] = [...STATUS_STATES, "drifted", "different"];

/** What was changed outside of revisions. */
export interface TenantDrift {
  /** The last revision. */
  readonly revision: string;
  readonly changes: readonly Change[];
  /** From what the last run left to the database, as a unified diff. */
  readonly diff: string;
}

/** What a comparison of a tenant found. */
export interface TenantDifference {
  /** From the database to the models. */
  readonly changes: readonly Change[];
  /** The same as a unified diff; empty if it is in no text, as rows of TypeORM's own table. */
  readonly diff: string;
  readonly drift?: TenantDrift;
}

/** What the tenants of a class have in common. */
export interface TenantCheck extends Omit<TenantStatus, "state"> {
  readonly state: CheckState;
  /** Absent if the tenant was not compared, or equals the models and what the last run left. */
  readonly difference?: TenantDifference;
}

/** Tenants that are alike. */
export interface CheckClass extends TenantCheck {
  readonly count: number;
  /** Their names, in the order of the inventory. */
  readonly tenants: readonly string[];
}

/**
 * Adds to the status of a tenant what its comparison found.
 * @param status there or edited: it has every revision
 * @param fingerprint that of its schema now
 * @param describe says in a few words what the drift, or the difference, is
 */
export function judgeDifference(
  { current, state, reason }: TenantStatus,
  fingerprint: string,
  difference: TenantDifference,
  describe: (difference: TenantDifference) => string,
): TenantCheck {
  const { drift, changes } = difference;
  if (drift === undefined && changes.length === 0) return { state, current, fingerprint, ...dropUndefined({ reason }) };
  const reasons = [describe(difference), ...collect(reason)];
  return {
    state: drift === undefined ? "different" : "drifted",
    current,
    fingerprint,
    reason: reasons.join("; "),
    difference,
  };
}

/**
 * Puts tenants that are alike into classes.
 * @param checks each with its tenant, in the order of the inventory
 * @returns by state, the largest class first
 */
export function buildCheckClasses(
  checks: Iterable<readonly [name: string, check: TenantCheck]>,
): readonly CheckClass[] {
  const words = new Map<TenantDifference | undefined, string>();
  return groupIntoClasses(checks, CHECK_STATES, ({ state, current, fingerprint, reason, difference }) => {
    if (!words.has(difference)) words.set(difference, hashJson(describeWhole(difference)));
    return [state, current, fingerprint, reason, words.get(difference)];
  });
}

function describeWhole(difference: TenantDifference | undefined): unknown {
  return [difference?.diff, difference?.drift?.diff, listSql(difference?.changes ?? [])];
}

function listSql(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ operations }) => operations.flatMap(({ name, sql }) => [name, ...sql]));
}

/** How many tenants are in each state. Every state has its number. */
export function countCheckStates(classes: readonly CheckClass[]): Readonly<Record<CheckState, number>> {
  const counts = { there: 0, behind: 0, ahead: 0, edited: 0, empty: 0, unreachable: 0, drifted: 0, different: 0 };
  for (const { state, count } of classes) counts[state] += count;
  return counts;
}

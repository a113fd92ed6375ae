import { collect, joinTexts } from "../collect.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { groupBy } from "../group-by.ts";
import { resolveName } from "../history/names.ts";
import type { Direction } from "../history/revision.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import { formatCount } from "../words.ts";
import {
  isBad,
  type PreflightFinding,
  type PreflightState,
  preflightTenant,
  readFinding,
  refuseTenant,
} from "./preflight.ts";
import type { EndedTenant } from "./report.ts";
import { describeNames } from "./report-text.ts";
import { surveyTenants } from "./survey.ts";
import type { FleetLimits, Tenant } from "./tenant.ts";

/** Tenants of which preflight says the same. */
export interface PreflightClass {
  readonly state: PreflightState;
  readonly reason?: string;
  readonly revision?: string;
  /** Shows the rows in the way of one of them. */
  readonly query?: string;
  /** How many rows are in the way in all of them. */
  readonly rows?: number;
  /** How large the tables are that will be changed, in all of them. */
  readonly bytes?: number;
  readonly count: number;
  readonly tenants: readonly string[];
}

/** What preflight says about a fleet, as `--json` prints it. */
export interface PreflightReport {
  readonly target: readonly string[];
  readonly classes: readonly PreflightClass[];
}

/** What preflight found out, by the names of the tenants. */
export type PreflightFindings = ReadonlyMap<string, PreflightFinding>;

/** Which tenants are looked at, and for which run. */
export interface PreflightRequest {
  readonly project: ProjectFiles;
  readonly tenants: readonly Tenant[];
  readonly limits: FleetLimits;
  readonly direction: Direction;
  readonly target: string;
  /** Aborted: no further tenant is looked at. */
  readonly stop: AbortSignal;
  /** Called after each tenant. */
  readonly onAsked?: () => void;
}

/** Looks for what will make a run fail, in all tenants. It only reads. */
export async function preflightFleet(request: PreflightRequest): Promise<PreflightFindings> {
  const { project, tenants, limits, direction, target, stop, onAsked } = request;
  resolveName(project.graph(), target);
  const found = await surveyTenants(project, tenants, { ...limits, stop, onAsked }, (session) =>
    preflightTenant(session, direction, target),
  );
  return new Map(tenants.map(({ name }) => [name, readFinding(found.get(name))]));
}

/** The tenants that preflight has found bad, with their lines of the report. */
export function refuseBad(
  findings: PreflightFindings,
  waves: readonly { readonly name: string; readonly tenants: readonly Tenant[] }[],
): ReadonlyMap<string, EndedTenant> {
  const bad = waves.flatMap(({ name: wave, tenants }) =>
    tenants.flatMap((tenant): readonly (readonly [string, EndedTenant])[] => {
      const finding = findings.get(tenant.name);
      if (finding === undefined || !isBad(finding)) return [];
      return [[tenant.name, refuseTenant(tenant, wave, finding)]];
    }),
  );
  return new Map(bad);
}

/** Puts tenants of which preflight says the same into one class, the largest first. */
export function classifyFindings(findings: PreflightFindings): readonly PreflightClass[] {
  const groups = groupBy([...findings], ([, { state, reason, revision }]) => [state, reason, revision].join(" "));
  const classes = [...groups.values()].flatMap((all): readonly PreflightClass[] => {
    const [first] = all;
    if (first === undefined) return [];
    const [, { state, reason, revision, query }] = first;
    const add = (key: "rows" | "bytes") => all.reduce((sum, [, one]) => sum + (one[key] ?? 0), 0) || undefined;
    const shown = dropUndefined({ reason, revision, query, rows: add("rows"), bytes: add("bytes") });
    return [{ state, ...shown, count: all.length, tenants: all.map(([name]) => name) }];
  });
  return classes.sort((a, b) => b.count - a.count);
}

const FAILING: readonly PreflightState[] = ["rows-in-the-way", "forbidden", "unreachable"];

/** Whether a run would fail in some tenants of a class. */
export function willFail({ state }: Pick<PreflightClass, "state">): boolean {
  return FAILING.includes(state);
}

/** How many names of a class are shown. */
const MOST_NAMES = 2;

/** Below this, the size of the tables is not worth a word: a run changes so much in a minute. */
const LARGE_BYTES = 1024 ** 3;

function describeSize(bytes = 0): string {
  if (bytes < LARGE_BYTES) return "";
  return ` (tables of ${formatCount(Math.round(bytes / LARGE_BYTES))} GB)`;
}

/** What preflight says, for people. */
export function describePreflight({ classes }: PreflightReport): string {
  const width = Math.max(...classes.map(({ count }) => formatCount(count).length));
  return classes.flatMap((one) => describeClass(one, width)).join("\n");
}

/** Tenants in these states need no names. */
const FINE: readonly PreflightState[] = ["ready", "there"];

function describeClass(one: PreflightClass, width: number): readonly string[] {
  const { state, reason, revision, query, rows, bytes, count, tenants } = one;
  const line = joinTexts(
    `${formatCount(count).padStart(width)}  ${state.replaceAll("-", " ")}`,
    mapGiven(revision, (name) => ` at ${name}`),
    mapGiven(reason, (why) => `: ${why}`),
    mapGiven(rows, (many) => ` (${formatCount(many)} ${many === 1 ? "row" : "rows"})`),
    describeSize(bytes),
    !FINE.includes(state) && `    ${describeNames(tenants, MOST_NAMES)}`,
  );
  return collect(
    line,
    mapGiven(query, (text) => `${" ".repeat(width + 2)}${text.replace(/\s+/g, " ")}`),
  );
}

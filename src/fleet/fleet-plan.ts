import { collect, joinTexts } from "../collect.ts";
import { groupBy } from "../group-by.ts";
import { currentHeads } from "../history/current.ts";
import { printableLine } from "../printable.ts";
import { type PlanData, planData, planText } from "../review/plan.ts";
import { dryRun } from "../run/dry-run.ts";
import { readState } from "../state/applied-rows.ts";
import { loadRevisions } from "../state/revisions.ts";
import { classifyFailure } from "./failure.ts";
import type { PreflightRequest } from "./preflight-fleet.ts";
import { surveyTenants } from "./survey.ts";

/** Where a tenant is, and what would be run there. */
interface TenantPlan {
  readonly name: string;
  readonly current: readonly string[];
  readonly revisions: readonly string[];
}

/** What `fleet upgrade --plan --json` prints. */
export interface FleetPlanData {
  /** Tenants that start from the same revisions. */
  readonly classes: readonly PlannedClass[];
  /** The tenants for which nothing could be planned; absent if there are none. */
  readonly withoutPlan?: readonly { readonly name: string; readonly reason: string }[];
}

/** Tenants for which a run would do the same. */
export interface PlannedClass extends PlanData {
  /** The topmost applied revisions; absent if there are none. */
  readonly current?: readonly string[];
  /** How many tenants it has. */
  readonly count: number;
  readonly tenants: readonly string[];
}

/** What a run would do, for each class of starting points. */
export interface FleetPlan {
  readonly text: string;
  /** As `--json` prints it. */
  readonly data: FleetPlanData;
}

/** Plans a run without running anything. */
export async function planFleet(request: PreflightRequest): Promise<FleetPlan> {
  const { project, tenants, limits, direction, target, stop } = request;
  const findings = await surveyTenants(project, tenants, { ...limits, stop }, async (session, { name }) => {
    const applied = await readState(await session.connection(), await session.state());
    const loaded = await dryRun(session, direction, target);
    const current = currentHeads(
      session.graph(),
      applied.map(({ revision }) => revision),
    );
    return { name, current, revisions: loaded.map(({ revision }) => revision.id) };
  });
  const plans = [...findings.values()].flatMap((one): readonly TenantPlan[] => collect("found" in one && one.found));
  const withoutPlan = [...findings].flatMap(([name, one]) =>
    collect("error" in one && { name, reason: classifyFailure(one.error).reason }),
  );
  const groups = groupBy(plans, ({ current, revisions }) => [current.join(), revisions.join()].join(" "));
  const classes: { readonly text: string; readonly data: PlannedClass }[] = [];
  for (const all of groups.values()) classes.push(await describeClass(request, all));
  const data = { classes: classes.map((one) => one.data), ...(withoutPlan.length > 0 && { withoutPlan }) };
  return { text: classes.map(({ text }) => text).join("\n\n"), data };
}

async function describeClass(
  { project: { loader, graph }, direction }: PreflightRequest,
  all: readonly TenantPlan[],
): Promise<{ readonly text: string; readonly data: PlannedClass }> {
  const { current = [], revisions = [] } = all[0] ?? {};
  const tenants = all.map(({ name }) => name);
  const loaded = await loadRevisions(
    loader,
    revisions.flatMap((id) => graph().given.get(id) ?? []),
  );
  const where = current.length === 0 ? "without a revision" : `at ${current.join(", ")}`;
  const title = joinTexts(
    `-- ${tenants.length} ${where}: ${tenants.slice(0, 5).map(printableLine).join(", ")}`,
    tenants.length > 5 && " …",
  );
  const text = loaded.length === 0 ? "-- Nothing to do." : planText(loaded, direction);
  return {
    text: `${title}\n${text}`,
    data: {
      ...(current.length > 0 && { current }),
      count: tenants.length,
      tenants,
      ...planData(loaded, direction),
    },
  };
}

import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import type { Direction } from "./context.ts";
import { loadPlan } from "./load-plan.ts";
import { planNow } from "./replan.ts";
import type { RunOptions } from "./run.ts";

/**
 * Returns what a run would do: its revisions in order, with their operations. Nothing is run. Questions may be open.
 * @param session the project and the database, whose state is read
 * @param target a revision, `head`, `heads`, `base`, `+1`, `-1` …
 * @throws RemodelError `REVISION_UNKNOWN`, `REVISION_AMBIGUOUS`, `GRAPH_HEADS`, `DATABASE_AHEAD`, `REVISION_HALF_APPLIED`
 */
export async function dryRun(
  session: Session,
  direction: Direction,
  target = "heads",
  { withDependents = false }: Pick<RunOptions, "withDependents"> = {},
): Promise<readonly LoadedRevision[]> {
  const { plan } = await planNow({ session, direction, target, withDependents });
  return await loadPlan(session, plan);
}

import { does } from "../kinds/targets.ts";
import { id } from "../sql.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { listRunSteps, type PlacedProbe, type RunStep } from "./placed-probes.ts";
import { askProbes, type ProbeResult } from "./probe-revisions.ts";

/**
 * Looks whether the columns that revisions drop have values, as `probeRevisions` looks for rows in the way.
 * @param revisions the pending revisions, in the order of the run
 * @returns one result for each such operation, whose `name` is the column. `clear`: every value is NULL
 */
export async function probeDroppedColumns(
  session: Session,
  revisions: readonly LoadedRevision[],
): Promise<readonly ProbeResult[]> {
  const steps = listRunSteps(revisions, "upgrade");
  const placed = steps.flatMap((step, at) => placeDrop(step, steps.slice(0, at)));
  if (placed.length === 0) return [];
  return await askProbes({ db: await session.connection(), server: await session.server() }, placed);
}

function placeDrop(step: RunStep, before: readonly RunStep[]): readonly PlacedProbe[] {
  const { operation } = step.recorded;
  const { table, name } = operation.target ?? {};
  if (!does(operation, "drop", "column") || table === undefined || name === undefined) return [];
  return [{ probe: { table, name, finds: "violations", expression: `${id(name)} IS NULL` }, step, before }];
}

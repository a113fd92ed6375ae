import type { Direction } from "../history/revision.ts";
import { does } from "../kinds/targets.ts";
import type { Recorded } from "../revision/op.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import type { LoadedRevision } from "../state/revisions.ts";

/** An operation of a run, and its revision. */
export interface RunStep {
  readonly loaded: LoadedRevision;
  readonly recorded: Recorded;
}

/** A probe of one operation of a run. */
export interface PlacedProbe {
  readonly probe: RowProbe;
  readonly step: RunStep;
  /** The operations of the run before the rows count: for a NOT VALID constraint those before it was added. */
  readonly before: readonly RunStep[];
}

/** Lists the operations of several revisions in the order of the run. */
export function listRunSteps(revisions: readonly LoadedRevision[], direction: Direction): readonly RunStep[] {
  return revisions.flatMap((loaded) => loaded[direction].map((recorded) => ({ loaded, recorded })));
}

/**
 * Lists the probes of an operation.
 * @param steps the operations of the run
 * @param at the index of the operation
 */
export function placeProbes(steps: readonly RunStep[], at: number): readonly PlacedProbe[] {
  const step = steps[at];
  if (step === undefined) return [];
  const before = steps.slice(0, at);
  return (step.recorded.operation.probes ?? []).map((probe) => {
    const created = probe.finds === "unchecked" ? findCreation(before, probe) : undefined;
    return { probe, step, before, ...created };
  });
}

/** Finds the earlier operation that adds a constraint as NOT VALID. Rows that are written after it satisfy it. */
function findCreation(
  before: readonly RunStep[],
  { table, name }: RowProbe,
): Pick<PlacedProbe, "probe" | "before"> | undefined {
  const at = before.findLastIndex(
    ({ recorded: { operation } }) =>
      does(operation, "create", "constraint") && operation.target?.table === table && operation.target.name === name,
  );
  const probe = before[at]?.recorded.operation.unchecked?.[0];
  if (probe === undefined) return undefined;
  return { probe, before: before.slice(0, at) };
}

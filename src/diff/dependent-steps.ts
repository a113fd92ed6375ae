import { dependents, keysOfUse } from "../kinds/dependents.ts";
import { sql } from "../kinds/statements.ts";
import type { Dependent, Note } from "../schema/dependencies.ts";
import type { Operation } from "../schema/operation.ts";
import { type DependentPlan, planDependents } from "./dependents.ts";
import { type FateSides, findFates, keyOfTarget } from "./fates.ts";
import type { Step } from "./order.ts";

/** What is known of a diff besides its steps. */
export interface DependentSides extends FateSides {
  /** Tables that have the name which the statements of dependents have only after the renames: on the way back. */
  readonly renamedTables: ReadonlySet<string>;
}

/**
 * Adds the steps that drop dependents before a change and create them after it, and notes about the others.
 * @param steps the steps of a diff
 * @param sides see {@link DependentSides}
 */
export function withDependents(steps: readonly Step[], sides: DependentSides): readonly Step[] {
  const { dependencies, before, after, isBack, renamedTables } = sides;
  const fates = findFates(steps, sides);
  if (fates.size === 0) return steps;
  const { drop, create, notes } = planDependents(dependencies, fates, [before, after], isBack);
  return [
    ...addNotes(steps, notes),
    ...drop.map(
      (one, place): Step => ({
        ...stepOf(one),
        ...(one.table !== undefined && renamedTables.has(one.table) && { table: one.table }),
        move: "drop",
        place,
        change: { operations: [sql(one.drop)] },
      }),
    ),
    ...create.map(
      (one, place): Step => ({
        ...stepOf(one),
        move: "create",
        place,
        change: { operations: one.create.map((text) => sql(text)) },
      }),
    ),
  ];
}

function stepOf({ kind, name, table }: Dependent): Pick<Step, "kind" | "name"> {
  return { kind: dependents, name: `${kind} ${name} ${table ?? ""}` };
}

/**
 * Puts notes where the first of the objects changes that they are about. What uses a dependent of an earlier note is about
 * the same change.
 */
function addNotes(steps: readonly Step[], notes: DependentPlan["notes"]): readonly Step[] {
  const byStep = new Map<Step | undefined, Note[]>();
  let near = steps[0];
  for (const { note, uses } of notes) {
    const keys = new Set<string | undefined>(uses.flatMap(keysOfUse));
    const isAbout = ({ target }: Operation) => target !== undefined && keys.has(keyOfTarget(target));
    near = steps.find(({ change }) => change.operations.some(isAbout)) ?? near;
    byStep.set(near, [...(byStep.get(near) ?? []), note]);
  }
  return steps.map((step) => {
    const added = byStep.get(step);
    if (added === undefined) return step;
    return { ...step, change: { ...step.change, notes: added } };
  });
}

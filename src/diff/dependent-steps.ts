import { dependents, keyForTables, keyOfDependent, keysOfUse, rebuiltKey, usesOf } from "../kinds/dependents.ts";
import { sql } from "../kinds/statements.ts";
import type { Dependent, Use } from "../schema/dependencies.ts";
import { type Aside, placeBefore, relationsAside } from "./asides.ts";
import { type DependentPlan, planDependents } from "./dependents.ts";
import type { Fates } from "./fate.ts";
import { type FateSides, fateOf, findFates } from "./fates.ts";
import { notesOfHeirs } from "./heir-notes.ts";
import type { Step } from "./order.ts";
import { type DependentSteps, placeNotes } from "./place-notes.ts";
import { invert } from "./renames.ts";

/** What is known of a diff besides its steps. */
export interface DependentSides extends FateSides {
  readonly asides: readonly Aside[];
  /** Tables that have the name which the statements of dependents have only after the renames: on the way back. */
  readonly renamedTables: ReadonlySet<string>;
  /** Puts steps in their order. */
  readonly sort: (steps: readonly Step[]) => readonly Step[];
}

/**
 * Adds the steps that drop dependents before a change and create them after it, and notes about the others.
 * @param steps the steps of a diff
 * @param sides see {@link DependentSides}
 * @returns the steps in their order, and what {@link planDependents} says about tables that come back
 */
export function withDependents(
  steps: readonly Step[],
  sides: DependentSides,
): { readonly sorted: readonly Step[] } & Pick<DependentPlan, "untied"> {
  const { dependencies, before, after, isBack, renamedTables, sort } = sides;
  const fates = findFates(steps, sides);
  // A step can change what a table inherits without a fate for it: a name, NOT NULL.
  const isBound = dependencies.dependents.some(({ bound, own }) => bound !== undefined || own !== undefined);
  if (fates.size === 0 && !isBound) return { sorted: sort(steps), untied: new Set() };
  const namesBefore = invert(relationsAside(sides.asides));
  const { drop, create, notes, untied } = planDependents(dependencies, fates, { before, after, isBack, namesBefore });
  const forTables = findForTables(create, fates);
  const stepOf = (one: Dependent) => ({ ...nameStep(one), ...(forTables.has(keyForTables(one)) && IS_FOR_TABLES) });
  const early = findBeforeAsides(drop, sides);
  const dropSteps = drop.map(
    (one, place): Step => ({
      ...stepOf(one),
      ...(one.table !== undefined && renamedTables.has(one.table) && { table: one.table }),
      move: "drop",
      place,
      change: { operations: [sql(one.drop)], ...(early.has(one) && { beforeAsides: true }) },
    }),
  );
  const createSteps = create.map(
    (one, place): Step => ({
      ...stepOf(one),
      move: "create",
      place,
      change: { operations: one.create.map((text) => sql(text)) },
    }),
  );
  const around = [
    ...drop.map((dependent, at) => ({ dependent, ...withStep("drop", dropSteps[at]) })),
    ...create.map((dependent, at) => ({ dependent, ...withStep("create", createSteps[at]) })),
  ];
  const all = [...placeBefore(sides.asides), ...sort([...steps, ...dropSteps, ...createSteps])];
  return { sorted: placeNotes(all, around, [...notes, ...notesOfHeirs(steps, sides)]), untied };
}

/** What is dropped by a name that has types of tables in it, while these still have their names, and what uses it. */
function findBeforeAsides(drop: readonly Dependent[], { asides }: DependentSides): ReadonlySet<Dependent> {
  const names = new Set(asides.filter(({ table }) => table === "").map(({ name }) => name));
  const found = new Set<Dependent>();
  const keys = new Set<string>();
  for (const one of drop.toReversed()) {
    const isCalledByTypes = keyForTables(one)?.startsWith("type ") === false;
    const hasName = isCalledByTypes && one.uses.some((use) => names.has(nameOf(use)));
    if (
      !hasName &&
      !usesOf(one)
        .flatMap(keysOfUse)
        .some((key) => keys.has(key))
    )
      continue;
    found.add(one);
    keys.add(keyOfDependent(one) ?? "");
  }
  return found;
}

/** The name that types and relations share. */
function nameOf(use: Use): string {
  if ("relation" in use) return use.relation;
  return "type" in use ? use.type : "";
}

function withStep(side: "drop" | "create", step: Step | undefined): Omit<DependentSteps, "dependent"> {
  return step === undefined ? {} : { [side]: step };
}

const IS_FOR_TABLES: Pick<Step, "isForTables"> = { isForTables: true };

/** The keys of those that tables may use, and that need nothing of a table or view that changes. */
function findForTables(created: readonly Dependent[], fates: Fates): ReadonlySet<string | undefined> {
  const forTables = new Set<string>();
  const later = new Set<string>();
  for (const one of created) {
    const uses = usesOf(one);
    const needsTable = uses.some((use) => {
      const fate = fateOf(use, fates);
      return fate === "exchanged" || ("relation" in use && (fate !== undefined || fates.has(rebuiltKey(use.relation))));
    });
    const isLate = needsTable || uses.flatMap(keysOfUse).some((key) => later.has(key));
    const key = keyForTables(one);
    if (key !== undefined && !isLate) forTables.add(key);
    else later.add(keyOfDependent(one) ?? "");
  }
  return forTables;
}

function nameStep({ kind, name, table }: Dependent): Pick<Step, "kind" | "name"> {
  return { kind: dependents, name: `${kind} ${name} ${table ?? ""}` };
}

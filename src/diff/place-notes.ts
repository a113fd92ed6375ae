import { keyOfDependent, keysOfUse } from "../kinds/dependents.ts";
import type { Dependent, Note, Use } from "../schema/dependencies.ts";
import type { Change, Operation, OperationTarget } from "../schema/operation.ts";
import { keyOfTarget } from "./fates.ts";
import type { Step } from "./order.ts";
import { markTaken } from "./taken-views.ts";

/** A note, and what it is about. */
export interface PlacedNote {
  readonly dependent: Dependent;
  readonly note: Note;
  /** What it uses that goes or changes. */
  readonly uses: readonly Use[];
}

/** The steps that drop and create one dependent. */
export interface DependentSteps {
  readonly dependent: Dependent;
  readonly drop?: Step;
  readonly create?: Step;
}

/** What notes add to the change of a step. */
type Notes = Pick<Change, "notes" | "createLater" | "createAgain">;

/** Where an object has to be dropped at the latest, and where it can be created again. */
interface Spot {
  readonly drop: Step;
  readonly create: Step;
}

/**
 * Puts each note where the first of the objects changes that it is about. What has to be dropped before an earlier step has
 * its note there, and its object can be created again only where what it uses is there again.
 * @param sorted the steps of a diff with those of dependents, in their order
 * @param around the dependents that are dropped and created
 * @param notes in the order in which their objects can be created
 */
export function placeNotes(
  sorted: readonly Step[],
  around: readonly DependentSteps[],
  notes: readonly PlacedNote[],
): readonly Step[] {
  const [first] = sorted;
  if (notes.length === 0 || first === undefined) return sorted;
  const added = new Map<Step, Notes>();
  const add = (step: Step, list: keyof Notes, note: Note) => {
    const known = added.get(step);
    added.set(step, { ...known, [list]: [...(known?.[list] ?? []), note] });
  };
  const findSpot = spotFinder([first, ...sorted.slice(1)], around);
  for (const placed of inheritanceLast(notes)) {
    const { drop, create } = findSpot(placed);
    add(drop, "notes", placed.note);
    if (drop === create) continue;
    add(drop, "createLater", placed.note);
    add(create, "createAgain", placed.note);
  }
  return sorted.map((step) => {
    const more = added.get(step);
    return more === undefined ? step : { ...step, change: { ...step.change, ...more } };
  });
}

/**
 * A table inherits again after all else is created: until then PostgreSQL refuses to change what it has from another one,
 * and afterwards it compares the two.
 */
function inheritanceLast(notes: readonly PlacedNote[]): readonly PlacedNote[] {
  const isInheritance = ({ dependent: { kind } }: PlacedNote) => kind === "table";
  return [...notes.filter((one) => !isInheritance(one)), ...notes.filter(isInheritance)];
}

/** Prepares a function that finds the place of one note after another: what uses the object of an earlier note goes before it. */
function spotFinder(
  sorted: readonly [Step, ...Step[]],
  around: readonly DependentSteps[],
): (placed: PlacedNote) => Spot {
  const places = new Map(sorted.map((step, at) => [step, at]));
  const inOrder = (steps: readonly (Step | undefined)[]) =>
    steps.filter((step) => step !== undefined).sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  const [first] = sorted;
  const last = sorted.at(-1) ?? first;
  const rename = sorted.find(({ move }) => move === "rename");
  const found: { readonly dependent: Dependent; readonly spot: Spot }[] = [];
  const created = new Map(around.map(({ dependent, create }) => [dependent, create]));
  return ({ dependent, note: { effect }, uses }) => {
    const again = created.get(dependent);
    if (effect === "lost" && again !== undefined) return { drop: again, create: again };
    const keys = new Set<string | undefined>(uses.flatMap(keysOfUse));
    const isAbout = ({ target }: Operation) =>
      target !== undefined && (keys.has(keyOfTarget(target)) || keys.has(keyOfTarget(withMark(target))));
    const about = sorted.filter(({ change }) => change.operations.some(isAbout));
    const used = around.filter((one) => keys.has(keyOfDependent(one.dependent)));
    const isUsed = (one: Dependent) => keys.has(keyOfDependent(one)) || isPartOfFamily(one, dependent);
    const noted = found.filter((one) => isUsed(one.dependent)).map(({ spot }) => spot);
    const hasOldNames = (dependent.hasOldNames && effect !== "lost") || dependent.renamedBound !== undefined;
    const drops = [...about, ...[...used, ...noted].map((one) => one.drop)];
    const [drop = first] = inOrder([...drops, ...(hasOldNames ? [rename] : [])]);
    const create = inOrder([...about, ...[...used, ...noted].map((one) => one.create)]).at(-1) ?? last;
    const spot = { drop, create };
    found.push({ dependent, spot });
    return spot;
  };
}

/** The drop of a view whose name a renamed table may take. */
function withMark(target: OperationTarget): OperationTarget {
  return target.kind === "view" && target.effect === "drop" ? { ...target, name: markTaken(target.name) } : target;
}

/** Whether it is a part of a table that inherits, or of one from which that inherits. */
function isPartOfFamily({ table }: Dependent, { kind, name, uses }: Dependent): boolean {
  if (kind !== "table" || table === undefined) return false;
  return table === name || uses.some((use) => "relation" in use && use.relation === table);
}

/** The notes of several changes. */
export function joinNotes(changes: readonly Change[]): Notes {
  const lists = (["notes", "createLater", "createAgain"] as const).map(
    (list) => [list, changes.flatMap((change) => change[list] ?? [])] as const,
  );
  return Object.fromEntries(lists.filter(([, found]) => found.length > 0));
}

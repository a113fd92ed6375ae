import { indexByName } from "../index-by-name.ts";
import {
  columnKey,
  FAMILY_MEMBER,
  isHeir,
  keyOfDependent,
  keysOfUse,
  listParents,
  useKey,
} from "../kinds/dependents.ts";
import type { Dependencies, Dependent, Note, Use } from "../schema/dependencies.ts";
import type { Schema } from "../schema/schema.ts";
import { boundFinder, type FindBound } from "./bound-columns.ts";
import { type Decision, decide, decideBack, NONE, usesWith } from "./decisions.ts";
import { type Declared, fateOfOwner, findDeclared, keyOfPart } from "./declared-dependents.ts";
import { lacksSomething, noteOf, noteOfLostChecks } from "./dependent-notes.ts";
import { dropIfExists } from "./drop-if-exists.ts";
import type { Fate, Fates } from "./fate.ts";
import { fateOf } from "./fates.ts";
import type { PlacedNote } from "./place-notes.ts";
import { renameDependent, renameUse } from "./rename-dependencies.ts";
import type { Rename } from "./renames.ts";

/** What a revision does to the dependents of a database. */
export interface DependentPlan {
  /** In the order in which they can be dropped. */
  readonly drop: readonly Dependent[];
  /** In the order in which they can be created. */
  readonly create: readonly Dependent[];
  /** What happens to the others, and to those that are dropped and created: each with what it uses that is dropped or changed. */
  readonly notes: readonly PlacedNote[];
  /**
   * The tables that come back and cannot inherit as they did, or be of a type: a person had to drop or change what they
   * had their columns from.
   */
  readonly untied: ReadonlySet<string>;
}

/**
 * Decides what becomes of the objects that use what a diff drops or changes.
 * @param dependencies in the names of the schema after
 * @param fates what becomes of what they use
 * @param sides see {@link PlannedSides}
 */
export function planDependents(
  dependencies: Dependencies,
  fates: Fates,
  { before, after, isBack, namesBefore }: PlannedSides,
): DependentPlan {
  const { dependents } = dependencies;
  const schemas = [before, after];
  const heirs = indexHeirs(dependencies);
  const [declared, findBound] = [findDeclared(schemas), boundFinder({ before, after, isBack })];
  const [lacking, maybeGone] = [new Set<string>(), new Set<string>()];
  const around = { fates, known: new Map(fates), declared, findBound, heirs, isBack, namesBefore, lacking, maybeGone };
  const plan: PlanDraft = { drop: [], create: [], notes: [] };
  for (const one of dependents) {
    const decision = decideUnlessDeclared(one, around);
    addToPlan(plan, one, decision, around);
    const { effect, fate = FATES[effect] } = decision;
    // From a table that inherits, only the inheritance is taken.
    if (one.kind !== "table") setFate(around, one, fate);
  }
  return { ...plan, drop: plan.drop.toReversed(), untied: findUntied(around) };
}

/** The diff that dependents are planned for. */
export interface PlannedSides {
  readonly before: Schema;
  readonly after: Schema;
  /** Whether the live database is what the diff leads to. */
  readonly isBack: boolean;
  /** What has given up its name before: notes call it as people know it. */
  readonly namesBefore: readonly Rename[];
}

/** A plan that is being made. What is dropped is in the order of creation. */
interface PlanDraft {
  readonly drop: Dependent[];
  readonly create: Dependent[];
  readonly notes: PlacedNote[];
}

function addToPlan(plan: PlanDraft, one: Dependent, decision: Decision, around: Around): void {
  const { isBack } = around;
  const { effect, uses, early } = decision;
  const isCreated = CREATED.includes(effect);
  if (effect === "restored" || early) plan.drop.push(dropIfLeft(one, around));
  if (isCreated) plan.create.push(one);
  if (isCreated && one.bySuperuser)
    plan.notes.push({ dependent: one, note: noteOfLostChecks(renameDependent(one, around.namesBefore)), uses: [] });
  const isWhole = isCreatedByHand(one, effect, around);
  if (isNoted(effect, isBack)) plan.notes.push(placedNote(one, effect, uses, around, isWhole));
}

/** Whether a person can create it again as it was, if the revision does not. */
function isCreatedByHand(one: Dependent, effect: Decision["effect"], { known, lacking }: Around): boolean {
  if (effect !== "blocks" && effect !== "lost") return false;
  const lacks = lacksSomething(one, known, lacking);
  if (lacks) lacking.add(keyOfDependent(one) ?? "");
  return !lacks && AS_THEY_WERE.includes(one.kind) && !(one.hasExpression && isRetyped(one, known));
}

/** The expression of a generated column may not fit another type. */
function isRetyped(one: Dependent, known: Fates): boolean {
  return usesWith(one, known, "retyped", "converted", "unordered").length > 0;
}

/** Their statements cannot name something that is gone, as a check can name a removed value. */
const AS_THEY_WERE: readonly string[] = ["column", FAMILY_MEMBER];

const CREATED: readonly Decision["effect"][] = ["restored", "recreated"];

/** It has to be out of the way of everything that it uses. */
function placedNote(
  dependent: Dependent,
  effect: Note["effect"],
  uses: readonly Use[],
  { known, namesBefore }: Around,
  isWhole: boolean,
): PlacedNote {
  const changed = dependent.uses.filter((use) => fateOf(use, known) !== undefined);
  const called = renameDependent(dependent, namesBefore);
  const usesCalled = uses.map((use) => renameUse(use, namesBefore));
  const note = noteOf(called, effect, usesCalled, isWhole);
  return { dependent, note, uses: effect === "lost" ? uses : [...uses, ...changed] };
}

/** What the fate of a dependent depends on. */
interface Around {
  /** What becomes of what is declared. */
  readonly fates: Fates;
  /** The same with the dependents before it. */
  readonly known: Map<string, Fate>;
  readonly declared: Declared;
  readonly findBound: FindBound;
  /** Tables that inherit from another one, and partitions, by name. */
  readonly heirs: ReadonlyMap<string, Dependent>;
  readonly isBack: boolean;
  readonly namesBefore: readonly Rename[];
  /** The keys of dependents that a person cannot create again as they were. */
  readonly lacking: Set<string>;
  /** The keys of dependents that a person may have dropped before. */
  readonly maybeGone: Set<string>;
}

/** What is declared has its own steps, unless it uses a dependent that is dropped. */
function decideUnlessDeclared(one: Dependent, around: Around): Decision {
  const { fates, known, findBound, isBack } = around;
  const usesDropped = one.uses.some((use) => isDropped(use, known) && !isDropped(use, fates));
  const owner = fateWithOwner(one, around);
  if (owner !== undefined) return owner === "gone" && usesDropped ? { ...NONE, early: true } : NONE;
  const bound = findBound(one, fates);
  if (bound.length > 0) return { effect: "blocks", uses: bound };
  if (hasOwnSteps(one, usesDropped, around)) return NONE;
  return isBack ? decideBack(one, known) : decide(one, known);
}

/** Whether what is declared decides about it, or the table that it comes from. */
function hasOwnSteps(one: Dependent, usesDropped: boolean, { fates, known, declared, heirs }: Around): boolean {
  if (declared.isPart(one) && (!usesDropped || fates.has(keyOfPart(one)))) return true;
  return declared.isHandled(one) || hasFate(one, fates) || followsParent(one, heirs, known);
}

/** What becomes of it where the steps of its table or column take care of it. */
function fateWithOwner(one: Dependent, { fates, declared, isBack }: Around): Fate | undefined {
  if (goesWithTable(one, fates)) return "gone";
  if (declared.isOtherDefault(one)) return isBack ? "created" : "gone";
  const own = declared.isPart(one) ? fateOfOwner(one, fates) : undefined;
  return own === "gone" || own === "created" ? own : undefined;
}

/** Whether it is a part of a table that goes on to have it from another table. */
function followsParent(
  { table = "", isInherited }: Dependent,
  heirs: ReadonlyMap<string, Dependent>,
  fates: Fates,
): boolean {
  const heir = heirs.get(table);
  return (
    isInherited === true && (heir === undefined || usesWith(heir, fates, "gone", "blocked", "created").length === 0)
  );
}

function hasFate(dependent: Dependent, fates: Fates): boolean {
  const key = keyOfDependent(dependent);
  return key !== undefined && fates.has(key);
}

/** A column is also one of the tables that inherit it, unless the diff itself changes it there: then it no longer inherits. */
function setFate({ fates, known, heirs }: Around, dependent: Dependent, fate: Fate | undefined): void {
  const { kind, name, table } = dependent;
  const key = keyOfDependent(dependent);
  if (key === undefined || fate === undefined) return;
  known.set(key, fate);
  if (kind !== "column" || table === undefined) return;
  for (const holder of listHolders(table, heirs)) {
    const inherited = columnKey(name, holder);
    if (!fates.has(inherited)) known.set(inherited, fate);
  }
}

function findUntied({ fates, known, heirs }: Around): ReadonlySet<string> {
  const parts = ({ bound }: Dependent, parent: Use) =>
    "relation" in parent ? (bound?.columns ?? []).map((column) => ({ ...parent, column })) : [];
  const isUntied = (heir: Dependent) => {
    const uses = heir.uses.flatMap((use) => [use, ...parts(heir, use)]);
    return usesWith({ ...heir, uses }, known, "missing", "blocked").length > 0;
  };
  const created = [...heirs.values()].filter(({ name }) => fates.get(useKey({ relation: name })) === "created");
  return new Set(created.filter(isUntied).map(({ name }) => name));
}

/** The tables that inherit and the partitions, by name, in the order in which they can be created. */
export function indexHeirs({ dependents }: Dependencies): ReadonlyMap<string, Dependent> {
  return indexByName(dependents.filter(isHeir));
}

/**
 * A table, and the tables that inherit from it.
 * @param heirs the tables that inherit, in the order in which they can be created
 */
export function listHolders(table: string, heirs: ReadonlyMap<string, Dependent>): ReadonlySet<string> {
  const holders = new Set([table]);
  for (const heir of heirs.values())
    if (listParents(heir).some((parent) => holders.has(parent))) holders.add(heir.name);
  return holders;
}

/** What a downgrade drops and creates again has a note in the upgrade already. */
function isNoted(effect: Decision["effect"], isBack: boolean): effect is Note["effect"] {
  return effect !== "none" && effect !== "recreated" && !(isBack && effect === "restored");
}

/** What becomes of a dependent that others use. */
const FATES: Readonly<Partial<Record<Decision["effect"], Fate>>> = {
  restored: "replaced",
  recreated: "replaced",
  blocks: "blocked",
  lost: "gone",
};

function isDropped(use: Use, fates: Fates): boolean {
  return ["replaced", "blocked", "gone"].includes(fateOf(use, fates) ?? "");
}

/** Whether it is a table that goes, or a column of one. */
function goesWithTable({ kind, name, table = name }: Dependent, fates: Fates): boolean {
  return (kind === "table" || kind === "column") && fates.get(`relation ${table}`) === "gone";
}

/**
 * What a person had to drop on the way there may be gone, together with what uses it, or something else may be in its
 * place.
 */
function dropIfLeft(dependent: Dependent, { known, isBack, maybeGone }: Around): Dependent {
  const usesGone = dependent.uses.flatMap(keysOfUse).some((key) => maybeGone.has(key));
  const isUnsure = usesWith(dependent, known, "exchanged", "created").length > 0;
  if (!(dependent.isUncreatable || (isBack && (usesGone || isUnsure)))) return dependent;
  maybeGone.add(keyOfDependent(dependent) ?? "");
  return { ...dependent, drop: dropIfExists(dependent.drop) };
}

import { collect } from "../collect.ts";
import { indexByName } from "../index-by-name.ts";
import { columnKey, isWhole, keyOfDependent, rowKey } from "../kinds/dependents.ts";
import type { Dependencies, Dependent, Note, Use } from "../schema/dependencies.ts";
import type { Schema } from "../schema/schema.ts";
import { boundFinder, type FindBound } from "./bound-columns.ts";
import { type Declared, fateOfOwner, findDeclared, keyOfPart } from "./declared-dependents.ts";
import { noteOf, noteOfLostChecks } from "./dependent-notes.ts";
import { dropIfExists } from "./drop-if-exists.ts";
import type { Fate, Fates } from "./fate.ts";
import { fateOf } from "./fates.ts";
import type { PlacedNote } from "./place-notes.ts";

/** What a revision does to the dependents of a database. */
export interface DependentPlan {
  /** In the order in which they can be dropped. */
  readonly drop: readonly Dependent[];
  /** In the order in which they can be created. */
  readonly create: readonly Dependent[];
  /** What happens to the others, and on the way there to those that are dropped and created, each with what it uses that goes or changes. */
  readonly notes: readonly PlacedNote[];
}

/** What a diff does to one dependent, and why. */
interface Decision {
  readonly effect: Note["effect"] | "recreated" | "none";
  readonly uses: readonly Use[];
  /** It is dropped before its table is, because of what else it uses. */
  readonly early?: true;
  /** What becomes of it for what uses it, if its effect does not say that. */
  readonly fate?: Fate;
}

const NONE: Decision = { effect: "none", uses: [] };
const MISSING: Decision = { ...NONE, fate: "missing" };

/**
 * Decides what becomes of the objects that use what a diff drops or changes.
 * @param dependencies in the names of the schema after
 * @param fates what becomes of what they use
 * @param schemas both schemas of the diff
 * @param isBack whether the live database is what the diff leads to
 */
export function planDependents(
  dependencies: Dependencies,
  fates: Fates,
  schemas: readonly Schema[],
  isBack: boolean,
): DependentPlan {
  const { dependents } = dependencies;
  const heirs = indexByName(dependents.filter(({ kind }) => kind === "table" || kind === "partition"));
  const [declared, findBound] = [findDeclared(schemas), boundFinder(schemas)];
  const around = { fates, known: new Map(fates), declared, findBound, heirs, isBack };
  const plan = { drop: [] as Dependent[], create: [] as Dependent[], notes: [] as DependentPlan["notes"][number][] };
  for (const one of dependents) {
    const { effect, uses, early, fate = FATES[effect] } = decideUnlessDeclared(one, around);
    if (effect === "restored" || early) plan.drop.push(dropIfLeft(one, around.known, isBack));
    const isCreated = effect === "restored" || effect === "recreated";
    if (isCreated) plan.create.push(one);
    if (isCreated && one.bySuperuser) plan.notes.push({ dependent: one, note: noteOfLostChecks(one), uses: [] });
    if (isNoted(effect, isBack)) plan.notes.push(placedNote(one, effect, uses, around.known));
    // From a table that inherits, only the inheritance is taken.
    if (one.kind !== "table") setFate(around.known, one, fate, heirs);
  }
  return { ...plan, drop: plan.drop.toReversed() };
}

/** It has to be out of the way of everything that it uses. */
function placedNote(dependent: Dependent, effect: Note["effect"], uses: readonly Use[], fates: Fates): PlacedNote {
  const changed = dependent.uses.filter((use) => fateOf(use, fates) !== undefined);
  return { dependent, note: noteOf(dependent, effect, uses), uses: effect === "lost" ? uses : [...uses, ...changed] };
}

/** What decides about a dependent. */
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
}

/** What is declared has its own steps, unless it uses a dependent that is dropped. */
function decideUnlessDeclared(one: Dependent, around: Around): Decision {
  const { fates, known, declared, findBound, heirs, isBack } = around;
  const usesDropped = one.uses.some((use) => isDropped(use, known) && !isDropped(use, fates));
  const owner = fateWithOwner(one, around);
  if (owner !== undefined) return owner === "gone" && usesDropped ? { ...NONE, early: true } : NONE;
  const bound = findBound(one, fates);
  if (bound.length > 0) return { effect: "blocks", uses: bound };
  const hasSteps = declared.isPart(one) && (!usesDropped || fates.has(keyOfPart(one)));
  if (hasSteps || declared.isHandled(one) || hasFate(one, fates) || followsParent(one, heirs, known)) return NONE;
  return isBack ? decideBack(one, known) : decide(one, known);
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

/** A column is also one of the tables that inherit it. */
function setFate(
  fates: Map<string, Fate>,
  dependent: Dependent,
  fate: Fate | undefined,
  heirs: ReadonlyMap<string, Dependent>,
): void {
  const { kind, name, table } = dependent;
  const key = keyOfDependent(dependent);
  if (key === undefined || fate === undefined) return;
  fates.set(key, fate);
  if (kind !== "column" || table === undefined) return;
  const holders = new Set([table]);
  for (const { name: heir, uses } of heirs.values())
    if (uses.some((use) => "relation" in use && isWhole(use) && holders.has(use.relation))) holders.add(heir);
  for (const holder of holders) fates.set(columnKey(name, holder), fate);
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

/** PostgreSQL drops them together with a column that they use, without a notice. */
const DROPPED_WITH_COLUMNS = [
  "index",
  "sequence",
  "statistics",
  "unique constraint",
  "primary key",
  "check constraint",
  "exclusion constraint",
  "foreign key",
];

/** They are dropped with columns of their own table, and not with what else they use, such as a function. */
function isDroppedWith({ kind, table }: Dependent, gone: readonly Use[]): boolean {
  const isOwn = (use: Use) => "relation" in use && use.relation === table;
  return DROPPED_WITH_COLUMNS.includes(kind) && gone.every(isOwn);
}

/** PostgreSQL refuses to change the type of a column while they use it. */
const REFUSING = ["view", "materialized view", "rule", "policy", "trigger", "function", "publication"];

const REBUILT = ["index", "unique constraint", "primary key", "exclusion constraint", "foreign key"];

function decide(dependent: Dependent, fates: Fates): Decision {
  const { table } = dependent;
  const own = table === undefined ? undefined : fates.get(`relation ${table}`);
  if (own === "gone")
    return { effect: "lost", uses: tableUse(table), ...(isInTheWay(dependent, fates) && { early: true }) };
  if (own === "blocked") return { effect: "blocks", uses: tableUse(table) };
  const gone = usesWith(dependent, fates, "gone", "blocked");
  if (dependent.kind === "partition" && gone.length > 0) return { effect: "lost", uses: gone };
  // A column that is blocked gets another type by hand, and keeps its values: then nothing is dropped with it.
  const isLost = usesWith(dependent, fates, "blocked").length === 0 && isDroppedWith(dependent, gone);
  if (gone.length > 0) return { effect: isLost ? "lost" : "blocks", uses: gone };
  if (own === "exchanged") return { effect: "lost", uses: tableUse(table) };
  if (own === "replaced") return { effect: canRestore(dependent) ? "recreated" : "lost", uses: tableUse(table) };
  return decideAboutChanged(dependent, fates);
}

/** Whether it is in the way of a change of another table than its own. */
function isInTheWay(dependent: Dependent, fates: Fates): boolean {
  const { kind, table, uses } = dependent;
  const isOther = (use: Use) => !("relation" in use) || use.relation !== table;
  const changes = fatesOf({ ...dependent, uses: uses.filter(isOther) }, fates);
  return REFUSING.includes(kind) && changes.some((fate) => fate !== "created");
}

/** The decision about something that uses only what is there afterwards, too. */
function decideAboutChanged(dependent: Dependent, fates: Fates): Decision {
  const { kind, uses, values = [] } = dependent;
  const rows = (kind === "column" ? uses : values).filter((use) => isWhole(use) && fates.has(rowKey(use)));
  if (rows.length > 0) return { effect: canRestore(dependent) ? "restored" : "blocks", uses: rows };
  const replaced = usesWith(dependent, fates, "replaced", "exchanged");
  const retyped = usesWith(dependent, fates, "retyped", "converted");
  const refused = [...replaced, ...(isRefusing(dependent) ? retyped : [])];
  if (refused.length === 0)
    return retyped.length > 0 && isRebuilt(dependent, fates) ? { effect: "may fail", uses: retyped } : NONE;
  // The condition of a publication may have few functions and casts in it.
  const isLost =
    dependent.kind === "publication" && hasCondition(dependent) && usesWith(dependent, fates, "converted").length > 0;
  return { effect: canRestore(dependent) && !isLost ? "restored" : "blocks", uses: refused };
}

function canRestore({ create, hasOldNames, holdsData, isUncreatable }: Dependent): boolean {
  return create.length > 0 && !hasOldNames && !holdsData && !isUncreatable;
}

/** Whether PostgreSQL creates it again for a new type of a column. Of statistics, only an expression can fail. */
function isRebuilt(dependent: Dependent, fates: Fates): boolean {
  const {
    kind,
    create: [first = ""],
  } = dependent;
  if (kind !== "statistics") return REBUILT.includes(kind);
  return /\sON\s.*\(/s.test(first) && usesWith(dependent, fates, "converted").length > 0;
}

/**
 * Whether it has to go before a column that it uses gets another type. What PostgreSQL builds again loses its statistics
 * target, and extended statistics also their owner.
 */
function isRefusing({ kind, create }: Dependent): boolean {
  return REFUSING.includes(kind) || create.slice(1).some((statement) => FORGOTTEN.test(statement));
}

const FORGOTTEN = /\sSET STATISTICS \d+$|^ALTER STATISTICS .* OWNER TO /;

function hasCondition({ create }: Dependent): boolean {
  return create.some((statement) => statement.includes(" WHERE ("));
}

/**
 * On the way back, what uses something that is created now does not exist any more. It is created again where PostgreSQL
 * dropped it without a notice; else a person dropped it, and knows better.
 */
function decideBack(dependent: Dependent, fates: Fates): Decision {
  const { table } = dependent;
  const own = table === undefined ? undefined : fates.get(`relation ${table}`);
  if (own === "missing" || usesWith(dependent, fates, "missing").length > 0) return MISSING;
  const isNew = own === "created" || own === "exchanged";
  const created = isNew ? tableUse(table) : usesWith(dependent, fates, "created");
  if (created.length === 0) return decide(creatable(dependent), fates);
  const wasDropped = isNew || isDroppedWith(dependent, created);
  const canCreate = dependent.create.length > 0 && !dependent.holdsData;
  return wasDropped && canCreate ? { effect: "recreated", uses: created, fate: "created" } : MISSING;
}

/** The way back ends where the statements of a dependent are right. */
function creatable({ isUncreatable: _, ...dependent }: Dependent): Dependent {
  return dependent;
}

/** What a person had to drop on the way there may be gone, or something else may be in its place. */
function dropIfLeft(dependent: Dependent, fates: Fates, isBack: boolean): Dependent {
  const mayBeGone = dependent.isUncreatable || (isBack && usesWith(dependent, fates, "exchanged").length > 0);
  return mayBeGone ? { ...dependent, drop: dropIfExists(dependent.drop) } : dependent;
}

function usesWith({ uses }: Dependent, fates: Fates, ...wanted: readonly Fate[]): readonly Use[] {
  return uses.filter((use) => {
    const fate = fateOf(use, fates);
    return fate !== undefined && wanted.includes(fate);
  });
}

function fatesOf({ uses }: Dependent, fates: Fates): readonly Fate[] {
  return uses.flatMap((use) => fateOf(use, fates) ?? []);
}

function tableUse(table: string | undefined): readonly Use[] {
  return collect(table !== undefined && { relation: table });
}

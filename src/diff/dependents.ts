import { collect } from "../collect.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { isWhole, keyOfDependent, rowKey } from "../kinds/dependents.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import type { Dependencies, Dependent, Note, Use } from "../schema/dependencies.ts";
import type { Schema, Table } from "../schema/schema.ts";
import type { Fate, Fates } from "./fate.ts";
import { fateOf } from "./fates.ts";

/** What a revision does to the dependents of a database. */
export interface DependentPlan {
  /** In the order in which they can be dropped. */
  readonly drop: readonly Dependent[];
  /** In the order in which they can be created. */
  readonly create: readonly Dependent[];
  /** What happens to the others, and on the way there to those that are dropped and created, each with what it uses that goes or changes. */
  readonly notes: readonly { readonly note: Note; readonly uses: readonly Use[] }[];
}

/** What a diff does to one dependent, and why. */
interface Decision {
  readonly effect: Note["effect"] | "recreated" | "none";
  readonly uses: readonly Use[];
  /** It is dropped before its table is, because of what else it uses. */
  readonly early?: true;
}

const NONE: Decision = { effect: "none", uses: [] };

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
  const known = new Map(fates);
  const declared = new Set([...declaredIndexes(schemas), ...declaredItems(schemas)]);
  const plan = { drop: [] as Dependent[], create: [] as Dependent[], notes: [] as DependentPlan["notes"][number][] };
  for (const one of dependencies.dependents) {
    if (isDeclared(one, declared) || hasFate(one, fates)) continue;
    const { effect, uses, early } = isBack ? decideBack(one, known) : decide(one, known);
    if (effect === "restored" || early) plan.drop.push(dropIfLeft(one, known, isBack));
    if (effect === "restored" || effect === "recreated") plan.create.push(one);
    if (isNoted(effect, isBack)) plan.notes.push({ note: noteOf(one, effect, uses), uses });
    // From a table that inherits, only the inheritance is taken.
    if (one.kind !== "table") setFate(known, one, FATES[effect]);
  }
  return { ...plan, drop: plan.drop.toReversed() };
}

function hasFate(dependent: Dependent, fates: Fates): boolean {
  const key = keyOfDependent(dependent);
  return key !== undefined && fates.has(key);
}

function setFate(fates: Map<string, Fate>, dependent: Dependent, fate: Fate | undefined): void {
  const key = keyOfDependent(dependent);
  if (key !== undefined && fate !== undefined) fates.set(key, fate);
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

/** Indexes of materialized views that models declare: they are part of their view. */
function declaredIndexes(schemas: readonly Schema[]): ReadonlySet<string> {
  return new Set(
    schemas.flatMap(({ views = [] }) =>
      views.flatMap(({ name, indexes = [] }) => indexes.map((index) => `${name}\0${index.name}`)),
    ),
  );
}

/** Items that the comparison itself drops and creates around a change. Others use views, so views are planned here. */
function declaredItems(schemas: readonly Schema[]): readonly string[] {
  const keys = (kinds: readonly AnyKind[], owner: Schema | Table, table = "") =>
    kinds.flatMap(({ list, word }) => itemsOf(owner, list).map(({ name }) => [word, table, name].join("\0")));
  const ofSchema = schemaKinds.filter(({ refusesChanges, ownsRelationName }) => refusesChanges && !ownsRelationName);
  const ofTable = tableKinds.filter(({ refusesChanges }) => refusesChanges);
  return schemas.flatMap((schema) => [
    ...keys(ofSchema, schema),
    ...(schema.tables ?? []).flatMap((table) => keys(ofTable, table, table.name)),
  ]);
}

function isDeclared({ kind, name, table = "" }: Dependent, declared: ReadonlySet<string>): boolean {
  const bare = kind === "function" ? name.replace(/\(.*$/s, "") : name;
  return declared.has(`${table}\0${name}`) || declared.has([kind, table, bare].join("\0"));
}

/** PostgreSQL drops them together with a column that they use, without a notice. */
const DROPPED_WITH_COLUMNS = [
  "index",
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
  const isNew = own === "created" || own === "exchanged";
  const created = isNew ? tableUse(table) : usesWith(dependent, fates, "created");
  if (created.length === 0) return decide(creatable(dependent), fates);
  const wasDropped = isNew || isDroppedWith(dependent, created);
  const canCreate = dependent.create.length > 0 && !dependent.holdsData;
  return wasDropped && canCreate ? { effect: "recreated", uses: created } : NONE;
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

function dropIfExists(drop: string): string {
  if (drop.startsWith("ALTER PUBLICATION "))
    return `DO $do$ BEGIN ${drop}; EXCEPTION WHEN undefined_object THEN NULL; END $do$`;
  return drop.replace(/^DROP(?: (?!FOR )[A-Z]+)+(?= )|^ALTER TABLE .* DROP (?:CONSTRAINT|COLUMN)/, "$& IF EXISTS");
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

function noteOf({ kind, name, table, drop, create }: Dependent, effect: Note["effect"], uses: readonly Use[]): Note {
  return {
    object: table === undefined ? `${kind} ${name}` : `${kind} ${name} of ${table}`,
    ...(table !== undefined && { table }),
    effect,
    uses: uses.map(phraseUse),
    drop: [drop],
    create,
  };
}

function phraseUse(use: Use): string {
  if ("type" in use) return use.type;
  if ("function" in use) return use.function;
  const part = use.column ?? use.key;
  if (part === undefined) return use.relation;
  return `${use.relation}.${part}`;
}

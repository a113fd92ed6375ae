import { collect } from "../collect.ts";
import { mapGiven } from "../given.ts";
import { defaultKey, FAMILY_MEMBER, isWhole, rebuiltKey, rowKey } from "../kinds/dependents.ts";
import type { Dependent, Note, Use } from "../schema/dependencies.ts";
import type { Fate, Fates } from "./fate.ts";
import { fateOf } from "./fates.ts";

/** What a diff does to one dependent, and why. */
export interface Decision {
  readonly effect: Note["effect"] | "recreated" | "none";
  readonly uses: readonly Use[];
  /** It is dropped before its table is, because of what else it uses. */
  readonly early?: true;
  /** What becomes of it for what uses it, if its effect does not say that. */
  readonly fate?: Fate;
}

/** Nothing becomes of it. */
export const NONE: Decision = { effect: "none", uses: [] };
const MISSING: Decision = { ...NONE, fate: "missing" };

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
  "default",
];

/** They are dropped with columns of their own table, and not with what else they use, such as a function. */
function isDroppedWith({ kind, table }: Dependent, gone: readonly Use[]): boolean {
  const isOwn = (use: Use) => "relation" in use && use.relation === table;
  return DROPPED_WITH_COLUMNS.includes(kind) && gone.every(isOwn);
}

/** PostgreSQL refuses to change the type of a column while they use it. */
const REFUSING = ["view", "materialized view", "rule", "policy", "trigger", "function", "publication"];

const CONVERTED: readonly Fate[] = ["converted", "unordered"];
const RETYPED: readonly Fate[] = ["retyped", ...CONVERTED];

const REBUILT = ["index", "unique constraint", "primary key", "exclusion constraint", "foreign key"];

/** Why something becomes of a dependent: the first cause that applies decides. */
type Cause = (dependent: Dependent, fates: Fates) => Decision | undefined;

/** Decides about something on the way to the models. */
export function decide(dependent: Dependent, fates: Fates): Decision {
  for (const applies of CAUSES) {
    const decision = applies(dependent, fates);
    if (decision !== undefined) return decision;
  }
  return NONE;
}

function fateOfTable({ table }: Dependent, fates: Fates): Fate | undefined {
  return mapGiven(table, (name) => fates.get(`relation ${name}`));
}

/** A member of an operator family is dropped with what it uses. */
const leavesFamily: Cause = (dependent, fates) => {
  if (dependent.kind !== FAMILY_MEMBER) return undefined;
  const uses = usesWith(dependent, fates, "gone", "blocked", "replaced", "exchanged");
  return uses.length > 0 ? { effect: "lost", uses } : NONE;
};

const losesTable: Cause = (dependent, fates) => {
  const own = fateOfTable(dependent, fates);
  const uses = tableUse(dependent.table);
  if (own === "gone") return { effect: "lost", uses, ...(isInTheWay(dependent, fates) && { early: true }) };
  return own === "blocked" ? { effect: "blocks", uses } : undefined;
};

const losesUses: Cause = (dependent, fates) => {
  const gone = usesWith(dependent, fates, "gone", "blocked");
  if (gone.length === 0) return undefined;
  if (dependent.kind === "partition") return { effect: "lost", uses: gone };
  // A column that is blocked gets another type by hand, and keeps its values: then nothing is dropped with it.
  const isLost = usesWith(dependent, fates, "blocked").length === 0 && isDroppedWith(dependent, gone);
  return { effect: isLost ? "lost" : "blocks", uses: gone };
};

const getsOtherTable: Cause = (dependent, fates) => {
  const own = fateOfTable(dependent, fates);
  const uses = tableUse(dependent.table);
  if (own === "exchanged") return { effect: "lost", uses };
  if (own === "replaced") return { effect: canRestore(dependent) ? "recreated" : "lost", uses };
  return undefined;
};

const getsOtherRows: Cause = (dependent, fates) => {
  const { kind, uses, values = [] } = dependent;
  const rows = (kind === "column" ? uses : values).filter((use) => isWhole(use) && fates.has(rowKey(use)));
  if (rows.length === 0) return undefined;
  return { effect: canRestore(dependent) ? "restored" : "blocks", uses: rows };
};

/** What a rebuild cannot drop and create again itself, see `kinds/rebuild-parts.ts`. */
const IN_THE_WAY_OF_REBUILDS = ["function", "rule", "table", "composite type", "domain", "column", "cast"];

/** A column in the middle makes another table of the table. */
const losesRebuilt: Cause = (dependent, fates) => {
  const { kind, name, uses, hasExpression } = dependent;
  const table = kind === "table" ? name : dependent.table;
  const isInTheWay =
    IN_THE_WAY_OF_REBUILDS.includes(kind) || (kind === "publication" && listsColumns(uses, hasExpression));
  if (!isInTheWay) return undefined;
  const rebuilt = [...tableUse(table), ...uses].filter(
    (use) => "relation" in use && fates.has(rebuiltKey(use.relation)),
  );
  if (rebuilt.length === 0) return undefined;
  return { effect: canRestore(dependent) ? "restored" : "blocks", uses: rebuilt };
};

/** Whether a publication has some columns or rows of a table. */
function listsColumns(uses: readonly Use[], hasExpression = false): boolean {
  return hasExpression || uses.some((use) => "relation" in use && use.column !== undefined);
}

/** A table that inherits a column gets the default of the parent with it. */
const losesDefault: Cause = (dependent, fates) => {
  const { kind, name, table = "" } = dependent;
  if (kind !== "default") return undefined;
  const uses = [{ relation: table, column: name }];
  const types = usesWith(dependent, fates, ...CONVERTED);
  if (types.length === 0 && fates.get(defaultKey(name, table)) !== "replaced") return undefined;
  return { effect: canRestore(dependent) && types.length === 0 ? "restored" : "blocks", uses };
};

/** Something that uses only what is there afterwards, too. */
const refusesChange: Cause = (dependent, fates) => {
  const replaced = usesWith(dependent, fates, "replaced", "exchanged");
  const retyped = isRefusing(dependent) ? usesWith(dependent, fates, ...RETYPED) : [];
  const refused = [...replaced, ...retyped];
  if (refused.length === 0) return undefined;
  const isRestored = canRestore(dependent) && !losesCondition(dependent, fates);
  return { effect: isRestored ? "restored" : "blocks", uses: refused };
};

/** Extended statistics are only about columns that can be ordered. */
const losesOrder: Cause = (dependent, fates) => {
  if (dependent.kind !== "statistics") return undefined;
  const uses = usesWith(dependent, fates, "unordered");
  return uses.length > 0 ? { effect: "blocks", uses } : undefined;
};

const mayFail: Cause = (dependent, fates) => {
  const retyped = usesWith(dependent, fates, ...RETYPED);
  return retyped.length > 0 && isRebuilt(dependent, fates) ? { effect: "may fail", uses: retyped } : undefined;
};

const CAUSES: readonly Cause[] = [
  leavesFamily,
  losesTable,
  losesUses,
  getsOtherTable,
  getsOtherRows,
  losesRebuilt,
  losesOrder,
  losesDefault,
  refusesChange,
  mayFail,
];

/** The condition of a publication may have few functions and casts in it. */
function losesCondition(dependent: Dependent, fates: Fates): boolean {
  const { kind, hasExpression = false } = dependent;
  return kind === "publication" && hasExpression && usesWith(dependent, fates, ...CONVERTED).length > 0;
}

/** Whether it is in the way of a change of another table than its own. */
function isInTheWay(dependent: Dependent, fates: Fates): boolean {
  const { kind, table, uses } = dependent;
  const isOther = (use: Use) => !("relation" in use) || use.relation !== table;
  const changes = fatesOf({ ...dependent, uses: uses.filter(isOther) }, fates);
  return REFUSING.includes(kind) && changes.some((fate) => fate !== "created");
}

function canRestore(dependent: Dependent): boolean {
  const { hasOldNames, isUncreatable, isOfOthers } = dependent;
  return canCreate(dependent) && !hasOldNames && !isUncreatable && !isOfOthers;
}

function canCreate({ create, holdsData }: Dependent): boolean {
  return create.length > 0 && !holdsData;
}

/** Whether PostgreSQL creates it again for a new type of a column. Of statistics, only an expression can fail. */
function isRebuilt(dependent: Dependent, fates: Fates): boolean {
  const { kind, hasExpression = false } = dependent;
  if (kind !== "statistics") return REBUILT.includes(kind);
  return hasExpression && usesWith(dependent, fates, ...CONVERTED).length > 0;
}

/** Whether it has to go before a column that it uses gets another type. */
function isRefusing({ kind, hasExpression, isForgotten }: Dependent): boolean {
  return REFUSING.includes(kind) || isForgotten === true || (kind === "column" && hasExpression === true);
}

/**
 * On the way back, what uses something that is created now does not exist any more. It is created again where PostgreSQL
 * dropped it without a notice; else a person dropped it, and knows better.
 */
export function decideBack(dependent: Dependent, fates: Fates): Decision {
  const own = fateOfTable(dependent, fates);
  if (own === "missing" || usesWith(dependent, fates, "missing").length > 0) return MISSING;
  if (losesOrder(dependent, fates) !== undefined) return MISSING;
  const isNew = own === "created" || own === "exchanged";
  const created = isNew ? tableUse(dependent.table) : usesWith(dependent, fates, "created");
  if (created.length === 0) return decide(creatable(dependent), fates);
  return comeBack(dependent, created, isNew);
}

/** What PostgreSQL dropped without a notice comes back with what it uses, or a person creates it again. */
function comeBack(dependent: Dependent, created: readonly Use[], isNew: boolean): Decision {
  if (!isNew && mayBeOverOtherKey(dependent, created)) return { effect: "restored", uses: created };
  if (!((isNew || isDroppedWith(dependent, created)) && canCreate(dependent))) return MISSING;
  return { effect: dependent.isOfOthers ? "lost" : "recreated", uses: created, fate: "created" };
}

/** A person who dropped it may have created it again over the key that is there instead, by which its rows are grouped. */
function mayBeOverOtherKey(dependent: Dependent, created: readonly Use[]): boolean {
  const areKeys = created.every((use) => "relation" in use && use.key !== undefined);
  return areKeys && REFUSING.includes(dependent.kind) && canRestore(creatable(dependent));
}

/** The way back ends where the statements of a dependent are right. */
function creatable({ isUncreatable: _, ...dependent }: Dependent): Dependent {
  return dependent;
}

/** What it uses that has one of some fates. */
export function usesWith({ uses }: Dependent, fates: Fates, ...wanted: readonly Fate[]): readonly Use[] {
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

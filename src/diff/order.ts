import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { columns } from "../kinds/columns.ts";
import { dependents } from "../kinds/dependents.ts";
import type { AnyKind } from "../kinds/kind.ts";
import { tables } from "../kinds/tables.ts";
import type { Change } from "../schema/operation.ts";

/** A change, and what its place among the others depends on. */
export interface Step {
  /** `drop` is a drop before something is created; `end` is a drop after all else; `last` creates after that. */
  readonly move: "rename" | "drop" | "create" | "end" | "last";
  readonly kind: AnyKind;
  readonly table?: string;
  /** The name of the item that it is about, if it is one. */
  readonly name?: string;
  /** The place among items of its kind whose order matters: views in order, and generated columns after others. */
  readonly place?: number;
  /** How many levels of tables have to be there before its own: those whose sequences its defaults use. */
  readonly level?: number;
  /** Tables may use it: it is created before what is added to them, and dropped after what is removed from them. */
  readonly isForTables?: true;
  readonly change: Change;
}

/** What steps of one phase are sorted by. */
type SortKey = (step: Step) => string | number;

const byKind: SortKey = ({ kind }) => placeOfKind(kind);
const byKindLastFirst: SortKey = ({ kind }) => -placeOfKind(kind);
const byTable: SortKey = ({ table = "" }) => table;
const byTableOfChange: SortKey = ({ table = "", change }) => (change.beforeOtherTables ? "" : table);
const byLevelOfChange: SortKey = ({ level = 0, change }) => (change.beforeOtherTables ? 0 : level);
const byPlace: SortKey = ({ place = 0 }) => place;
const byPlaceLastFirst: SortKey = ({ place = 0 }) => -place;
/** What is created in a table, in order: a generated column may need others, or be needed by none. */
const byPart: SortKey = ({ kind, change: { createAfter, beforeOtherColumns } }) => {
  if (createAfter === "constraints") return Infinity;
  if (createAfter === "columns") return 0.5;
  return beforeOtherColumns ? -0.5 : tableKinds.indexOf(kind);
};

/** The phases of a diff in their order, and how the steps of each are sorted. */
const PHASES = {
  createFirst: [byKind],
  renameTables: [],
  renameColumns: [byTable],
  renameTypes: [],
  dropDependents: [byPlace],
  /** Views: the last one may read the others. */
  dropReplacedLast: [byKindLastFirst, byPlaceLastFirst],
  /** Foreign keys need the keys of other tables, so they go first. */
  dropFromTables: [byKindLastFirst, byTable, byPlaceLastFirst],
  dropFromSchema: [],
  dropForTables: [byPlace],
  /** Constraints and indexes may take the names of what was dropped. */
  renameInTables: [byTable, byKind],
  createInSchema: [byKind],
  createForTables: [byPlace],
  changeTables: [byLevelOfChange, byTableOfChange, byPart],
  /** After all tables, since tables may reference each other. */
  createForeignKeys: [byTable],
  createReplacedLast: [byKind, byPlace],
  endInTables: [byTable],
  endTables: [],
  createLast: [byKind, byPlace],
  endInSchema: [byKindLastFirst],
  createDependents: [byPlace],
} as const satisfies Record<string, readonly SortKey[]>;

type Phase = keyof typeof PHASES;

const PHASE_NAMES = Object.keys(PHASES);

const PHASES_OF_MOVES: Readonly<Record<Step["move"], (step: Step) => Phase>> = {
  rename: phaseOfRename,
  drop: phaseOfDrop,
  create: phaseOfCreate,
  end: phaseOfEnd,
  last: () => "createLast",
};

/**
 * Puts steps in the order in which PostgreSQL takes them. The order does not depend on the order in which the catalog
 * lists things.
 */
export function sortSteps(steps: readonly Step[]): readonly Step[] {
  const ranked = steps.map((step) => {
    const phase = PHASES_OF_MOVES[step.move](step);
    return { step, rank: [PHASE_NAMES.indexOf(phase), ...PHASES[phase].map((keyOf) => keyOf(step))] };
  });
  return ranked.sort((a, b) => compareRanks(a.rank, b.rank)).map(({ step }) => step);
}

function phaseOfRename({ kind }: Step): Phase {
  if (kind === tables) return "renameTables";
  if (kind === columns) return "renameColumns";
  return isInTable(kind) ? "renameInTables" : "renameTypes";
}

function phaseOfDrop({ kind, isForTables }: Step): Phase {
  if (kind === dependents) return isForTables ? "dropForTables" : "dropDependents";
  if (kind.replaceLast) return "dropReplacedLast";
  return isInTable(kind) ? "dropFromTables" : "dropFromSchema";
}

function phaseOfCreate({ kind, isForTables }: Step): Phase {
  if (kind === dependents) return isForTables ? "createForTables" : "createDependents";
  if (kind.createFirst) return "createFirst";
  if (kind.replaceLast) return "createReplacedLast";
  if (kind.createAfterTables) return "createForeignKeys";
  return isInTable(kind) || kind === tables ? "changeTables" : "createInSchema";
}

function phaseOfEnd({ kind }: Step): Phase {
  if (kind === tables) return "endTables";
  return isInTable(kind) ? "endInTables" : "endInSchema";
}

function placeOfKind(kind: AnyKind): number {
  return isInTable(kind) ? schemaKinds.length + tableKinds.indexOf(kind) : schemaKinds.indexOf(kind);
}

function isInTable(kind: AnyKind): boolean {
  return tableKinds.includes(kind);
}

/** Compares the first keys that differ; two ranks of one phase have keys of the same types. */
function compareRanks(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [at, key] of a.entries()) {
    const other = b[at];
    if (other !== undefined && key !== other) return key < other ? -1 : 1;
  }
  return 0;
}

import { dropUndefined } from "../given.ts";
import { describeNote } from "../kinds/note-text.ts";
import type { Direction } from "../run/context.ts";
import { splitIntoSegments } from "../run/segments.ts";
import type { Note } from "../schema/dependencies.ts";
import type { Hazard, Lock, Operation } from "../schema/operation.ts";
import type { LoadedRevision } from "../state/revisions.ts";

/** What each lock mode blocks in other sessions. */
const BLOCKS: Readonly<Record<Lock["mode"], string>> = {
  "ROW EXCLUSIVE": "only writes of the same rows",
  "SHARE UPDATE EXCLUSIVE": "neither reads nor writes",
  SHARE: "writes",
  "SHARE ROW EXCLUSIVE": "writes",
  EXCLUSIVE: "writes",
  "ACCESS EXCLUSIVE": "reads and writes",
};

/** The notes of a revision about objects that models do not declare. */
export type FindNotes = (loaded: LoadedRevision) => readonly Note[];

const NO_NOTES: FindNotes = () => [];

/** What a run would do, as `--json` prints it. */
export interface PlanData {
  readonly direction: Direction;
  /** The revisions in the order in which they would run. */
  readonly revisions: readonly PlannedRevision[];
}

/** A revision of a plan. */
export interface PlannedRevision {
  readonly revision: string;
  readonly message: string;
  /** What it does to objects that models do not declare. */
  readonly brokenDependents: readonly Note[];
  readonly steps: readonly PlannedStep[];
}

/** An operation of a plan. */
export interface PlannedStep extends Pick<Operation, "name" | "args"> {
  /** The statements. */
  readonly sql: readonly string[];
  readonly hazards: readonly Hazard[];
  /** `null` if they are unknown, as for custom SQL. */
  readonly locks: readonly Lock[] | null;
  /** Whether it runs in a transaction. */
  readonly transaction: boolean;
}

/** What a run would do, as SQL with comments about the locks of each step. */
export function planText(loaded: readonly LoadedRevision[], direction: Direction, findNotes = NO_NOTES): string {
  return loaded.map((one) => revisionText(one, direction, findNotes(one))).join("\n\n");
}

/** The same as data; `locks` is `null` if they are unknown. */
export function planData(loaded: readonly LoadedRevision[], direction: Direction, findNotes = NO_NOTES): PlanData {
  const revisions = loaded.map((one) => ({
    revision: one.revision.id,
    message: one.revision.message,
    brokenDependents: findNotes(one),
    steps: listSteps(one, direction).map(({ operation, isOutside, locks = null }) => {
      const { name, args, sql, hazards = [] } = operation;
      return { name, args, sql, hazards, locks, transaction: !isOutside };
    }),
  }));
  return { direction, revisions };
}

interface Step {
  readonly operation: Operation;
  /** Which of the transactions of the revision it is in, counted with the steps outside one. */
  readonly segment: number;
  readonly isOutside: boolean;
  /** Only on objects that existed before: no other session waits for an object that is not committed. */
  readonly locks?: readonly Lock[];
}

function listSteps(loaded: LoadedRevision, direction: Direction): readonly Step[] {
  return splitIntoSegments(loaded, direction).flatMap(({ transaction, steps }, segment) => {
    const isOutside = transaction === "none";
    const operations = steps.map(({ operation }) => operation);
    return listWaitedFor(operations).map(({ operation, locks }) => {
      return { operation, segment, isOutside, ...dropUndefined({ locks }) };
    });
  });
}

/**
 * The locks of operations that other sessions may wait for: no other session waits for an object that is not committed.
 * @param operations those of one transaction
 */
export function listWaitedFor(
  operations: readonly Operation[],
): readonly { readonly operation: Operation; readonly locks: readonly Lock[] | undefined }[] {
  const created = new Set<string>();
  return operations.map((operation) => {
    const locks = operation.locks?.filter(({ on }) => !created.has(on));
    for (const name of listCreated(operation)) created.add(name);
    return { operation, locks };
  });
}

/** The table, view or sequence that an operation creates; no other object is locked by its name. */
function listCreated({ target }: Operation): readonly string[] {
  if (target?.effect !== "create" || !["table", "view", "sequence"].includes(target.kind)) return [];
  return [target.name];
}

function revisionText(loaded: LoadedRevision, direction: Direction, notes: readonly Note[]): string {
  const { id, message } = loaded.revision;
  const steps = listSteps(loaded, direction);
  const lines = [`-- ${direction} ${id} ${message}`];
  for (const note of notes) lines.push(comment(`Note: ${describeNote(note).join("\n")}`));
  if (steps.length === 0) lines.push("-- Nothing to run.");
  for (const [at, step] of steps.entries()) {
    if (isNewPlace(steps[at - 1], step))
      lines.push(step.isOutside ? "-- Outside a transaction:" : "-- In one transaction:");
    lines.push(stepText(step));
  }
  return lines.join("\n");
}

/** Whether a step is in another transaction than the one before it. All steps outside one are in the same place. */
function isNewPlace(before: Step | undefined, { segment, isOutside }: Step): boolean {
  if (before === undefined) return true;
  return isOutside ? !before.isOutside : before.segment !== segment;
}

function stepText({ operation, locks }: Step): string {
  const { args, sql, hazards = [], run, note } = operation;
  if (note === "question") return comment(`TODO ${args[0]}`);
  if (note === "no way back") return comment(`Irreversible: ${args[0]}`);
  if (operation.endsTransaction) return comment("Committed (op.commit).");
  const lines = sql.map((text) => `${text};`);
  if (run !== undefined && sql.length === 0) lines.push(comment("code (op.run)"));
  for (const lock of locks ?? []) lines.push(comment(`  ${phraseLock(lock)}`));
  if (locks === undefined) lines.push(comment("  Locks unknown: custom SQL or code."));
  for (const { code, text } of hazards) lines.push(comment(`  ${code}: ${text}`));
  return lines.join("\n");
}

/** A lock in words, and what it blocks. */
export function phraseLock({ mode, on, onDependents }: Lock): string {
  const what = onDependents ? `tables that foreign keys, views and sequences connect with ${on}` : on;
  return `${mode} on ${what}: blocks ${BLOCKS[mode]}`;
}

function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `-- ${line}`)
    .join("\n");
}

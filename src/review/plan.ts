import type { Direction } from "../run/context.ts";
import { splitIntoSegments } from "../run/segments.ts";
import type { Lock, Operation } from "../schema/operation.ts";
import type { LoadedRevision } from "../state/revisions.ts";

/** What each lock mode keeps others from while it is held. */
const BLOCKS: Readonly<Record<Lock["mode"], string>> = {
  "ROW EXCLUSIVE": "only writes of the same rows",
  "SHARE UPDATE EXCLUSIVE": "neither reads nor writes",
  SHARE: "writes",
  "SHARE ROW EXCLUSIVE": "writes",
  "ACCESS EXCLUSIVE": "reads and writes",
};

/** What a run would do, as SQL that says in comments which locks each step takes. */
export function planText(loaded: readonly LoadedRevision[], direction: Direction): string {
  return loaded.map((one) => revisionText(one, direction)).join("\n\n");
}

/** The same as data; `locks` is `null` where nobody can tell. */
export function planData(loaded: readonly LoadedRevision[], direction: Direction): unknown {
  const revisions = loaded.map((one) => ({
    revision: one.revision.id,
    message: one.revision.message,
    steps: stepsOf(one, direction).map(({ operation, transaction, locks = null }) => {
      const { name, args, sql, hazards = [] } = operation;
      return { name, args, sql, hazards, locks, transaction };
    }),
  }));
  return { direction, revisions };
}

interface Step {
  readonly operation: Operation;
  readonly transaction: boolean;
  /** On what was there before the revision: nobody waits for what is not committed yet. */
  readonly locks?: readonly Lock[];
}

function stepsOf(loaded: LoadedRevision, direction: Direction): readonly Step[] {
  const made = new Set<string>();
  return splitIntoSegments(loaded, direction).flatMap(({ transaction, steps }) => {
    if (transaction !== "shared") made.clear();
    return steps.map(({ operation }) => {
      const locks = operation.locks?.filter(({ on }) => !made.has(on));
      for (const name of lockableMadeBy(operation)) made.add(name);
      return { operation, transaction: transaction !== "none", ...(locks !== undefined && { locks }) };
    });
  });
}

/** The table, view or sequence that an operation makes; nothing else is locked by its name. */
function lockableMadeBy({ target }: Operation): readonly string[] {
  if (target?.effect !== "create" || !["table", "view", "sequence"].includes(target.kind)) return [];
  return [target.name];
}

function revisionText(loaded: LoadedRevision, direction: Direction): string {
  const { id, message } = loaded.revision;
  const steps = stepsOf(loaded, direction);
  const lines = steps.flatMap((step, at) => {
    const heading = step.transaction ? "-- In one transaction:" : "-- Outside a transaction:";
    return [...(steps[at - 1]?.transaction === step.transaction ? [] : [heading]), stepText(step)];
  });
  return [`-- ${direction} ${id} ${message}`, ...(lines.length === 0 ? ["-- Nothing to run."] : lines)].join("\n");
}

function stepText({ operation, locks }: Step): string {
  const { args, sql, hazards = [], run, note } = operation;
  if (note === "question") return comment(`TODO ${args[0]}`);
  if (note === "no way back") return comment(`Irreversible: ${args[0]}`);
  const statements = run !== undefined && sql.length === 0 ? [comment("code (op.run)")] : sql.map((text) => `${text};`);
  return [
    ...statements,
    ...(locks ?? []).map((lock) => comment(`  ${lockText(lock)}`)),
    ...(locks === undefined ? [comment("  Locks unknown: custom SQL or code.")] : []),
    ...hazards.map(({ code, text }) => comment(`  ${code}: ${text}`)),
  ].join("\n");
}

function lockText({ mode, on, tied }: Lock): string {
  const what = tied ? `tables that foreign keys, views and sequences connect with ${on}` : on;
  return `${mode} on ${what}: blocks ${BLOCKS[mode]}`;
}

function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `-- ${line}`)
    .join("\n");
}

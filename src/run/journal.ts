import { runInTransaction } from "../connection/transaction.ts";
import { ask, type Database, OWN_SETTINGS } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Recorded } from "../revision/op.ts";
import { literal } from "../sql.ts";
import { computeChecksums, logSql } from "../state/state.ts";
import type { StateTables } from "../state/state-tables.ts";
import { plural } from "../words.ts";
import type { RevisionContext } from "./context.ts";

/** How far an interrupted revision has come since its last upgrade, downgrade or stamp. */
export interface Journal {
  /** How many of its operations are done. */
  readonly done: number;
  /** The number of the operation that was begun last outside a transaction. */
  readonly begun?: number;
  /** The step that works in batches, by its number, and the position after its last batch. */
  readonly batch?: { readonly step: number; readonly position: string };
}

interface Line {
  readonly step: number;
  readonly position: string | null;
}

/**
 * Reads how far a revision has come.
 * @throws RemodelError `REVISION_CHANGED` if the operations that are done were edited: then it is unclear which come next
 */
export async function readJournal(context: RevisionContext): Promise<Journal> {
  const { db, state, loaded, direction } = context;
  const lines = await readLines(db, state, loaded.revision.id, direction);
  const { step, begin, batch } = lines;
  if (step !== undefined && !isUnchanged(context, step)) throw editedError(context, step.step);
  return {
    done: step?.step ?? 0,
    ...(begin !== undefined && isUnchanged(context, begin) && { begun: begin.step }),
    ...(batch !== undefined && { batch: { step: batch.step, position: batch.position ?? "" } }),
  };
}

/** Writes to the log that a step was begun, or is done. */
export async function writeNote(context: RevisionContext, action: "begin" | "step", step: number): Promise<void> {
  await runInTransaction(context.db, [OWN_SETTINGS], () => context.db.query(noteSql(context, action, step)));
}

/** The statement that does so, with a checksum of the operations up to this one. */
export function noteSql(context: RevisionContext, action: "begin" | "step", step: number): string {
  const { state, loaded, direction } = context;
  const position = checksumUpTo(context, step);
  return logSql(state, { action, revision: loaded.revision.id, direction, step, position });
}

async function readLines(
  db: Database,
  state: StateTables,
  revision: string,
  direction: string,
): Promise<{ readonly [action in "begin" | "step" | "batch"]?: Line }> {
  const { log } = state;
  const rows = await ask<{ action: string; step: number; position: string | null }>(
    db,
    `SELECT DISTINCT ON (action) action, step, position FROM ${log} WHERE revision = ${literal(revision)} AND direction = ${literal(direction)}
  AND id > (SELECT coalesce(max(id), 0) FROM ${log} WHERE revision = ${literal(revision)} AND action IN ('upgrade', 'downgrade', 'stamp'))
ORDER BY action, id DESC`,
  );
  return Object.fromEntries(rows.map(({ action, step, position }) => [action, { step, position }]));
}

/** A line of an earlier version has no checksum. */
function isUnchanged(context: RevisionContext, { step, position }: Line): boolean {
  return position === null || position === checksumUpTo(context, step);
}

/** The checksums up to each step, by the steps: a run asks for many of them. */
const CHECKSUMS = new WeakMap<readonly Recorded[], readonly string[]>();

/** A checksum of the operations up to a step. A later run continues only if they are still the same. */
export function checksumUpTo(
  { loaded, direction }: Pick<RevisionContext, "loaded" | "direction">,
  step: number,
): string {
  const calls = loaded[direction];
  const known = CHECKSUMS.get(calls) ?? computeChecksums(calls.map(({ operation }) => operation));
  CHECKSUMS.set(calls, known);
  return known[step] ?? known.at(-1) ?? "";
}

function editedError({ loaded }: RevisionContext, done: number): RemodelError {
  const { id, file } = loaded.revision;
  return new RemodelError(
    "REVISION_CHANGED",
    `${file}: an earlier run completed ${plural(done, "operation")} of ${id}, and the file has other operations there now.`,
    {
      hint: "Restore those operations. You may change the operations after them.",
      details: { revision: id, file },
    },
  );
}

import { collect } from "../collect.ts";
import type { Database } from "../database.ts";
import type { Revision } from "../history/revision.ts";
import { foldIds } from "../history/squashed.ts";
import { literal } from "../sql.ts";
import { type AppliedRow, logSql, readAppliedRows } from "./state.ts";
import type { ScriptTables, StateTables } from "./state-tables.ts";

/**
 * Reads all applied revisions, oldest first; none if there is no state table yet.
 * @param half the ids of half-applied revisions, as far as they are known
 */
export async function readState(
  db: Database,
  state: StateTables,
  half: readonly string[] = [],
): Promise<readonly AppliedRow[]> {
  return foldRows(state.squashed?.() ?? [], await readAppliedRows(db, state), half);
}

/**
 * Counts a revision as applied where the table has a row for each revision that it replaces.
 * @param squashed the revisions that replace others
 * @param half the ids of half-applied revisions
 */
export function foldRows(
  squashed: readonly Revision[],
  rows: readonly AppliedRow[],
  half: readonly string[] = [],
): readonly AppliedRow[] {
  const ids = rows.map(({ revision }) => revision);
  const counted = foldIds(squashed, ids, half);
  const made = squashed.flatMap((one): readonly AppliedRow[] =>
    collect(counted.includes(one.id) && standIn(one, rows)),
  );
  if (made.length === 0) return rows;
  const kept = rows.filter(
    ({ revision }) => counted.includes(revision) && !made.some((one) => one.revision === revision),
  );
  return [...kept, ...made].sort((a, b) => rankOf(a, rows) - rankOf(b, rows));
}

/** A row in place of those of the revisions that are replaced; undefined if there are none. */
function standIn({ id, message, replaces = [] }: Revision, rows: readonly AppliedRow[]): AppliedRow | undefined {
  const replaced = rows.filter(({ revision }) => replaces.includes(revision));
  const own = rows.find(({ revision }) => revision === id);
  const last = own ?? replaced.at(-1);
  if (last === undefined || replaced.length === 0) return undefined;
  if (own !== undefined) return { ...own, replaced };
  const durationMs = replaced.reduce((sum, row) => sum + row.durationMs, 0);
  return { revision: id, message, appliedAt: last.appliedAt, appliedBy: last.appliedBy, durationMs, replaced };
}

function rankOf(row: AppliedRow, rows: readonly AppliedRow[]): number {
  const last = row.replaced?.at(-1)?.revision;
  return rows.findIndex(({ revision }) => revision === row.revision || revision === last);
}

/** The rows as the table has them. */
export function unfoldRows(rows: readonly AppliedRow[]): readonly AppliedRow[] {
  return rows.flatMap((row) => row.replaced ?? [row]);
}

/** The statements that write what the rows count as, so that the table no longer names what is replaced. */
export function settleRowsSql(state: ScriptTables, rows: readonly AppliedRow[]): readonly string[] {
  return rows.flatMap(({ revision, message, replaced = [] }) => {
    const last = replaced.at(-1);
    if (last === undefined) return [];
    const list = replaced.map((row) => literal(row.revision)).join(", ");
    return [
      `UPDATE ${state.table} SET revision = ${literal(revision)}, message = ${literal(message)}, checksum = NULL WHERE revision = ${literal(last.revision)} AND NOT EXISTS (SELECT FROM ${state.table} WHERE revision = ${literal(revision)})`,
      `DELETE FROM ${state.table} WHERE revision IN (${list})`,
      ...[...replaced, { revision }].map((row) => logSql(state, { action: "stamp", revision: row.revision })),
    ];
  });
}

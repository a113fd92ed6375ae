import { createHash, type Hash } from "node:crypto";
import { ask, askText, type Database, type TextRows } from "../database.ts";
import { stringifyArguments } from "../json.ts";
import type { Operation } from "../schema/operation.ts";
import { literal } from "../sql.ts";
import type { ScriptTables, StateTables } from "./state-tables.ts";

/** The row of an applied revision. */
export interface AppliedRow {
  readonly revision: string;
  readonly message: string;
  readonly appliedAt: string;
  readonly durationMs: number;
  readonly appliedBy: string;
  /** The checksum of its operations when it was applied; absent if it was stamped. */
  readonly checksum?: string;
  /** The schema was not read after it, as after every revision of a run but the last. */
  readonly unsaved?: true;
  /** The rows of the table that this one takes the place of: those of the revisions that it replaces. */
  readonly replaced?: readonly AppliedRow[];
}

/** A line of the log, which only grows. */
export interface LogEntry {
  readonly action: "upgrade" | "downgrade" | "stamp" | "begin" | "step" | "batch";
  readonly revision: string;
  /** `step`: how many operations of the revision are done; `begin` and `batch`: the number of the operation. */
  readonly step?: number;
  readonly direction?: "upgrade" | "downgrade";
  /** `batch`: the position after the batch; `begin` and `step`: a checksum of the operations up to this one; `stamp`: a checksum of all, if they were proved to make what the database had. */
  readonly position?: string;
}

/** Reads the rows of the state table, oldest first; none if there is no state table yet. */
export async function readAppliedRows(db: Database, state: StateTables): Promise<readonly AppliedRow[]> {
  if (state.oid === undefined) return [];
  return parseAppliedRows(await askText(db, appliedRowsSql(state)));
}

/** The query of the rows of the state table, oldest first. */
export function appliedRowsSql({ table, complete }: StateTables): string {
  const unsaved = complete ? "fingerprint IS NULL" : "false";
  return `SELECT revision, message, applied_at, duration_ms, applied_by, checksum, ${unsaved} FROM ${table} ORDER BY applied_at, revision`;
}

/** The rows that {@link appliedRowsSql} returns. */
export function parseAppliedRows(rows: TextRows): readonly AppliedRow[] {
  return rows.map(([revision, message, appliedAt, durationMs, appliedBy, checksum, unsaved]) => ({
    revision: String(revision),
    message: String(message),
    appliedAt: String(appliedAt),
    durationMs: Number(durationMs),
    appliedBy: String(appliedBy),
    ...(checksum != null && { checksum }),
    ...(unsaved === "t" && { unsaved: true as const }),
  }));
}

/** The statement that records a revision as applied. */
export function insertRevisionSql(
  state: ScriptTables,
  revision: { readonly id: string; readonly message: string },
  checksum: string | undefined,
  durationMs: number,
): string {
  const values = [revision.id, revision.message].map(literal).join(", ");
  return `INSERT INTO ${state.table} (revision, message, duration_ms, checksum) VALUES (${values}, ${Math.round(durationMs)}, ${literalOrNull(checksum)})`;
}

/** The statements that delete the row of a revision, and the saved schema, which is out of date then. */
export function deleteRevisionSql(state: ScriptTables, revision: string): string {
  return `DELETE FROM ${state.table} WHERE revision OPERATOR(pg_catalog.=) ${literal(revision)}::pg_catalog.text;
UPDATE ${state.table} SET fingerprint = NULL, schema = NULL WHERE fingerprint IS NOT NULL`;
}

/**
 * Reads the checksum of the operations of a revision that the database has: of those that ran, or that were proved to make
 * what it had when it was stamped.
 */
export async function readKnownChecksum(
  db: Database,
  { complete, table, log }: StateTables,
  revision: string,
): Promise<string | undefined> {
  if (!complete) return undefined;
  const stamped = `SELECT l.position FROM ${log} l WHERE l.revision = s.revision AND l.action = 'stamp' ORDER BY l.id DESC LIMIT 1`;
  const [row] = await askText(
    db,
    `SELECT coalesce(s.checksum, (${stamped})) FROM ${table} s WHERE s.revision = ${literal(revision)}`,
  );
  return row?.[0] ?? undefined;
}

/** The newest row: it has the schema that the last run left. */
export interface LastSchema {
  readonly revision: string;
  /** Absent if the schema was not read, as after a script. */
  readonly fingerprint?: string;
}

/** Reads the newest row, if there is one. */
export async function readLastSchema(db: Database, state: StateTables): Promise<LastSchema | undefined> {
  if (!state.complete) return undefined;
  const [row] = await ask<{ revision: string; fingerprint: string | null }>(
    db,
    `SELECT revision, fingerprint FROM ${state.table} ORDER BY applied_at DESC, revision DESC LIMIT 1`,
  );
  return row && { revision: row.revision, ...(row.fingerprint !== null && { fingerprint: row.fingerprint }) };
}

/** Reads the schema of a row as text; only the newest row has one. */
export async function readLastSchemaText(
  db: Database,
  state: StateTables,
  revision: string,
): Promise<string | undefined> {
  const [row] = await askText(db, `SELECT schema FROM ${state.table} WHERE revision = ${literal(revision)}`);
  return row?.[0] ?? undefined;
}

/** Saves the schema in the newest row, and removes the large text from the row that had it before. */
export async function writeLastSchema(
  db: Database,
  state: StateTables,
  { revision, fingerprint, schema }: Required<LastSchema> & { readonly schema: string },
): Promise<void> {
  await db.query(`UPDATE ${state.table} SET schema = NULL WHERE schema IS NOT NULL`);
  await db.query(`UPDATE ${state.table} SET fingerprint = $1, schema = $2 WHERE revision = $3`, [
    fingerprint,
    schema,
    revision,
  ]);
}

/** The statement that writes a line of the log. */
export function logSql(state: ScriptTables, { action, revision, step, direction, position }: LogEntry): string {
  const values = [action, revision, direction].map(literalOrNull);
  const [column, value] = position === undefined ? ["", ""] : [", position", `, ${literal(position)}`];
  return `INSERT INTO ${state.log} (action, revision, direction, step${column}) VALUES (${values.join(", ")}, ${step ?? "NULL"}${value})`;
}

function literalOrNull(text: string | undefined): string {
  if (text === undefined) return "NULL";
  return literal(text);
}

/** A checksum of the operations of a revision in both directions. Comments and formatting do not count. */
export function computeChecksum(upgrade: readonly Operation[], downgrade: readonly Operation[]): string {
  const text = stringifyArguments([upgrade, downgrade].map((list) => list.map(({ name, args }) => [name, args])));
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** The checksums of the first operations of an upgrade: of none, of one, of two … each as {@link computeChecksum} has it. */
export function computeChecksums(operations: readonly Operation[]): readonly string[] {
  const begun = createHash("sha256").update("[[");
  const end = (hash: Hash) => hash.copy().update("],[]]").digest("hex").slice(0, 32);
  const checksums = [end(begun)];
  for (const [at, { name, args }] of operations.entries()) {
    begun.update(at === 0 ? "" : ",").update(stringifyArguments([name, args]));
    checksums.push(end(begun));
  }
  return checksums;
}

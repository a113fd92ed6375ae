import { createHash } from "node:crypto";
import { ask, type Database } from "../database.ts";
import type { Operation } from "../schema/operation.ts";
import { literal } from "../sql.ts";
import type { ScriptTables, StateTables } from "./state-tables.ts";

/** An applied revision, as its row tells. */
export interface AppliedRow {
  readonly revision: string;
  readonly message: string;
  readonly appliedAt: string;
  readonly durationMs: number;
  readonly appliedBy: string;
  /** Of the revision's operations when it was applied; `undefined` if it was stamped. */
  readonly checksum?: string;
}

/** A line of the log, which only ever grows. */
export interface LogEntry {
  readonly action: "upgrade" | "downgrade" | "stamp" | "begin" | "step" | "batch";
  readonly revision: string;
  /** How many operations of the revision are done, for steps outside a transaction; for `begin` and `batch`, which one. */
  readonly step?: number;
  readonly direction?: "upgrade" | "downgrade";
  /** How far a step that works in batches has come; else a checksum of the operations up to this one. */
  readonly position?: string;
}

/** All applied revisions, oldest first; none in a database that remodel has never touched. */
export async function readState(db: Database, state: StateTables): Promise<readonly AppliedRow[]> {
  if (state.oid === undefined) return [];
  const rows = await ask<Record<string, string | number | null>>(
    db,
    `SELECT revision, message, applied_at::text, duration_ms, applied_by, checksum FROM ${state.table} ORDER BY applied_at, revision`,
  );
  return rows.map((row) => ({
    revision: String(row["revision"]),
    message: String(row["message"]),
    appliedAt: String(row["applied_at"]),
    durationMs: Number(row["duration_ms"]),
    appliedBy: String(row["applied_by"]),
    ...(row["checksum"] != null && { checksum: String(row["checksum"]) }),
  }));
}

/** The statement that notes a revision as applied. */
export function insertRevisionSql(
  state: ScriptTables,
  revision: { readonly id: string; readonly message: string },
  checksum: string | undefined,
  durationMs: number,
): string {
  const values = [revision.id, revision.message].map(literal).join(", ");
  return `INSERT INTO ${state.table} (revision, message, duration_ms, checksum) VALUES (${values}, ${Math.round(durationMs)}, ${
    checksum === undefined ? "NULL" : literal(checksum)
  })`;
}

/** The statements that forget a revision, and what the schema was like while it was there. */
export function deleteRevisionSql(state: ScriptTables, revision: string): string {
  return `DELETE FROM ${state.table} WHERE revision OPERATOR(pg_catalog.=) ${literal(revision)}::pg_catalog.text;
UPDATE ${state.table} SET fingerprint = NULL, schema = NULL WHERE fingerprint IS NOT NULL`;
}

/** What the last run left, as the newest row tells. */
export interface LastSchema {
  readonly revision: string;
  /** Absent where nobody looked, as after a script. */
  readonly fingerprint?: string;
}

/** The newest row; `undefined` where there is none. */
export async function readLastSchema(db: Database, state: StateTables): Promise<LastSchema | undefined> {
  if (!state.complete) return undefined;
  const [row] = await ask<{ revision: string; fingerprint: string | null }>(
    db,
    `SELECT revision, fingerprint FROM ${state.table} ORDER BY applied_at DESC, revision DESC LIMIT 1`,
  );
  return row && { revision: row.revision, ...(row.fingerprint !== null && { fingerprint: row.fingerprint }) };
}

/** The text of the schema beside a fingerprint; only the newest row has one. */
export async function readLastSchemaText(
  db: Database,
  state: StateTables,
  revision: string,
): Promise<string | undefined> {
  const [row] = await ask<{ schema: string | null }>(
    db,
    `SELECT schema FROM ${state.table} WHERE revision = ${literal(revision)}`,
  );
  return row?.schema ?? undefined;
}

/** Notes on the newest row what the schema is like, and takes the large text from the one that had it. */
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
  const values = [action, revision, direction].map((text) => (text === undefined ? "NULL" : literal(text)));
  const [column, value] = position === undefined ? ["", ""] : [", position", `, ${literal(position)}`];
  return `INSERT INTO ${state.log} (action, revision, direction, step${column}) VALUES (${values.join(", ")}, ${step ?? "NULL"}${value})`;
}

/** A checksum of what a revision does, in both directions; comments and formatting do not count. */
export function computeChecksum(upgrade: readonly Operation[], downgrade: readonly Operation[]): string {
  const text = JSON.stringify(
    [upgrade, downgrade].map((list) => list.map(({ name, args }) => [name, args])),
    (_, value) => (typeof value === "function" || typeof value === "bigint" ? String(value) : value),
  );
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

import { createHash } from "node:crypto";
import type { Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Operation } from "../schema/operation.ts";
import { literal, path, siblingName } from "../sql.ts";
import { lockKey } from "./lock.ts";
import { transaction } from "./transaction.ts";

/** An applied revision, as its row tells. */
export interface Applied {
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

/** The name of the log beside the state table. */
export function logTable(stateTable: string): string {
  return siblingName(stateTable, "remodel_log");
}

/** The statements that make the two tables where they are missing. */
export function stateSql(stateTable: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${path(stateTable)} (
  revision text PRIMARY KEY,
  message text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  duration_ms integer NOT NULL,
  applied_by text NOT NULL DEFAULT session_user,
  checksum text,
  fingerprint text
)`,
    `CREATE TABLE IF NOT EXISTS ${path(logTable(stateTable))} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  by text NOT NULL DEFAULT session_user,
  action text NOT NULL,
  revision text NOT NULL,
  direction text,
  step integer,
  position text
)`,
  ];
}

/** Makes the two tables where they are missing. One runner does it, since IF NOT EXISTS does not keep two apart. */
export async function ensureState(db: Database, stateTable: string): Promise<void> {
  if (await hasState(db, stateTable)) return;
  try {
    await transaction(
      db,
      [`SELECT pg_advisory_xact_lock(${lockKey(stateTable)})`, ...stateSql(stateTable)],
      async () => {},
    );
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === "42501")
      throw new RemodelError("DATABASE_FORBIDDEN", `The user may not create ${stateTable}: ${message}`, {
        hint: "GRANT CREATE ON SCHEMA … TO the user, or run as the owner of the schema.",
        cause: error,
      });
    throw error;
  }
}

async function hasState(db: Database, stateTable: string): Promise<boolean> {
  const names = [stateTable, logTable(stateTable)];
  const [row] = await db.query<{ there: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL AS there",
    names.map(path),
  );
  return row?.there ?? false;
}

/** All applied revisions, oldest first; none in a database that remodel has never touched. */
export async function readState(db: Database, stateTable: string): Promise<readonly Applied[]> {
  if (!(await hasState(db, stateTable))) return [];
  const rows = await db.query<Record<string, string | number | null>>(
    `SELECT revision, message, applied_at::text, duration_ms, applied_by, checksum FROM ${path(stateTable)} ORDER BY applied_at, revision`,
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
export function appliedSql(
  stateTable: string,
  revision: { readonly id: string; readonly message: string },
  checksum: string | undefined,
  durationMs: number,
): string {
  const values = [revision.id, revision.message].map(literal).join(", ");
  return `INSERT INTO ${path(stateTable)} (revision, message, duration_ms, checksum) VALUES (${values}, ${Math.round(durationMs)}, ${
    checksum === undefined ? "NULL" : literal(checksum)
  })`;
}

/** The statement that forgets a revision. */
export function forgottenSql(stateTable: string, revision: string): string {
  return `DELETE FROM ${path(stateTable)} WHERE revision = ${literal(revision)}`;
}

/** The statement that writes a line of the log. */
export function loggedSql(stateTable: string, { action, revision, step, direction, position }: LogEntry): string {
  const values = [action, revision, direction].map((text) => (text === undefined ? "NULL" : literal(text)));
  const [column, value] = position === undefined ? ["", ""] : [", position", `, ${literal(position)}`];
  return `INSERT INTO ${path(logTable(stateTable))} (action, revision, direction, step${column}) VALUES (${values.join(", ")}, ${step ?? "NULL"}${value})`;
}

/** A checksum of what a revision does, in both directions; comments and formatting do not count. */
export function checksumOf(upgrade: readonly Operation[], downgrade: readonly Operation[]): string {
  const text = JSON.stringify(
    [upgrade, downgrade].map((list) => list.map(({ name, args }) => [name, args])),
    (_, value) => (typeof value === "function" || typeof value === "bigint" ? String(value) : value),
  );
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

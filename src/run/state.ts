import { createHash } from "node:crypto";
import type { Database, Row } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Operation } from "../schema/operation.ts";
import { literal, path, siblingName } from "../sql.ts";
import { LOCKED, tryLock, type Waiting, whenFree } from "./lock.ts";
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

/** The statements that make the two tables, or what an earlier version did not have in them, where it is missing. */
export function stateSql(stateTable: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${path(stateTable)} (
  revision text PRIMARY KEY,
  message text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  duration_ms integer NOT NULL,
  applied_by text NOT NULL DEFAULT session_user,
  checksum text,
  fingerprint text,
  schema text
)`,
    `ALTER TABLE ${path(stateTable)} ADD COLUMN IF NOT EXISTS schema text`,
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

/**
 * Creates the two tables, or the columns that an earlier version did not have. One runner does it under the lock, since
 * IF NOT EXISTS does not keep two sessions apart.
 * @throws RemodelError `DATABASE_FORBIDDEN`, and `LOCK_TIMEOUT` after `lockWait`
 */
export async function ensureState(waiting: Waiting): Promise<void> {
  const { db, stateTable } = waiting;
  if ((await stateThere(db, stateTable)).complete) return;
  await whenFree(waiting, () => transaction(db, [], () => createState(db, stateTable)));
}

async function createState(db: Database, stateTable: string): Promise<undefined | typeof LOCKED> {
  if (!(await tryLock(db, stateTable))) return LOCKED;
  try {
    for (const sql of stateSql(stateTable)) await db.query(sql);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== "42501") throw error;
    throw new RemodelError("DATABASE_FORBIDDEN", `The user may not create ${stateTable}: ${message}`, {
      hint: "GRANT CREATE ON SCHEMA … TO the user, or run as the owner of the schema.",
      cause: error,
    });
  }
  return undefined;
}

/** What there is of the two tables. */
export interface There {
  /** Whether there are the two tables. */
  readonly there: boolean;
  /** Whether they have all their columns. */
  readonly complete: boolean;
}

/** Which of the two tables there is. */
export async function stateThere(db: Database, stateTable: string): Promise<There> {
  const names = [stateTable, logTable(stateTable)];
  const [row] = await db.query<There & Row>(
    `SELECT there, there AND EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'schema') AS complete
FROM (SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL AS there) tables`,
    names.map(path),
  );
  return row!;
}

/** All applied revisions, oldest first; none in a database that remodel has never touched. */
export async function readState(db: Database, stateTable: string): Promise<readonly Applied[]> {
  if (!(await stateThere(db, stateTable)).there) return [];
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

/** The statements that forget a revision, and what the schema was like while it was there. */
export function forgottenSql(stateTable: string, revision: string): string {
  return `DELETE FROM ${path(stateTable)} WHERE revision = ${literal(revision)};
UPDATE ${path(stateTable)} SET fingerprint = NULL, schema = NULL WHERE fingerprint IS NOT NULL`;
}

/** What the last run left, as the newest row tells. */
export interface Left {
  readonly revision: string;
  /** Absent where nobody looked, as after a script. */
  readonly fingerprint?: string;
}

/** The newest row; `undefined` where there is none. */
export async function readLeft(db: Database, stateTable: string): Promise<Left | undefined> {
  if (!(await stateThere(db, stateTable)).complete) return undefined;
  const [row] = await db.query<{ revision: string; fingerprint: string | null }>(
    `SELECT revision, fingerprint FROM ${path(stateTable)} ORDER BY applied_at DESC, revision DESC LIMIT 1`,
  );
  return row && { revision: row.revision, ...(row.fingerprint !== null && { fingerprint: row.fingerprint }) };
}

/** The text of the schema beside a fingerprint; only the newest row has one. */
export async function readLeftSchema(db: Database, stateTable: string, revision: string): Promise<string | undefined> {
  const [row] = await db.query<{ schema: string | null }>(
    `SELECT schema FROM ${path(stateTable)} WHERE revision = $1`,
    [revision],
  );
  return row?.schema ?? undefined;
}

/** Notes on the newest row what the schema is like, and takes the large text from the one that had it. */
export async function writeLeft(
  db: Database,
  stateTable: string,
  { revision, fingerprint, schema }: Required<Left> & { readonly schema: string },
): Promise<void> {
  await db.query(`UPDATE ${path(stateTable)} SET schema = NULL WHERE schema IS NOT NULL`);
  await db.query(`UPDATE ${path(stateTable)} SET fingerprint = $1, schema = $2 WHERE revision = $3`, [
    fingerprint,
    schema,
    revision,
  ]);
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

import { createHash } from "node:crypto";
import { runInTransaction } from "../connection/transaction.ts";
import { ask, type Database, OWN_SETTINGS } from "../database.ts";
import { RemodelError, readError } from "../errors.ts";
import type { Revision } from "../history/revision.ts";
import { parseJson } from "../json.ts";
import { findOwnTables, type OwnTable, refuseProblem } from "../read/own-table.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { clipName, id, literal, parseName, qualifiedName } from "../sql.ts";
import { LOCKED, type Lockable, tryLock, type Waiting, waitForLock } from "./lock.ts";

/** The state table and its log: where they are, or where they will be. */
export interface StateTables extends Lockable {
  readonly schema: string;
  /** The two names for messages, with the schema. */
  readonly names: readonly [table: string, log: string];
  /** The two names for SQL, with the schema. */
  readonly table: string;
  readonly log: string;
  /** The oid of the state table; absent while it does not exist. */
  readonly oid?: number;
  /** The state table has a log of its own. */
  readonly hasLog: boolean;
  /** There is a log to read: its own, or one that it shared in an earlier version. */
  readonly logged: boolean;
  /** Both tables exist, with every column. */
  readonly complete: boolean;
  /** The revisions of the history that replace others; absent where no history is known. */
  readonly squashed?: () => readonly Revision[];
}

const TABLE_COLUMNS = "revision, message, applied_at, duration_ms, applied_by, checksum, fingerprint, schema".split(
  ", ",
);
const LOG_COLUMNS = "id, at, by, action, revision, direction, step, position".split(", ");
const DEFAULT_TABLE = "remodel_revision";
const DEFAULT_LOG = "remodel_log";
/** How many digits of the hash of a long name are kept. */
const HASH_DIGITS = 8;

/** The name of the log of a state table. Each state table has its own, so two histories in one schema do not share one. */
export function logName(table: string): string {
  if (table === DEFAULT_TABLE) return DEFAULT_LOG;
  const name = `${table}_${DEFAULT_LOG}`;
  if (clipName(name) === name) return name;
  const hash = createHash("sha256").update(table).digest("hex").slice(0, HASH_DIGITS);
  return `${clipName(table, DEFAULT_LOG.length + HASH_DIGITS + 2)}_${hash}_${DEFAULT_LOG}`;
}

/** Which state tables to find. */
export interface StateRequest {
  readonly server: ServerInfo;
  /** The configured name. */
  readonly stateTable: string;
  /** Whether the folder has one of these revisions. */
  readonly isOurs: (revisions: readonly string[]) => boolean;
}

/**
 * Finds the state tables of a database. They belong in the schema of the data source. An older version created them in
 * the first schema of the search path; there they are used if they were written for this schema.
 * @throws RemodelError `TABLE_REFUSED`, `STATE_ELSEWHERE`
 */
export async function findState(db: Database, request: StateRequest): Promise<StateTables> {
  const { server, stateTable } = request;
  const { schema = server.schema, name } = parseName(stateTable);
  const isExplicit = parseName(stateTable).schema !== undefined;
  const schemas = isExplicit ? [schema] : [...new Set([schema, ...server.path])];
  const tables = await findOwnTables(db, schemas, [name, logName(name), DEFAULT_LOG]);
  const table = tables.find((one) => one.schema === schema && one.name === name);
  if (table !== undefined) return describeState(table, tables);
  const old = schemas.flatMap((one) => tables.find((found) => found.schema === one && found.name === name) ?? [])[0];
  if (old !== undefined && (await isWrittenFor(db, old, request))) return describeState(old, tables);
  return { ...describeNewState(schema, name, tables), lock: nameLock(await readSchemaOid(db, schema), name) };
}

/** The name of the lock of a history, as SQL. */
function nameLock(namespace: number, table: string): string {
  return literal(`${namespace}.${table}`);
}

async function readSchemaOid(db: Database, schema: string): Promise<number> {
  const [row] = await ask<{ oid: string }>(
    db,
    `SELECT oid::bigint::text AS oid FROM pg_namespace WHERE nspname = ${literal(schema)}`,
  );
  return Number(row?.oid ?? 0);
}

function describeNewState(schema: string, name: string, tables: readonly OwnTable[]): Omit<StateTables, "lock"> {
  const log = logName(name);
  const there = tables.find((one) => one.schema === schema && one.name === log);
  if (there !== undefined) refuseProblem(there);
  const hasLog = there !== undefined;
  return {
    schema,
    names: listNames(schema, name, log),
    ...quoteTables(schema, name, log),
    hasLog,
    logged: hasLog,
    complete: false,
  };
}

function listNames(schema: string, table: string, log: string): StateTables["names"] {
  return [qualifiedName(table, schema), qualifiedName(log, schema)];
}

/** The two names for SQL. */
export function quoteTables(
  schema: string,
  table: string,
  log: string,
): { readonly table: string; readonly log: string } {
  return { table: `${id(schema)}.${id(table)}`, log: `${id(schema)}.${id(log)}` };
}

/** In an earlier version all state tables of a schema shared `remodel_log`. That one is read until there is an own log. */
function describeState(table: OwnTable, tables: readonly OwnTable[]): StateTables {
  const { schema, name, oid, columns } = table;
  const inSchema = tables.filter((one) => one.schema === schema);
  const own = inSchema.find((one) => one.name === logName(name));
  const log = own ?? inSchema.find((one) => one.name === DEFAULT_LOG);
  refuseProblem(table);
  if (log !== undefined) refuseProblem(log);
  const complete = hasAll(columns, TABLE_COLUMNS) && own !== undefined && hasAll(own.columns, LOG_COLUMNS);
  const logged = log?.name ?? logName(name);
  const hasLog = own !== undefined;
  return {
    schema,
    names: listNames(schema, name, logged),
    ...quoteTables(schema, name, logged),
    oid,
    lock: nameLock(table.namespace, name),
    logged: log !== undefined,
    hasLog,
    complete,
  };
}

function hasAll(columns: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((name) => columns.includes(name));
}

/**
 * Whether a state table in another schema was written for this schema: the schema that its last run saved says so; if there
 * is none, the tables in this schema do.
 */
async function isWrittenFor(db: Database, old: OwnTable, { server, isOurs }: StateRequest): Promise<boolean> {
  if (!hasAll(old.columns, ["revision", "applied_at", "schema"]) || old.problem !== undefined || !old.readable)
    return false;
  const rows = await ask<{ revision: string; schema: string | null }>(
    db,
    `SELECT revision, schema FROM ${id(old.schema)}.${id(old.name)} ORDER BY applied_at DESC, revision DESC`,
  );
  const own = readOwnSchema(rows.find(({ schema }) => schema !== null)?.schema);
  if (rows.length === 0 || own === server.schema) return rows.length > 0;
  if (own === undefined && (await hasTables(db, server))) return true;
  if (!isOurs(rows.map(({ revision }) => revision))) return false;
  throw elsewhereError(old, own ?? old.schema, server);
}

function readOwnSchema(text: string | null | undefined): string | undefined {
  const { own } = Object(parseJson(text ?? "{}"));
  if (typeof own !== "string") return undefined;
  return own;
}

async function hasTables(db: Database, { schema }: ServerInfo): Promise<boolean> {
  const rows = await ask(
    db,
    `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${literal(schema)} AND c.relkind IN ('r', 'p') LIMIT 1`,
  );
  return rows.length > 0;
}

function elsewhereError(old: OwnTable, own: string, { schema }: ServerInfo): RemodelError {
  const table = qualifiedName(old.name, old.schema);
  return new RemodelError(
    "STATE_ELSEWHERE",
    `The schema ${schema} has no history, but ${table} has revisions of this folder. They were applied in the schema ${own}.`,
    {
      hint: `If the tables are still in ${own}, write schema: ${JSON.stringify(own)} in the data source. To start a separate history in ${schema}, write stateTable: ${JSON.stringify(qualifiedName(old.name, schema))} in defineConfig.`,
      details: { table, own, schema },
    },
  );
}

/** The columns of the state table. */
export const CREATE_TABLE = `(
  revision text PRIMARY KEY,
  message text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  duration_ms integer NOT NULL,
  applied_by text NOT NULL DEFAULT session_user,
  checksum text,
  fingerprint text,
  schema text
)`;

/** The columns of its log. */
export const CREATE_LOG = `(
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  by text NOT NULL DEFAULT session_user,
  action text NOT NULL,
  revision text NOT NULL,
  direction text,
  step integer,
  position text
)`;

/** What a script knows of the state tables: their names for SQL, and the lock. */
export type ScriptTables = Pick<StateTables, "table" | "log" | "lock">;

/**
 * Creates the two tables, or adds the columns that an earlier version did not have. It looks again under the lock, and
 * creates only what is missing. That fails if another role has created a table of that name in the meantime, so such a
 * table is never used.
 * @returns the complete state tables
 */
export async function ensureState(waiting: Omit<Waiting, "state">, request: StateRequest): Promise<StateTables> {
  const { db } = waiting;
  const known = await findState(db, request);
  if (known.complete) return known;
  await waitForLock({ ...waiting, state: known }, () =>
    runInTransaction(db, [OWN_SETTINGS], () => createState(db, request, known)),
  );
  return await findState(db, request);
}

async function createState(
  db: Database,
  request: StateRequest,
  known: StateTables,
): Promise<undefined | typeof LOCKED> {
  if (!(await tryLock(db, known))) return LOCKED;
  const { schema, missing } = request.server;
  try {
    if (missing) await db.query(`CREATE SCHEMA IF NOT EXISTS ${id(schema)}`);
    for (const sql of missingSql(await findState(db, request))) await db.query(sql);
  } catch (error) {
    throw explainForbidden(error, known);
  }
  return undefined;
}

function missingSql({ schema, names, table, log, oid, hasLog, complete }: StateTables): readonly string[] {
  if (complete) return [];
  const own = logName(parseName(names[0]).name);
  const ownLog = `${id(schema)}.${id(own)}`;
  const copied = "at, by, action, revision, direction, step, position";
  const isShared = oid !== undefined && log !== ownLog;
  const statements: string[] = [];
  if (oid === undefined) statements.push(`CREATE TABLE ${table} ${CREATE_TABLE}`);
  else statements.push(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS schema text`);
  if (!hasLog) statements.push(`CREATE TABLE ${ownLog} ${CREATE_LOG}`);
  if (isShared) statements.push(`INSERT INTO ${ownLog} (${copied}) SELECT ${copied} FROM ${log} ORDER BY id`);
  return statements;
}

function explainForbidden(error: unknown, { names: [table] }: StateTables): unknown {
  const { code, message } = readError(error);
  if (code !== "42501") return error;
  return new RemodelError("DATABASE_FORBIDDEN", `The role cannot create ${table}: ${message}`, {
    hint: "GRANT CREATE ON SCHEMA … TO the role, or connect as the owner of the schema.",
    cause: error,
  });
}

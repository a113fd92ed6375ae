import { setTimeout as pause } from "node:timers/promises";
import type { Connection } from "../connection/connect.ts";
import { connect } from "../connection/connect.ts";
import { describeFailure } from "../connection/connection-errors.ts";
import type { ConnectionTarget } from "../connection/connection-target.ts";
import { OWN_SETTINGS } from "../database.ts";
import { RemodelError, readError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { READING_PROBLEM } from "../read/own-table.ts";
import { literal, parseName, qualifiedName } from "../sql.ts";
import { halfAppliedSql } from "../state/half-applied.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import { logName } from "../state/state-tables.ts";
import type { Tenant } from "./tenant.ts";
import { refuseUnmade } from "./tenant-session.ts";

/** What the state table and its log say about a tenant. Tenants that are alike have equal ones. */
export interface TenantState {
  /** The applied revisions, the oldest first, each with the checksum of its operations; `null` if it was stamped. */
  readonly applied: readonly (readonly [revision: string, checksum: string | null])[];
  /** The fingerprint of the schema after the last run; `null` if it is not known. */
  readonly fingerprint: string | null;
  /** The revisions that are half applied. */
  readonly half: readonly string[];
}

/** A tenant that could not be read, and why. */
export interface Unread {
  readonly reason: string;
}

/** How many times a server is asked that has no free connection. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;
/** A server that has no free connection, or that is starting. */
const PASSING = ["53300", "57P03"];

/**
 * Reads the state of one tenant with one query. A server that has no free connection is asked again.
 * @param schema the schema of the data source, if it names one
 * @param timeoutMs how long connecting and the query may take, each, in milliseconds
 * @returns the reason if it cannot be read
 */
export async function readTenant(
  project: ProjectFiles,
  tenant: Tenant,
  schema: string | undefined,
  timeoutMs: number,
): Promise<TenantState | Unread> {
  const sql = tenantSql(project.settings.stateTable, tenant.schema ?? schema);
  for (let attempt = 1; ; attempt++)
    try {
      refuseUnmade(tenant);
      return await readOnce(project, tenant.target(), sql, timeoutMs);
    } catch (error) {
      if (attempt === ATTEMPTS || !PASSING.includes(readCode(error))) return { reason: explainUnread(error) };
      await pause(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));
    }
}

async function readOnce(
  { loader, home }: ProjectFiles,
  target: ConnectionTarget,
  sql: string,
  timeoutMs: number,
): Promise<TenantState> {
  const connection = await connect(limitTime(target, timeoutMs), loader, home, { silenceMs: 0 });
  try {
    return await queryState(connection, sql);
  } finally {
    await connection.close();
  }
}

/** The same connection with limits for connecting and for each query. */
function limitTime(target: ConnectionTarget, timeoutMs: number): ConnectionTarget {
  const options: Readonly<Record<string, unknown>> = typeof target === "string" ? { url: target } : target;
  const limits = { connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs };
  return { ...options, extra: { ...Object(options["extra"]), ...limits } };
}

type TableRow = {
  readonly schema: string;
  readonly name: string;
  readonly problem: string | null;
  readonly readable: boolean;
  readonly is_log: boolean;
  readonly found: string | null;
};

async function queryState(connection: Connection, sql: string): Promise<TenantState> {
  const rows = await connection.query<TableRow>(sql);
  const table = rows.find((row) => !row.is_log);
  const log = rows.find((row) => row.is_log);
  if (table === undefined) return { applied: [], fingerprint: null, half: [] };
  const applied = readList(table, isApplied);
  return {
    applied: applied.map(([revision, checksum]) => [revision, checksum]),
    fingerprint: applied.at(-1)?.[2] ?? null,
    half: log === undefined ? [] : readList(log, (one) => typeof one === "string"),
  };
}

type AppliedEntry = readonly [revision: string, checksum: string | null, fingerprint: string | null];

function isApplied(value: unknown): value is AppliedEntry {
  const [revision, checksum, fingerprint] = Object(value);
  const isTextOrNull = (one: unknown) => one === null || typeof one === "string";
  return Array.isArray(value) && typeof revision === "string" && [checksum, fingerprint].every(isTextOrNull);
}

/** @throws RemodelError `TABLE_REFUSED` or `DATABASE_FORBIDDEN` for a table that is not read */
function readList<Entry>(row: TableRow, is: (value: unknown) => value is Entry): readonly Entry[] {
  const name = qualifiedName(row.name, row.schema);
  if (row.problem !== null) throw new RemodelError("TABLE_REFUSED", `${name} ${row.problem}`);
  if (!row.readable) throw new RemodelError("DATABASE_FORBIDDEN", `the role lacks SELECT on ${name}`);
  const [, hex = ""] = /<j>([\da-f]*)<\/j>/.exec(row.found ?? "") ?? [];
  const list = parseJson(Buffer.from(hex, "hex").toString("utf8"));
  if (Array.isArray(list) && list.every(is)) return list;
  throw new RemodelError("STATE_DAMAGED", `${name} has a row that is damaged`);
}

/**
 * The statements that read the state table and its log in one round trip. Whether the two exist is known only to the server,
 * so it runs the query of each itself, with `query_to_xml`, where the table can be trusted. The result is JSON in
 * hexadecimal digits, in which XML escapes nothing. `OFFSET 0` keeps the planner from planning the inner query once for
 * each use of its columns.
 * @param stateTable the configured name
 * @param schema where it is, unless the name has a schema; absent: the first schema of the search path
 */
export function tenantSql(stateTable: string, schema: string | undefined): string {
  const { schema: own = schema, name } = parseName(stateTable);
  const place = own === undefined ? "pg_catalog.current_schema()::pg_catalog.text" : literal(own);
  const names = [name, logName(name)].map((one) => literal(one));
  return `SET TRANSACTION READ ONLY; SELECT pg_catalog.set_config('remodel.schema', ${place}, true); ${OWN_SETTINGS};
SELECT t.schema, t.name, t.problem, t.readable, t.is_log,
  CASE WHEN t.problem IS NULL AND t.readable THEN query_to_xml(CASE WHEN t.is_log THEN ${formatSql(LOG_SQL)} ELSE ${formatSql(STATE_SQL)} END, false, true, '')::text END AS found
FROM (
  SELECT n.nspname AS schema, c.relname AS name, c.relname = ${names.at(-1)} AS is_log, ${READING_PROBLEM} AS problem,
    has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable,
    CASE WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'fingerprint' AND NOT a.attisdropped) THEN 'fingerprint' ELSE 'NULL' END AS fingerprint
  FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
  WHERE n.nspname = current_setting('remodel.schema') AND c.relname IN (${names.join(", ")})
  OFFSET 0
) t`;
}

const STATE_SQL = jsonSql(
  "json_agg(json_build_array(revision, checksum, %3$s) ORDER BY applied_at, revision)",
  "%1$I.%2$I",
);
const LOG_SQL = jsonSql("json_agg(h.revision)", `(${halfAppliedSql("%1$I.%2$I")}) h`);

function jsonSql(aggregate: string, from: string): string {
  return `SELECT encode(convert_to(coalesce(${aggregate}::text, '[]'), 'UTF8'), 'hex') AS j FROM ${from}`;
}

function formatSql(text: string): string {
  return `format(${literal(text)}, t.schema, t.name, t.fingerprint)`;
}

function readCode(error: unknown): string {
  return readError(findCause(error)).code ?? "";
}

/** What PostgreSQL or Node said, where a connection could not be made. */
function findCause(error: unknown): unknown {
  return error instanceof RemodelError && error.cause !== undefined ? error.cause : error;
}

/** Says why a tenant cannot be read, in the same words for all tenants: its name is not in it. */
export function explainUnread(error: unknown): string {
  if (error instanceof RemodelError && error.cause === undefined) return error.message;
  const cause = findCause(error);
  if (readError(cause).code === "3D000") return "the database does not exist";
  return describeFailure(cause).replace(/\.$/, "");
}

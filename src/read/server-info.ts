import { ask, type Database, SERVER_SQL } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { id, literal } from "../sql.ts";

/** The server and the schema that a connection uses. */
export interface ServerInfo {
  /** `server_version_num`, such as 180004. */
  readonly version: number;
  readonly database: string;
  /** The schema in which unqualified names live. */
  readonly schema: string;
  /** The search path that the connection began with, name by name; `$user` is not replaced. */
  readonly path: readonly string[];
  /** The schema does not exist yet. */
  readonly missing?: true;
  /** The server is a standby: it follows another one, and nothing can be changed in it. */
  readonly standby?: true;
  /** The session was given its schema: others use the same database, with schemas of their own. */
  readonly shared?: SharedDatabase;
}

/** A database of which a session has one schema. */
export interface SharedDatabase {
  /** Where an extension is created, so that all find it: the first schema of the search path besides the session's own. */
  readonly extensionSchema: string;
}

interface ServerRow {
  readonly [column: string]: unknown;
  readonly version: string;
  readonly database: string;
  readonly schema: string | null;
  readonly path: string;
  readonly standby: boolean;
  /** The schemas of the search path that exist. */
  readonly schemas: readonly string[];
}

const SYSTEM = ["pg_catalog", "information_schema", "pg_temp"];

/**
 * Asks a connection for its server and schema. What the connection knows since it was opened is not asked again.
 * @param db the connection
 * @param schema the schema that the session or the data source names, if one does
 * @param isGiven the session names it, because others use the same database
 * @throws RemodelError `DATABASE_FORBIDDEN` where the user may not use that schema: its tables would seem not to be there
 */
export async function readServerInfo(db: Database, schema?: string, isGiven = false): Promise<ServerInfo> {
  const row = await readServerRow(db);
  const path = namesIn(row.path);
  const own = schema ?? firstOf(path, row.schema ?? undefined);
  if (own === undefined) throw noSchema();
  const isThere = await findSchema(db, row, own);
  const shared = { extensionSchema: row.schemas.find((name) => name !== own) ?? own };
  return {
    ...{ version: Number(row.version), database: row.database, schema: own, path },
    ...(isGiven && { shared }),
    ...(row.standby && { standby: true as const }),
    ...(!isThere && { missing: true as const }),
  };
}

async function readServerRow(db: Database): Promise<ServerRow> {
  const answer = db.greeting?.() ?? (await db.query(SERVER_SQL));
  db.note?.({ how: "first", sql: SERVER_SQL, answer });
  const [row] = answer;
  if (row === undefined) throw noSchema();
  return row as ServerRow;
}

/** Whether a schema exists. Those of the search path that PostgreSQL lists are there, and the user may use them. */
async function findSchema(db: Database, { schemas }: ServerRow, name: string): Promise<boolean> {
  if (schemas.includes(name)) return true;
  const [there] = await ask<{ usage: boolean; role: string }>(
    db,
    `SELECT has_schema_privilege(oid, 'USAGE') AS usage, current_user AS role FROM pg_namespace WHERE nspname = ${literal(name)}`,
  );
  if (there?.usage === false) throw schemaForbidden(name, there.role);
  return there !== undefined;
}

function noSchema(): RemodelError {
  return new RemodelError("DATABASE_FAILED", "No schema in the connection's search_path exists.", {
    hint: "Name one: --schema NAME. Or set `schema` in the data source, or search_path of the role.",
  });
}

function schemaForbidden(schema: string, role: string): RemodelError {
  return new RemodelError("DATABASE_FORBIDDEN", `The role ${role} lacks USAGE on the schema ${schema}.`, {
    hint: `GRANT USAGE ON SCHEMA ${id(schema)} TO ${id(role)}`,
  });
}

/**
 * The first schema of the search path, also if it does not exist: PostgreSQL would skip it and create everything in the
 * next one. Only `$user` may be missing.
 * @param path the names of the search path
 * @param current the first one that exists
 */
function firstOf(path: readonly string[], current: string | undefined): string | undefined {
  const isUser = current !== undefined && !path.includes(current) && path.includes("$user");
  if (isUser) return current;
  return path.find((name) => name !== "$user" && !SYSTEM.includes(name));
}

/** The names of a setting like `"$user", public`. */
function namesIn(setting: string): readonly string[] {
  const tokens = setting.match(/"(?:[^"]|"")*"|[^,\s"][^,"]*/g) ?? [];
  return tokens
    .map((token) => (token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.trim().toLowerCase()))
    .filter((name) => name !== "");
}

/** The names of {@link searchPathSql}. */
export function searchPathOf({ schema, path }: ServerInfo): string {
  return [schema, ...path.filter((name) => name !== schema)].map((name) => id(name)).join(", ");
}

/**
 * The statement that gives names the meaning that they have for the project: its own schema comes first, then what
 * the connection has. It holds until the transaction ends.
 */
export function searchPathSql(server: ServerInfo): string {
  return `SET LOCAL search_path = ${searchPathOf(server)}`;
}

/**
 * The line of a script that keeps the path in a variable of `psql`: only when it runs is known what its connection has.
 * @param schema the schema that the data source names, if it does
 */
export function scriptPathText(schema: string | undefined): string {
  const setting = "pg_catalog.current_setting('search_path')";
  const path =
    schema === undefined
      ? setting
      : `pg_catalog.rtrim(pg_catalog.concat(${literal(`${id(schema)}, `)}, ${setting}), ', ')`;
  return `SELECT ${path} AS remodel_path \\gset`;
}

/**
 * Refuses a standby before anything is run. PostgreSQL itself would refuse the first transaction as a feature that it lacks.
 * @throws RemodelError `DATABASE_FORBIDDEN`
 */
export function refuseStandby({ standby }: ServerInfo): void {
  if (!standby) return;
  throw new RemodelError("DATABASE_FORBIDDEN", "The server is a standby, which is read-only. Nothing was run.", {
    hint: "Connect to the primary server.",
    details: { code: READ_ONLY },
  });
}

/** What PostgreSQL says about a change where nothing can be changed. */
export const READ_ONLY = "25006";

/** The error for a schema of the session that is needed and does not exist. */
export function missingSchema({ schema, shared }: ServerInfo): RemodelError {
  const create = `Create it: CREATE SCHEMA ${id(schema)}.`;
  const details = { schema };
  // Other schemas have the same history, so no revision should create this one.
  if (shared)
    return new RemodelError("SCHEMA_MISSING", `The schema ${schema} does not exist.`, { hint: create, details });
  return new RemodelError(
    "SCHEMA_MISSING",
    `The schema ${schema} does not exist, and no revision of this run creates it.`,
    {
      hint: `${create} Or begin a revision with op.createSchema(${JSON.stringify(schema)}, { ifNotExists: true }).`,
      details,
    },
  );
}

import { collect } from "../collect.ts";
import { ask, type Database } from "../database.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { id, literal } from "../sql.ts";
import { joinNames, plural } from "../words.ts";
import { type DoctorLine, failedLine, keepError, missingLine, noteLine, okLine, unknownLine } from "./doctor-line.ts";

const SETTINGS = "settings";
const RIGHTS = "rights";
const TABLES = "tables";

/** Looks at the settings that keep a run from working. A run sets its own timeouts and formats. */
export async function examineSettings(db: Database): Promise<DoctorLine> {
  const read = await keepError(() =>
    ask<{ read_only: string; encoding: string; role: string }>(
      db,
      `SELECT reset_val AS read_only, current_setting('server_encoding') AS encoding, current_user AS role
FROM pg_settings WHERE name = 'default_transaction_read_only'`,
    ),
  );
  if ("error" in read) return failedLine(SETTINGS, read.error);
  const [{ read_only, encoding, role } = { read_only: "off", encoding: "UTF8", role: "" }] = read.value;
  if (read_only === "on")
    return missingLine(
      SETTINGS,
      "default_transaction_read_only is on, so nothing can be changed.",
      `ALTER ROLE ${id(role)} SET default_transaction_read_only = off`,
    );
  if (encoding !== "UTF8")
    return noteLine(SETTINGS, `The encoding of the database is ${encoding}: it cannot keep every character.`);
  return okLine(SETTINGS, `encoding ${encoding}, transactions may write`);
}

interface RightsRow {
  readonly [column: string]: unknown;
  readonly role: string;
  readonly database: string;
  readonly may_use: boolean | null;
  readonly may_create: boolean | null;
  readonly may_create_schemas: boolean;
}

/** Looks at the rights of the role: it creates tables in the schema. */
export async function examineRights(db: Database, server: ServerInfo | undefined): Promise<DoctorLine> {
  if (server === undefined) return unknownLine(RIGHTS, "the schema is not known");
  const read = await keepError(() => ask<RightsRow>(db, rightsSqlFor(server.schema)));
  if ("error" in read) return failedLine(RIGHTS, read.error);
  const [row] = read.value;
  if (row === undefined) return unknownLine(RIGHTS, "the server does not say");
  return describeRights(server.schema, row);
}

function rightsSqlFor(schema: string): string {
  return `SELECT current_user AS role, current_database() AS database,
  (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = ${literal(schema)}) AS may_use,
  (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = ${literal(schema)}) AS may_create,
  has_database_privilege(current_database(), 'CREATE') AS may_create_schemas`;
}

function describeRights(schema: string, row: RightsRow): DoctorLine {
  const { role, database, may_use, may_create, may_create_schemas } = row;
  if (may_create === null) return describeMissingSchema(schema, row);
  const lacking = collect(!may_use && "USAGE", !may_create && "CREATE").join(", ");
  if (lacking !== "")
    return missingLine(
      RIGHTS,
      `${role} lacks ${lacking} on the schema ${schema}.`,
      `GRANT ${lacking} ON SCHEMA ${id(schema)} TO ${id(role)}`,
    );
  const text = `${role} may use the schema ${schema} and create in it`;
  if (may_create_schemas) return okLine(RIGHTS, `${text}; it may create schemas`);
  return noteLine(
    RIGHTS,
    `${text}; it may not create schemas and extensions.`,
    `GRANT CREATE ON DATABASE ${id(database)} TO ${id(role)}`,
  );
}

/** Looks for tables of other roles: only the owner of a table may alter it. */
export async function examineOwners(db: Database, server: ServerInfo | undefined): Promise<DoctorLine> {
  if (server === undefined) return unknownLine(TABLES, "the schema is not known");
  const read = await keepError(() =>
    ask<{ name: string; owner: string; role: string; owned: boolean }>(
      db,
      `SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner, current_user AS role,
  pg_has_role(c.relowner, 'USAGE') AS owned
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${literal(server.schema)} AND c.relkind IN ('r', 'p') AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname`,
    ),
  );
  if ("error" in read) return failedLine(TABLES, read.error);
  const others = read.value.filter(({ owned }) => !owned);
  const [first] = others;
  if (first === undefined) return okLine(TABLES, `${plural(read.value.length, "table")}, none of another role`);
  const owners = [...new Set(others.map(({ owner }) => owner))];
  const names = joinNames(others.map(({ name }) => name));
  return noteLine(
    TABLES,
    `${names} cannot be altered by ${first.role}: ${joinNames(owners)} owns ${others.length === 1 ? "it" : "them"}.`,
    owners.map((owner) => `GRANT ${id(owner)} TO ${id(first.role)}`).join("\n"),
  );
}

function describeMissingSchema(schema: string, { role, may_create_schemas }: RightsRow): DoctorLine {
  if (may_create_schemas)
    return noteLine(RIGHTS, `The schema ${schema} does not exist yet.`, `CREATE SCHEMA ${id(schema)}`);
  return missingLine(
    RIGHTS,
    `The schema ${schema} does not exist, and ${role} lacks CREATE on the database.`,
    `As its owner: CREATE SCHEMA ${id(schema)} AUTHORIZATION ${id(role)}`,
  );
}

import type pg from "pg";
import { listCatalog } from "./observer.ts";
import { connect, createDatabase, type TestDatabase } from "./servers.ts";

/**
 * A database that one test after another has. A new database costs little, but each new connection to one has to read
 * the catalog's own catalog first, which costs more than what most tests do in it.
 */
export interface KeptDatabase extends Pick<TestDatabase, "url" | "major"> {
  readonly client: pg.Client;
}

interface Kept extends KeptDatabase {
  readonly drop: () => Promise<void>;
  /** Its listing when it was new. */
  readonly pristine: string;
}

const free: Kept[] = [];

/** Calls a function with an empty database. What it leaves there is removed, and if that fails, the database is. */
export async function withKeptDatabase<Result>(
  major: number,
  body: (kept: KeptDatabase) => Promise<Result>,
): Promise<Result> {
  const at = free.findIndex((one) => one.major === major);
  const kept = free.splice(at, at < 0 ? 0 : 1)[0] ?? (await create(major));
  let isEmpty = false;
  try {
    const result = await body(kept);
    isEmpty = await empty(kept).catch(() => false);
    return result;
  } finally {
    if (isEmpty) free.push(kept);
    else await remove(kept);
  }
}

/** Removes the databases of the file whose tests have ended. */
export async function removeKeptDatabases(): Promise<void> {
  for (const kept of free.splice(0)) await remove(kept);
}

async function create(major: number): Promise<Kept> {
  const { url, drop } = await createDatabase(major);
  const client = await connect(url);
  await client.query(`DROP SCHEMA public; ${emptySql(major)}`);
  return { url, major, client, drop, pristine: await listAll(client, major) };
}

async function remove({ client, drop }: Kept): Promise<void> {
  await client.end().catch(() => undefined);
  await drop();
}

/** Removes everything from a database; false if something is left. */
async function empty({ client, major, pristine }: Kept): Promise<boolean> {
  await client.query(`ROLLBACK; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; ${emptySql(major)}`);
  return (await listAll(client, major)) === pristine;
}

/**
 * What removes most of what tests make. The schema `public` stays if it is as it was: where a schema comes or goes, every
 * connection plans all its prepared queries again, which takes longer than to run them.
 */
function emptySql(major: number): string {
  const [owner, grants, acl] =
    major >= 15
      ? ["pg_database_owner", "USAGE", "{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}"]
      : ["postgres", "ALL", "{postgres=UC/postgres,=UC/postgres}"];
  return `DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql'
      LOOP EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', one.name); END LOOP;
    FOR one IN SELECT nspname AS name FROM pg_namespace
      WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
      LOOP EXECUTE format('DROP SCHEMA %I CASCADE', one.name); END LOOP;
    FOR one IN SELECT pubname AS name FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', one.name); END LOOP;
    FOR one IN SELECT o.type, o.identity FROM (${IN_PUBLIC}) d, pg_identify_object(d.classid, d.objid, 0) o
      WHERE o.type IN ('table', 'view', 'materialized view', 'sequence', 'type', 'function', 'procedure', 'aggregate')
      LOOP EXECUTE format('DROP %s IF EXISTS %s CASCADE', one.type, one.identity); END LOOP;
    IF EXISTS (${IN_PUBLIC}) OR NOT EXISTS (
      SELECT FROM pg_namespace WHERE nspname = 'public' AND nspowner = '${owner}'::regrole AND nspacl::text = '${acl}'
        AND obj_description(oid, 'pg_namespace') = '${COMMENT}') THEN
      DROP SCHEMA IF EXISTS public CASCADE;
      CREATE SCHEMA public;
      ALTER SCHEMA public OWNER TO ${owner};
      GRANT ${grants} ON SCHEMA public TO PUBLIC;
      COMMENT ON SCHEMA public IS '${COMMENT}';
    END IF;
  END $$`;
}

const COMMENT = "standard public schema";

/** What is in the schema by itself, and not as a part of something else. */
const IN_PUBLIC = `SELECT d.classid, d.objid FROM pg_depend d
  WHERE d.refclassid = 'pg_namespace'::regclass AND d.deptype = 'n'
    AND d.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
    AND NOT EXISTS (SELECT FROM pg_depend p
      WHERE p.classid = d.classid AND p.objid = d.objid AND p.deptype IN ('a', 'i', 'P', 'S'))`;

/** Everything, tables of our own too, and how many objects of each catalog are not PostgreSQL's own. */
async function listAll(client: pg.Client, major: number): Promise<string> {
  const names = catalogs.get(major) ?? (await client.query<{ name: string }>(CATALOGS)).rows;
  catalogs.set(major, names);
  const counts = names.map(({ name }) => `SELECT '${name}', count(*) FROM pg_catalog.${name} WHERE oid >= 16384`);
  counts.push(SETTINGS);
  const text = `${counts.join(" UNION ALL ")} ORDER BY 1`;
  const { rows } = await client.query({ name: "counts", text, rowMode: "array" });
  return `${await listCatalog(client, { ignoreTables: [] })}${rows.map((row) => row.join(" ")).join("\n")}`;
}

/** The system catalogs of each major whose rows have oids. */
const catalogs = new Map<number, readonly { readonly name: string }[]>();

const SETTINGS = `SELECT 'settings', count(*) FROM pg_catalog.pg_db_role_setting s
  JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()`;

const CATALOGS = `SELECT c.relname AS name FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid'
  WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relkind = 'r' AND NOT c.relisshared ORDER BY 1`;

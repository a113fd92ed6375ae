import { ask, type Database } from "../database.ts";

/** A function whose names are looked up along the search path each time it runs. */
export interface FunctionBody {
  readonly name: string;
  readonly body: string;
}

/** What a database has besides PostgreSQL's own functions and tables. */
export interface FunctionBodies {
  readonly bodies: readonly FunctionBody[];
  /** The names of all functions, and of all tables and views. */
  readonly functions: readonly string[];
  readonly relations: readonly string[];
}

/** Functions with `BEGIN ATOMIC` keep what they name; one that sets its own search path finds it. */
const BODIES_SQL = `SELECT json_build_object(
  'bodies', (SELECT coalesce(json_agg(json_build_object('name', p.proname, 'body', p.prosrc) ORDER BY p.proname), '[]')
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname IN ('sql', 'plpgsql') AND p.prosqlbody IS NULL AND p.pronamespace <> 'pg_catalog'::regnamespace
      AND NOT EXISTS (SELECT FROM unnest(p.proconfig) one WHERE one LIKE 'search_path=%')),
  'functions', (SELECT coalesce(json_agg(DISTINCT p.proname), '[]') FROM pg_proc p WHERE p.pronamespace <> 'pg_catalog'::regnamespace),
  'relations', (SELECT coalesce(json_agg(DISTINCT c.relname), '[]') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^(pg_|information_schema$)'))::text AS data`;

/** Reads the bodies of the functions of a database, and what they may name. */
export async function readFunctionBodies(db: Pick<Database, "query" | "inTransaction">): Promise<FunctionBodies> {
  const [row] = await ask<{ data: string }>(db, BODIES_SQL);
  return JSON.parse(row?.data ?? '{ "bodies": [], "functions": [], "relations": [] }');
}

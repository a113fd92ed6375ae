import { askText, type Database } from "../database.ts";
import { literal, parseName } from "../sql.ts";
import type { StateTables } from "./state-tables.ts";

/**
 * Finds the roles that may write the two tables although they cannot become the migrator. What they write is never run,
 * but it decides which revisions count as applied.
 * @param db the connection, in no transaction
 * @param state the two tables
 * @returns their names, sorted; `PUBLIC` is every role
 */
export async function readWriters(db: Database, state: StateTables): Promise<readonly string[]> {
  const tables = state.names.map((text) => `(${literal(state.schema)}, ${literal(parseName(text).name)})`);
  const rows = await askText(db, writersSql(tables.join(", ")));
  return rows.map(([role]) => role ?? "").sort();
}

function writersSql(tables: string): string {
  return `
  WITH tables AS (
    SELECT c.oid, c.relacl, c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (n.nspname::text, c.relname::text) IN (${tables})
  ), writers AS (
    SELECT a.grantee AS role, a.privilege_type FROM tables t, aclexplode(t.relacl) a
    UNION ALL SELECT a.grantee, a.privilege_type FROM tables t
      JOIN pg_attribute c ON c.attrelid = t.oid, aclexplode(c.attacl) a
    UNION ALL SELECT relowner, 'UPDATE' FROM tables
  )
  SELECT DISTINCT CASE WHEN role = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(role)::text END FROM writers
  WHERE privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
    AND (role = 0 OR NOT pg_has_role(role, session_user, 'MEMBER'))`;
}

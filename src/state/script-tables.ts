import { problemSql } from "../read/own-table.ts";
import { blockSql, id, literal, parseName } from "../sql.ts";
import { CREATE_LOG, CREATE_TABLE, logName, quoteTables, type ScriptTables } from "./state-tables.ts";

/**
 * The names of the state table and its log in a script.
 * @param stateTable the configured name
 * @param schema the schema that the data source names; without it the search path of the script decides
 */
export function nameScriptTables(stateTable: string, schema: string | undefined): ScriptTables {
  const { name, schema: own = schema } = parseName(stateTable);
  const where = own === undefined ? "pg_catalog.quote_ident(pg_catalog.current_schema())" : literal(id(own));
  const lock = `pg_catalog.concat(pg_catalog.to_regnamespace(${where})::pg_catalog.oid, ${literal(`.${name}`)})`;
  if (own !== undefined) return { ...quoteTables(own, name, logName(name)), lock };
  return { table: id(name), log: id(logName(name)), lock };
}

/**
 * The statement that creates the two tables, or adds the columns that an earlier version did not have. It first checks
 * the tables as a run does: a table that would run code of another role stops the script. It creates a table only if there
 * is none, which fails if another session creates it at the same time. It sets remodel's own search path.
 * @param stateTable the configured name
 * @param schema the schema that the data source names
 * @param others further tables that the script writes, such as `typeorm_metadata`
 */
export function ensureStateSql(stateTable: string, schema: string | undefined, others: readonly string[] = []): string {
  const { name: table, schema: own = schema } = parseName(stateTable);
  const log = logName(table);
  const place = (named: string | undefined) => (named === undefined ? "current" : literal(named));
  const checked = [
    ...others.map(parseName).map((one) => ({ name: one.name, schema: one.schema ?? schema })),
    { name: table, schema: own },
    { name: log, schema: own },
  ];
  const rows = checked.map((one) => `(${place(one.schema)}::pg_catalog.name, ${literal(one.name)}::pg_catalog.name)`);
  const create = (name: string, columns: string) => `
  IF NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = place AND c.relname = ${literal(name)}) THEN
    EXECUTE format(${literal(`CREATE TABLE %I.%I ${columns}`)}, place, ${literal(name)}::text);
  END IF;`;
  return blockSql(`
DECLARE
  current pg_catalog.name := pg_catalog.current_schema();
  place pg_catalog.name := ${place(own)};
  path_before pg_catalog.text := pg_catalog.current_setting('search_path');
  wrong pg_catalog.text;
BEGIN
  IF place IS NULL THEN RAISE EXCEPTION 'remodel: no schema of the search path exists'; END IF;
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  SELECT format('%I.%I %s', x.schema, x.name, x.problem) INTO wrong FROM (
${problemSql(`(VALUES ${rows.join(", ")})`)}
  ) x WHERE x.problem IS NOT NULL LIMIT 1;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION 'remodel: %, so it is neither read nor written', wrong USING HINT = 'Find out who made it so, and put it right.'; END IF;${create(table, CREATE_TABLE)}${create(log, CREATE_LOG)}
  EXECUTE format('ALTER TABLE %I.%I ADD COLUMN IF NOT EXISTS schema text', place, ${literal(table)}::text);
  PERFORM pg_catalog.set_config('search_path', path_before, true);
END`);
}

import { joinTexts } from "../collect.ts";
import { ask, type Database } from "../database.ts";
import { id } from "../sql.ts";
import type { CellValue } from "./values.ts";

/** A column, with where it is kept. */
export interface ContentColumn {
  readonly name: string;
  /** `attnum`: a renamed column keeps it, another column gets another one. */
  readonly number: number;
  /** As PostgreSQL prints it. */
  readonly type: string;
  /** The oid and the modifier of the type: a type that is renamed keeps them. */
  readonly typeId: string;
}

/** A table with all its values as text. */
export interface TableContent {
  /** A renamed table keeps it. */
  readonly oid: number;
  /** `schema.name` */
  readonly name: string;
  readonly columns: readonly ContentColumn[];
  /** The columns of the primary key and of unique constraints, the primary key first. */
  readonly keys: readonly (readonly string[])[];
  readonly rows: readonly (readonly CellValue[])[];
}

type TableFacts = Omit<TableContent, "rows" | "keys"> & {
  readonly schema: string;
  readonly table: string;
  readonly only: boolean;
  readonly keys: TableContent["keys"] | null;
};

/**
 * Reads all rows of a throwaway.
 * @param leave tables to leave out, as `schema.name`
 */
export async function readContent(db: Database, leave: readonly string[]): Promise<readonly TableContent[]> {
  const [found] = await ask<{ data: string | null }>(db, TABLES_SQL);
  const tables: readonly TableFacts[] = JSON.parse(found?.data ?? "[]");
  const contents: TableContent[] = [];
  for (const { schema, table, only, ...facts } of tables.filter(({ name }) => !leave.includes(name))) {
    const columns = facts.columns.map(({ name }) => `${id(name)}::text`);
    const from = joinTexts(only && "ONLY ", `${id(schema)}.${id(table)}`);
    const rows = columns.length === 0 ? [] : await readRows(db, `SELECT ${columns.join(", ")} FROM ${from}`);
    contents.push({ ...facts, keys: facts.keys ?? [], rows });
  }
  return contents;
}

/** Values are printed under the same settings each time. */
async function readRows(db: Database, sql: string): Promise<TableContent["rows"]> {
  const results = await db.read(`${CONTENT_SETTINGS}; ${sql}`);
  return results.at(-1) ?? [];
}

const CONTENT_SETTINGS =
  "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL extra_float_digits = 1";

const TABLES_SQL = `SELECT json_agg(json_build_object('oid', c.oid::bigint, 'name', n.nspname || '.' || c.relname, 'schema', n.nspname,
    'table', c.relname, 'only', c.relkind = 'r',
    'columns', (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'number', a.attnum,
        'type', format_type(a.atttypid, a.atttypmod),
        'typeId', a.atttypid || ':' || a.atttypmod) ORDER BY a.attnum), '[]')
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'keys', (SELECT json_agg((SELECT json_agg(a.attname) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum = ANY (x.indkey::int2[])) ORDER BY x.indisprimary DESC, x.indexrelid)
      FROM pg_index x WHERE x.indrelid = c.oid AND x.indisunique AND x.indexprs IS NULL AND x.indpred IS NULL))
    ORDER BY n.nspname, c.relname)::text AS data
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')`;

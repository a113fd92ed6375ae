import { joinTexts } from "../collect.ts";
import { ask, type Database, PINNED_SETTINGS, setLocalSql, type TextRows } from "../database.ts";
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
  const wanted = tables.filter(({ name }) => !leave.includes(name));
  const contents: TableContent[] = [];
  for (let at = 0; at < wanted.length; at += READ_TOGETHER) {
    const part = wanted.slice(at, at + READ_TOGETHER);
    const rows = await readRows(db, part.map(selectRows));
    contents.push(
      ...part.map(({ schema: _, table: __, only: ___, ...facts }, index) => ({
        ...facts,
        keys: facts.keys ?? [],
        rows: facts.columns.length === 0 ? [] : (rows[index] ?? []),
      })),
    );
  }
  return contents;
}

/** The rows of so many tables are read in one round trip. */
const READ_TOGETHER = 50;

function selectRows({ schema, table, only, columns }: TableFacts): string {
  const list = columns.map(({ name }) => `${id(name)}::text`).join(", ");
  return `SELECT ${list} FROM ${joinTexts(only && "ONLY ", `${id(schema)}.${id(table)}`)}`;
}

/** Values are printed under the same settings each time. */
async function readRows(db: Database, queries: readonly string[]): Promise<readonly TextRows[]> {
  const results = await db.read([setLocalSql(PINNED_SETTINGS), ...queries].join("; "));
  return results.slice(1);
}

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

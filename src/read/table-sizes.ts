import { ask, type Database } from "../database.ts";
import { qualifiedName } from "../sql.ts";

/** The estimated size of a table. */
export interface MeasuredSize {
  readonly rows: number;
  /** With its indexes and its TOAST table; of a partitioned table those of all partitions. */
  readonly bytes: number;
  /** The average since the statistics of the database began; absent if that was less than a minute ago. */
  readonly writesPerSecond?: number;
}

interface SizeRow extends Record<string, unknown> {
  readonly schema: string;
  readonly name: string;
  readonly rows: string;
  readonly bytes: string;
  readonly writes: string;
  readonly seconds: number | null;
}

/** How many bytes a row is taken to have where PostgreSQL has no estimate yet. */
const ROW_BYTES = 100;
const SHORTEST_SECONDS = 60;

const SIZES_SQL = `
  WITH part AS (
    SELECT c.oid AS owner, c.oid FROM pg_class c WHERE c.relkind IN ('r', 'p', 'm')
    UNION SELECT c.oid, t.relid::oid FROM pg_class c, pg_partition_tree(c.oid) t WHERE c.relkind = 'p'),
  measured AS (
    SELECT part.owner, sum(pg_total_relation_size(part.oid)) AS bytes,
      sum(CASE WHEN pg_relation_size(part.oid) = 0 THEN 0 WHEN c.reltuples > 0 THEN c.reltuples::numeric
        ELSE greatest(pg_relation_size(part.oid) / ${ROW_BYTES}, 1) END) AS rows,
      sum(coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0)) AS writes
    FROM part JOIN pg_class c ON c.oid = part.oid LEFT JOIN pg_stat_all_tables s ON s.relid = part.oid
    GROUP BY part.owner)
  SELECT n.nspname::text AS schema, c.relname::text AS name, m.rows::bigint::text AS rows, m.bytes::text AS bytes, m.writes::text AS writes,
    (SELECT extract(epoch FROM now() - coalesce(d.stats_reset, pg_postmaster_start_time()))::float8
      FROM pg_stat_database d WHERE d.datname = current_database()) AS seconds
  FROM measured m JOIN pg_class c ON c.oid = m.owner JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^(pg_|information_schema$)'
  ORDER BY 1, 2`;

/**
 * Reads the sizes of all tables, partitions and materialized views: PostgreSQL's own estimates, no rows.
 * @param db the connection
 * @param leaveOut bare names of tables that are left out, such as those of the state
 * @returns sizes by `schema.table`
 */
export async function readTableSizes(
  db: Database,
  leaveOut: readonly string[] = [],
): Promise<Readonly<Record<string, MeasuredSize>>> {
  const rows = await ask<SizeRow>(db, SIZES_SQL);
  const kept = rows.filter(({ name }) => !leaveOut.includes(name));
  return Object.fromEntries(kept.map((row) => [qualifiedName(row.name, row.schema), readSize(row)]));
}

function readSize({ rows, bytes, writes, seconds }: SizeRow): MeasuredSize {
  const size = { rows: Number(rows), bytes: Number(bytes) };
  if (seconds === null || seconds < SHORTEST_SECONDS) return size;
  return { ...size, writesPerSecond: Number((Number(writes) / seconds).toFixed(1)) };
}

/** Reads which of some functions are volatile, by their names. */
export async function readVolatile(db: Database, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const rows = await ask<{ name: string }>(
    db,
    "SELECT DISTINCT p.proname::text AS name FROM pg_proc p WHERE p.provolatile = 'v' AND p.proname::text = ANY ($1::text[])",
    [names],
  );
  return rows.map(({ name }) => name);
}

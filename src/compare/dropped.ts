import { ask, type Database } from "../database.ts";
import { groupBy } from "../group-by.ts";
import type { Operation } from "../schema/operation.ts";
import { id, literal, parseName } from "../sql.ts";
import { isUncountable, readBriefly } from "./count-rows.ts";
import type { RenamedSchema } from "./renamed.ts";
import { mayRead, readUntrusted } from "./untrusted.ts";

/** A table or column that is dropped, and what is lost with it. */
export interface Dropped {
  /** Its name in the database. */
  readonly table: string;
  readonly column?: string;
  /** The rows of the table, or the values of the column; absent where they could not be counted. */
  readonly rows?: number;
  /** That is PostgreSQL's estimate. */
  readonly estimated?: true;
}

/** Tables up to this size are counted, those above are estimated. */
const SMALL_BYTES = 8 * 1024 * 1024;

/**
 * Counts what is lost with the tables and columns that are dropped.
 * @param operations the upgrade
 * @param live the live database
 * @param own the schema of the connection
 */
export async function countDropped(
  db: Database,
  operations: readonly Operation[],
  live: RenamedSchema,
  own: string,
): Promise<readonly Dropped[]> {
  const drops = groupBy(findDrops(operations, live), ({ table }) => table);
  const counted: Dropped[] = [];
  if (drops.size === 0) return counted;
  const untrusted = await readUntrusted(db);
  const { tables = [] } = live.own;
  for (const { name } of tables) {
    const ofTable = drops.get(name);
    if (ofTable === undefined) continue;
    counted.push(...(mayRead(untrusted, name) ? await countTable(db, name, ofTable, own) : ofTable));
  }
  return counted;
}

/**
 * Lists what the operations drop, by the names in the database; operations have the names of the models. A table that is
 * recreated under the same name is dropped too; a column of a dropped table and a generated column are not listed.
 */
export function findDrops(operations: readonly Operation[], live: RenamedSchema): readonly Dropped[] {
  const tables = new Map(live.tables.map((table) => [table.renamed.name, table]));
  return operations.flatMap(({ target }): readonly Dropped[] => {
    if (target?.effect !== "drop" || !["table", "column"].includes(target.kind)) return [];
    const { kind, name, table: owner = name } = target;
    const table = tables.get(owner);
    if (table === undefined) return [];
    if (kind === "table") return [{ table: table.own.name }];
    const column = table.columns.find(({ renamed }) => renamed.name === name)?.own;
    if (column === undefined || column.asExpression !== undefined) return [];
    return [{ table: table.own.name, column: column.name }];
  });
}

async function countTable(
  db: Database,
  table: string,
  drops: readonly Dropped[],
  own: string,
): Promise<readonly Dropped[]> {
  const { schema = own, name } = parseName(table);
  const full = `${id(schema)}.${id(name)}`;
  try {
    return await readBriefly(db, undefined, async () => {
      const [size] = await ask<{ bytes: string; rows: string }>(db, sizeQuery(full));
      if (size === undefined) return drops;
      if (Number(size.bytes) <= SMALL_BYTES) return await countExactly(db, full, drops);
      if (Number(size.rows) <= 0) return drops;
      const shares = await ask<{ column: string; nulls: number }>(
        db,
        `SELECT s.attname::text AS "column", s.null_frac AS nulls FROM pg_catalog.pg_stats s
         WHERE s.schemaname = ${literal(schema)} AND s.tablename = ${literal(name)}`,
      );
      return drops.map((one) => {
        const nulls = shares.find(({ column }) => column === one.column)?.nulls ?? 0;
        return { ...one, rows: Math.round(Number(size.rows) * (1 - nulls)), estimated: true as const };
      });
    });
  } catch (error) {
    if (!isUncountable(error)) throw error;
    return drops;
  }
}

/** A partitioned table has its rows in its partitions. */
function sizeQuery(table: string): string {
  const oid = `${literal(table)}::pg_catalog.regclass`;
  return `SELECT pg_catalog.sum(pg_catalog.pg_relation_size(c.oid)) AS bytes,
      pg_catalog.sum(c.reltuples) FILTER (WHERE c.relkind = 'r') AS rows
    FROM pg_catalog.pg_class c
    WHERE c.oid = ${oid} OR c.oid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(${oid}) p)`;
}

async function countExactly(db: Database, table: string, drops: readonly Dropped[]): Promise<readonly Dropped[]> {
  const counts = drops.map(({ column }, at) => `count(${column === undefined ? "*" : id(column)}) AS n${at}`);
  const [row] = await ask<Record<string, string>>(db, `SELECT ${counts.join(", ")} FROM ${table}`);
  return drops.map((one, at) => ({ ...one, rows: Number(row?.[`n${at}`]) }));
}

import { ask, type Database } from "../database.ts";
import { id, literal } from "../sql.ts";
import type { FillTable } from "./fill-catalog.ts";

/** A key of one digit looks the same when it is cut. */
const FIRST = 10_001;

/** Sets the sequences that gave few numbers yet, so that the keys of made-up rows have several digits. */
export async function raiseSequences(db: Database): Promise<void> {
  await restart(db, RAISED_SQL, FIRST);
}

/**
 * Sets the sequences of an empty table back, since a check or a short column may refuse large numbers.
 * @returns whether it has any
 */
export async function lowerSequences(db: Database, { schema, name, columns }: FillTable): Promise<boolean> {
  const own = columns.filter(({ computed, generated }) => computed && !generated);
  const table = literal(`${id(schema)}.${id(name)}`);
  const names = own.map((column) => `pg_get_serial_sequence(${table}, ${literal(column.name)})`);
  if (names.length === 0) return false;
  const sql = `SELECT seqrelid::regclass::text AS name FROM pg_sequence WHERE seqmin <= 1 AND seqrelid::regclass::text IN (${names.join(", ")})`;
  return await restart(db, sql, 1);
}

/** @returns whether there is one */
async function restart(db: Database, sql: string, first: number): Promise<boolean> {
  const found = await ask<{ name: string }>(db, sql);
  if (found.length > 0)
    await db.query(found.map(({ name }) => `ALTER SEQUENCE ${name} RESTART WITH ${first}`).join("; "));
  return found.length > 0;
}

const RAISED_SQL = `SELECT s.seqrelid::regclass::text AS name FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  WHERE s.seqincrement > 0 AND s.seqmin <= ${FIRST} AND s.seqmax > ${FIRST * 3} AND NOT s.seqcycle
  AND coalesce(pg_sequence_last_value(s.seqrelid), 0) < ${FIRST - 1} AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')`;

import type { Database } from "../database.ts";
import { id, literal } from "../sql.ts";
import type { FillTable } from "./fill-catalog.ts";

/** A key of one digit looks the same when it is cut. */
const FIRST = 10_000;

/** Sets the sequences that gave few numbers yet, so that the keys of made-up rows have several digits. */
export async function raiseSequences(db: Database): Promise<void> {
  await db.query(`SELECT setval(s.seqrelid::regclass, ${FIRST}) FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
    WHERE s.seqincrement > 0 AND s.seqmin <= ${FIRST} AND s.seqmax > ${FIRST * 3} AND NOT s.seqcycle
    AND coalesce(pg_sequence_last_value(s.seqrelid), 0) < ${FIRST} AND c.relpersistence <> 't'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')`);
}

/**
 * Sets the sequences of an empty table back, since a check or a short column may refuse large numbers.
 * @returns whether it has any
 */
export async function lowerSequences(db: Database, { schema, name, columns }: FillTable): Promise<boolean> {
  const own = columns.filter(({ computed, generated }) => computed && !generated);
  const found = own.map((column) => {
    const sequence = `pg_get_serial_sequence(${literal(`${id(schema)}.${id(name)}`)}, ${literal(column.name)})`;
    return `SELECT setval(${sequence}::regclass, 1, false) FROM pg_sequence WHERE seqrelid = ${sequence}::regclass AND seqmin <= 1`;
  });
  let isLowered = false;
  for (const sql of found) isLowered = (await db.query(sql)).length > 0 || isLowered;
  return isLowered;
}

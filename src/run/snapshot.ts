import type { Database } from "../database.ts";
import { type Place, searchPathSql } from "../read/catalog.ts";

/**
 * Reads several things as they were at one moment: what others commit in the meantime is not seen.
 * @param db the connection
 * @param place whose schema unqualified names mean
 * @param work only reads
 */
export async function snapshot<Result>(db: Database, place: Place, work: () => Promise<Result>): Promise<Result> {
  await db.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${searchPathSql(place.schema)}`);
  try {
    return await work();
  } finally {
    await db.query("ROLLBACK");
  }
}

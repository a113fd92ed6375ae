import { type Database, OWN_SETTINGS } from "../database.ts";

/**
 * Reads several things as they were at one moment: what others commit in the meantime is not seen.
 * @param db the connection
 * @param work only reads
 */
export async function readInSnapshot<Result>(db: Database, work: () => Promise<Result>): Promise<Result> {
  await db.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${OWN_SETTINGS}`);
  try {
    return await work();
  } finally {
    await db.query("ROLLBACK");
  }
}

import { type Database, OWN_SETTINGS } from "../database.ts";

/**
 * Reads in one snapshot: `work` does not see what other sessions commit while it runs.
 * @param work may only read
 */
export async function readInSnapshot<Result>(db: Database, work: () => Promise<Result>): Promise<Result> {
  await db.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${OWN_SETTINGS}`);
  try {
    return await work();
  } finally {
    await db.query("ROLLBACK");
  }
}

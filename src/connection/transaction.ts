import type { Database } from "../database.ts";

/** Explicit, so that the defaults of a database, serializable or read-only, do not change what a run does. */
const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/**
 * Does something in a transaction.
 * @param settings statements that come first, in one round trip with its beginning
 * @param work is rolled back if it throws
 */
export async function runInTransaction<Result>(
  db: Database,
  settings: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    await db.query([BEGIN, ...settings].join("; "));
    const result = await work();
    await db.query("COMMIT");
    return result;
  } catch (error) {
    await db.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

import type { Database } from "../database.ts";

/** Names the mode, since the default of a database may be serializable or read-only. */
const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/**
 * Runs something in a transaction. If it throws, the transaction is rolled back.
 * @param settings statements to send together with BEGIN
 * @param work what to run
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

import type { Database, TextRows } from "../database.ts";

/** Names the mode, since the default of a database may be serializable or read-only. */
const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/**
 * Runs something in a transaction. If it throws, the transaction is rolled back.
 * @param settings statements to send together with BEGIN
 * @param work what to run; it may send COMMIT itself at the end of its last text, which saves a round trip
 */
export async function runInTransaction<Result>(
  db: Database,
  settings: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  return await askInTransaction(db, settings, [], work);
}

/**
 * The same, with queries that are sent together with BEGIN too.
 * @param work gets their answers
 */
export async function askInTransaction<Result>(
  db: Database,
  settings: readonly string[],
  queries: readonly string[],
  work: (answers: readonly TextRows[]) => Promise<Result>,
): Promise<Result> {
  try {
    const answers = await db.read([BEGIN, ...settings, ...queries].join("; "));
    const result = await work(answers.slice(answers.length - queries.length));
    if (db.inTransaction?.() !== false) await db.query("COMMIT");
    return result;
  } catch (error) {
    await db.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

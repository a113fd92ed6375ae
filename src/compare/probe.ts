import { type Database, PINNED_SETTINGS, setLocalSql } from "../database.ts";
import { type ServerInfo, searchPathSql } from "../read/server-info.ts";

/** No expression takes longer to be read, unless it is made to. */
const TIMEOUT = "SET LOCAL statement_timeout = '60s'";

/**
 * Asks the server about texts under the path of the project, in a transaction that leaves nothing behind.
 * @param db the connection, in no transaction
 * @param server where it stands
 * @param mode temporary objects need `READ WRITE`
 * @param work what is asked
 */
export async function probing<Result>(
  db: Database,
  server: ServerInfo,
  mode: "READ ONLY" | "READ WRITE",
  work: () => Promise<Result>,
): Promise<Result> {
  const begin = [
    `BEGIN ${mode}`,
    setLocalSql(PINNED_SETTINGS),
    TIMEOUT,
    searchPathSql(server),
    "SAVEPOINT remodel",
  ].join(";\n");
  try {
    await db.read(begin);
    return await work();
  } finally {
    // The connection may be lost; then that is what is thrown.
    await db.read("ROLLBACK").catch(() => undefined);
  }
}

/**
 * What a server says of a text that it may not be able to read. Inside {@link probing}.
 * @param db the connection
 * @param work is undone if the server cannot read the text
 * @returns the answer, or the server's message
 */
export async function readable<Result>(
  db: Database,
  work: () => Promise<Result>,
): Promise<{ readonly answer: Result } | { readonly message: string }> {
  try {
    return { answer: await work() };
  } catch (error) {
    if (!saysUnreadable(error)) throw error;
    await db.read("ROLLBACK TO SAVEPOINT remodel");
    return { message: (error as Error).message };
  }
}

/**
 * Whether an error says that the server cannot read a text: wrong data (22), wrong syntax or names (42), a feature that
 * it does not have (0A). All else, such as a lost connection, says nothing of the text.
 */
export function saysUnreadable(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" && /^(?:22|42|0A)[0-9A-Z]{3}$/.test(code);
}

import { type Database, PINNED_SETTINGS, setLocalSql, type TextRows } from "../database.ts";
import { type ServerInfo, searchPathSql } from "../read/server-info.ts";

/** An expression is read in less time, unless somebody wrote it to take long. */
const TIMEOUT = "SET LOCAL statement_timeout = '60s'";

/**
 * Asks the server about texts under the search path of the project, in a transaction that is rolled back.
 * @param db the connection, in no transaction
 * @param server where it is connected
 * @param mode temporary objects need `READ WRITE`
 * @param work the questions
 */
export async function inProbe<Result>(
  db: Database,
  server: ServerInfo,
  mode: "READ ONLY" | "READ WRITE",
  work: () => Promise<Result>,
): Promise<Result> {
  const begin = [`BEGIN ${mode}`, ...probeSettings(searchPathSql(server))].join(";\n");
  try {
    await db.read(begin);
    return await work();
  } finally {
    // If the connection is lost, the first error says so.
    await db.read("ROLLBACK").catch(() => undefined);
  }
}

/**
 * The statements before the questions of {@link inProbe}.
 * @param path the statement that sets the search path of the project
 */
export function probeSettings(path: string): readonly string[] {
  return [setLocalSql(PINNED_SETTINGS), TIMEOUT, path, "SAVEPOINT remodel"];
}

/**
 * Asks about a text that the server may not be able to read. Inside {@link inProbe}.
 * @param db the connection
 * @param work is rolled back if the server cannot read the text
 * @returns the answer, or the server's message
 */
export async function tryToRead<Result>(
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
 * Whether an error says that the server cannot read a text: wrong data (22), wrong syntax or names (42), a schema that
 * does not exist (3F), a feature that it does not have (0A). Other errors, such as a lost connection, have other causes.
 */
export function saysUnreadable(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" && /^(?:22|42|0A|3F)[0-9A-Z]{3}$/.test(code);
}

/** What the temporary object of a probe says: its definition, and its tree without what is other each time. */
export function readProbe([row = []]: TextRows): readonly [definition: string, tree: string] | undefined {
  const [definition, tree, relation] = row;
  if (definition == null || tree == null || relation == null) return undefined;
  return [definition, normalizeTree(tree, relation)];
}

/** A tree without positions in the text, without the way in which its parts are written, and without its own oid. */
function normalizeTree(tree: string, relation: string): string {
  return tree
    .replace(/:(?:location|stmt_location|stmt_len) -?\d+|:[a-z]*format \d+/g, "")
    .replaceAll(`:relid ${relation} `, ":relid own ");
}

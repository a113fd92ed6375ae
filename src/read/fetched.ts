import { type Database, OWN_PATH, setLocalSql, type TextRows } from "../database.ts";
import { type ServerInfo, searchPathSql } from "./server-info.ts";

/**
 * Runs queries in which names mean PostgreSQL's own objects, but whose output is printed for the project's search path.
 * PostgreSQL looks up names, operators and casts when it declares a cursor, and prints expressions and types when it
 * fetches from it, so the search path changes in between. All goes in one round trip, which needs a transaction.
 * @param db the connection
 * @param server says what the project's search path is
 * @param queries what is asked; without a query, nothing is sent
 * @param transaction what begins and ends a transaction, where none is open
 * @returns the result of each query
 */
export async function readPrinted(
  db: Database,
  server: ServerInfo,
  queries: readonly string[],
  transaction: { readonly before: readonly string[]; readonly after: readonly string[] } = { before: [], after: [] },
): Promise<readonly TextRows[]> {
  if (queries.length === 0) return [];
  const path = searchPathSql(server);
  const cursors = queries.map((_, at) => `remodel_${at}`);
  const before = [
    ...transaction.before,
    // PostgreSQL plans a cursor for its first rows; all rows are fetched.
    setLocalSql({ ...OWN_PATH, cursor_tuple_fraction: "1" }),
    ...queries.map((query, at) => `DECLARE ${cursors[at]} NO SCROLL CURSOR FOR ${query}`),
    path,
  ];
  const fetches = cursors.map((cursor) => `FETCH ALL FROM ${cursor}`);
  const after = [...cursors.map((cursor) => `CLOSE ${cursor}`), setLocalSql(OWN_PATH), ...transaction.after];
  const results = await db.read([...before, ...fetches, ...after].join(";\n"));
  const answers = results.slice(before.length, before.length + queries.length);
  db.note?.(...queries.map((sql, at) => ({ how: "printed" as const, sql, path, answer: answers[at] ?? [] })));
  return answers;
}

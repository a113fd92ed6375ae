import { OWN_PATH, setLocalSql } from "../database.ts";
import { type ServerInfo, searchPathSql } from "./server-info.ts";

/** Statements, and the place of the answers among their results. */
export interface Printing {
  readonly statements: readonly string[];
  /** The index of the first query's result; the others follow. */
  readonly first: number;
}

/**
 * Runs queries in which names mean PostgreSQL's own objects, but whose output is printed for the project's search path.
 * PostgreSQL looks up names, operators and casts when it declares a cursor, and prints expressions and types when it
 * fetches from it, so the search path changes in between. The statements need a transaction.
 */
export function printedSql(server: ServerInfo, queries: readonly string[]): Printing {
  const cursors = queries.map((_, at) => `remodel_${at}`);
  const before = [
    // PostgreSQL plans a cursor for its first rows; all rows are fetched.
    setLocalSql({ ...OWN_PATH, cursor_tuple_fraction: "1" }),
    ...queries.map((query, at) => `DECLARE ${cursors[at]} NO SCROLL CURSOR FOR ${query}`),
    searchPathSql(server),
  ];
  const after = [...cursors.map((cursor) => `CLOSE ${cursor}`), setLocalSql(OWN_PATH)];
  return {
    statements: [...before, ...cursors.map((cursor) => `FETCH ALL FROM ${cursor}`), ...after],
    first: before.length,
  };
}

import { OWN_PATH, setLocalSql } from "../database.ts";
import { type ServerInfo, searchPathSql } from "./server-info.ts";

/** Statements, and where among their results the answers are. */
export interface Printing {
  readonly statements: readonly string[];
  /** The index of the first query's result; the others follow. */
  readonly first: number;
}

/**
 * Queries whose names mean PostgreSQL's own objects, and whose output is printed as the project's search path has it.
 * PostgreSQL looks up names, operators and casts when a cursor is declared, and prints expressions and types when it is
 * fetched; so the search path changes in between. They have to stand in a transaction.
 */
export function printedSql(server: ServerInfo, queries: readonly string[]): Printing {
  const cursors = queries.map((_, at) => `remodel_${at}`);
  const before = [
    // The rows are all fetched, so a plan that is quick for the first few of them is the wrong one.
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

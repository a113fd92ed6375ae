import { type Database, OWN_PATH, PINNED_SETTINGS, setLocalSql } from "../database.ts";
import { type ServerInfo, searchPathSql } from "../read/server-info.ts";
import { id, parseName, path } from "../sql.ts";
import { formatCount, plural } from "../words.ts";
import { saysUnreadable } from "./probe.ts";
import type { RenamedSchema, RenamedTable } from "./renamed.ts";
import { mayRead, mayRun, type Untrusted } from "./untrusted.ts";

const COUNT_MS = 3000;
/** Counting ends here: to see that a thousand rows are in the way is enough. */
export const MAX_COUNTED = 1000;

/**
 * Runs queries that change nothing and do not take long; all of them see one state of the rows.
 * @param server where it is connected, for queries with the names of the project; absent for our own
 * @param timeoutMs the time limit of each statement in milliseconds
 */
export async function readBriefly<Result>(
  db: Database,
  server: ServerInfo | undefined,
  read: () => Promise<Result>,
  timeoutMs = COUNT_MS,
): Promise<Result> {
  await db.query("BEGIN READ ONLY");
  try {
    const settings = { ...PINNED_SETTINGS, row_security: "off", statement_timeout: String(timeoutMs) };
    await db.query(
      server ? `${setLocalSql(settings)}; ${searchPathSql(server)}` : setLocalSql({ ...settings, ...OWN_PATH }),
    );
    return await read();
  } finally {
    await db.query("ROLLBACK").catch(() => undefined);
  }
}

/**
 * Counts the rows that the query of a question or of a probe finds. It ends early: a result above {@link MAX_COUNTED}
 * means that there are more.
 * @param server where it is connected: the query has the names of the project
 * @param untrusted what it must not call
 * @param timeoutMs the time limit in milliseconds
 * @returns `undefined` where that is not known: there is no such column yet, it takes too long, or it would run what
 * another role wrote
 */
export async function countRows(
  db: Database,
  server: ServerInfo,
  query: string,
  untrusted: Untrusted,
  timeoutMs?: number,
): Promise<number | undefined> {
  if (!mayRun(untrusted, query)) return undefined;
  return await count(db, server, countSql(query), timeoutMs);
}

/** The query that counts the rows of another query and ends early. */
export function countSql(query: string): string {
  return `SELECT pg_catalog.count(*) FROM (SELECT FROM (${query}\n) q LIMIT ${MAX_COUNTED + 1}) q`;
}

/** How many rows there are, in words: `12 rows`, `more than 1,000 rows`. */
export function phraseRows(rows: number): string {
  return rows > MAX_COUNTED ? `more than ${formatCount(MAX_COUNTED)} rows` : plural(rows, "row");
}

async function count(db: Database, server: ServerInfo, query: string, timeoutMs?: number): Promise<number | undefined> {
  try {
    const [row] = await readBriefly(db, server, () => db.readOne(query), timeoutMs);
    if (row === undefined) return undefined;
    return Number(row[0]);
  } catch (error) {
    if (isUncountable(error)) return undefined;
    throw error;
  }
}

/**
 * Whether a table is known to have no rows.
 * @param names see {@link renamingClause}
 * @param untrusted as in {@link countRows}
 */
export async function hasNoRows(
  db: Database,
  server: ServerInfo,
  table: string,
  names: string,
  untrusted: Untrusted,
): Promise<boolean> {
  const query = `${names}SELECT pg_catalog.count(*) FROM (SELECT FROM ${path(table)} LIMIT 1) q`;
  return mayRead(untrusted, query) && (await count(db, server, query)) === 0;
}

/** Whether PostgreSQL refused a query, or it took too long; a lost connection is another thing. */
export function isUncountable(error: unknown): boolean {
  return saysUnreadable(error) || (error as { code?: string }).code === "57014";
}

/**
 * Lets a query with the names of the models find the rows of the live database.
 * @param live the live database
 * @param own the schema of the connection
 * @returns a `WITH` clause that gives renamed tables, and tables with renamed columns, their new names; empty where there
 *   are none. Such a clause takes no name with a schema.
 */
export function renamingClause({ tables }: RenamedSchema, own: string): string {
  const clauses = tables.filter(isRenamed).flatMap(({ own: table, renamed, columns }) => {
    const to = parseName(renamed.name);
    if (to.schema !== undefined) return [];
    const { schema = own, name } = parseName(table.name);
    const list = columns.map((column) => `${id(column.own.name)} AS ${id(column.renamed.name)}`);
    return [`${id(to.name)} AS (SELECT ${list.join(", ")} FROM ${id(schema)}.${id(name)})`];
  });
  if (clauses.length === 0) return "";
  return `WITH ${clauses.join(", ")} `;
}

function isRenamed({ own, renamed, columns }: RenamedTable): boolean {
  return own.name !== renamed.name || columns.some((column) => column.own.name !== column.renamed.name);
}

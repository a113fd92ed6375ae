import { type Database, OWN_PATH, PINNED_SETTINGS, setLocalSql } from "../database.ts";
import { type ServerInfo, searchPathSql } from "../read/server-info.ts";
import { id, parseName, path } from "../sql.ts";
import { saysUnreadable } from "./probe.ts";
import type { RenamedSchema, RenamedTable } from "./renamed.ts";
import { mayRead, mayRun, type Untrusted } from "./untrusted.ts";

const COUNT_MS = 3000;

/**
 * Runs queries that change nothing and do not take long; all of them see one state of the rows.
 * @param server where it is connected, for queries with the names of the project; absent for our own
 */
export async function readBriefly<Result>(
  db: Database,
  server: ServerInfo | undefined,
  read: () => Promise<Result>,
): Promise<Result> {
  await db.query("BEGIN READ ONLY");
  try {
    const settings = { ...PINNED_SETTINGS, row_security: "off", statement_timeout: String(COUNT_MS) };
    await db.query(
      server ? `${setLocalSql(settings)}; ${searchPathSql(server)}` : setLocalSql({ ...settings, ...OWN_PATH }),
    );
    return await read();
  } finally {
    await db.query("ROLLBACK").catch(() => undefined);
  }
}

/**
 * Counts the rows that a question's query finds.
 * @param server where it is connected: the query has the names of the project
 * @param untrusted what it must not call
 * @returns `undefined` where that is not known: there is no such column yet, it takes too long, or it would run what
 * another role wrote
 */
export async function countRows(
  db: Database,
  server: ServerInfo,
  query: string,
  untrusted: Untrusted,
): Promise<number | undefined> {
  return mayRun(untrusted, query)
    ? await count(db, server, `SELECT pg_catalog.count(*) FROM (${query}\n) q`)
    : undefined;
}

async function count(db: Database, server: ServerInfo, query: string): Promise<number | undefined> {
  try {
    const [row] = await readBriefly(db, server, () => db.readOne(query));
    return row === undefined ? undefined : Number(row[0]);
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
  return clauses.length === 0 ? "" : `WITH ${clauses.join(", ")} `;
}

function isRenamed({ own, renamed, columns }: RenamedTable): boolean {
  return own.name !== renamed.name || columns.some((column) => column.own.name !== column.renamed.name);
}

import { type Database, OWN_PATH, PINNED_SETTINGS, setLocalSql } from "../database.ts";
import { nameAfter, type Rename } from "../diff/renames.ts";
import { type ServerInfo, searchPathSql } from "../read/server-info.ts";
import type { Schema } from "../schema/schema.ts";
import { id, parseName, path } from "../sql.ts";
import { saysUnreadable } from "./probe.ts";
import { mayRead, mayRun, type Untrusted } from "./untrusted.ts";

const COUNT_MS = 3000;

/**
 * Runs queries that change nothing and do not take long; all of them see one state of the rows.
 * @param server where the connection stands, for queries with the names of the project; absent for our own
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
 * @param server where it stands: the query has the names of the project
 * @param untrusted what it must not call
 * @returns `undefined` where that cannot be told: there is no such column yet, it takes too long, or it would run what
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
 * @param names see {@link namesBefore}
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
 * What lets a query that has the names of afterwards find the rows of today: a `WITH` clause in which renamed tables, and
 * tables with renamed columns, have their new names. A name with a schema cannot have one.
 * @param own the schema of the connection
 */
export function namesBefore({ tables = [] }: Schema, renames: readonly Rename[], own: string): string {
  const clauses = tables.flatMap((table) => {
    const to = nameAfter(renames, "tables", table.name);
    const columns = renames.filter((one) => one.list === "columns" && one.table === table.name);
    const [old, next] = [parseName(table.name), parseName(to)];
    if ((to === table.name && columns.length === 0) || next.schema !== undefined) return [];
    const list = table.columns.map(({ name }) => {
      const renamed = columns.find(({ from }) => from === name)?.to;
      return renamed === undefined ? id(name) : `${id(name)} AS ${id(renamed)}`;
    });
    return [`${id(next.name)} AS (SELECT ${list.join(", ")} FROM ${id(old.schema ?? own)}.${id(old.name)})`];
  });
  return clauses.length === 0 ? "" : `WITH ${clauses.join(", ")} `;
}

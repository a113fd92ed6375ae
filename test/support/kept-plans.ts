import type { Connection } from "../../src/connection/connect.ts";
import type { Row, TextRows } from "../../src/database.ts";

/** What a connection has prepared, and which queries it has seen once. */
interface Plans {
  readonly names: Map<string, string>;
  readonly seen: Set<string>;
  /** How many names were given. A statement that fails may leave some of them behind. */
  given: number;
}

const all = new WeakMap<Connection, Plans>();

/** A text of several statements that declares cursors, sets the search path, fetches and closes. */
const CURSORS =
  /^([\s\S]*?)DECLARE remodel_0 NO SCROLL CURSOR FOR ([\s\S]*);\n(SET LOCAL search_path = [^\n]*);\nFETCH ALL FROM remodel_0;\n/;

/**
 * Lets a connection plan each query on the catalog only once. PostgreSQL plans the query of a cursor each time, and where
 * tables are few that takes three quarters of a reading. The queries are the same, but find names in the project's search
 * path, so tests of strange objects on that path have to do without.
 */
export function keepPlans(connection: Connection): Connection {
  const plans = all.get(connection) ?? { names: new Map(), seen: new Set(), given: 0 };
  all.set(connection, plans);
  return {
    ...connection,
    read: (sql) => readWithPlans(connection, plans, sql),
    query: <R extends Row>(sql: string, values?: readonly unknown[]) =>
      queryWithPlan<R>(connection, plans, sql, values),
  };
}

/** A query of the catalog, which takes longer to plan than to run; before it, settings for it alone. */
const CATALOG_QUERY = /^((?:SET [^;]+; |SELECT pg_catalog\.set_config[^;]+; )*)((?:SELECT|WITH)\b[^;]{400,})$/;

async function queryWithPlan<R extends Row>(
  db: Connection,
  plans: Plans,
  sql: string,
  values?: readonly unknown[],
): Promise<readonly R[]> {
  const [, settings, query] = (values === undefined && CATALOG_QUERY.exec(sql)) || [];
  if (query === undefined) return await db.query<R>(sql, values);
  const prepare = isSeenAgain(plans, query) ? `PREPARE ${giveName(plans, query)} AS ${query}; ` : "";
  const name = plans.names.get(query);
  if (name === undefined) return await db.query<R>(sql);
  const rows = db.query<R>(`${settings}${prepare}EXECUTE ${name}`);
  return await rows.catch((error: unknown) => {
    if (prepare !== "") plans.names.delete(query);
    throw error;
  });
}

async function readWithPlans(db: Connection, plans: Plans, sql: string): Promise<readonly TextRows[]> {
  const [, before, declared, path] = CURSORS.exec(sql) ?? [];
  if (before === undefined || declared === undefined || path === undefined) return await db.read(sql);
  const queries = declared.split(/;\nDECLARE remodel_\d+ NO SCROLL CURSOR FOR /);
  const fresh = queries.filter((query) => isSeenAgain(plans, query));
  const prepare = fresh.map((query) => `PREPARE ${giveName(plans, query)} AS ${query}`);
  const begin = [...before.split(";\n").filter((text) => text !== ""), path, ...prepare];
  const end = sql
    .slice(sql.lastIndexOf(`CLOSE remodel_${queries.length - 1};\n`))
    .split(";\n")
    .slice(1);
  const run = queries.map((query) => (plans.names.has(query) ? `EXECUTE ${plans.names.get(query)}` : query));
  const results = await db.read([...begin, ...run, ...end].join(";\n")).catch((error: unknown) => {
    for (const query of fresh) plans.names.delete(query);
    throw error;
  });
  // Where each of the results is expected.
  const declares = begin.length - prepare.length + queries.length;
  return [...Array.from({ length: declares }, () => []), ...results.slice(begin.length, begin.length + queries.length)];
}

/** Whether a query comes a second time and is not prepared yet. Many have names of tables in them, and come once. */
function isSeenAgain({ names, seen }: Plans, query: string): boolean {
  if (names.has(query)) return false;
  if (seen.delete(query)) return true;
  seen.add(query);
  return false;
}

function giveName(plans: Plans, query: string): string {
  const name = `kept_${plans.given++}`;
  plans.names.set(query, name);
  return name;
}

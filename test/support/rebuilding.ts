import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import type { Column } from "../../src/schema/schema.ts";
import type { Session } from "../../src/state/session.ts";
import { withKeptDatabase } from "./kept-databases.ts";
import { listCatalog, listRows, type Rows } from "./observer.ts";
import { testSession, withFolder } from "./session.ts";

/** A table that has one of everything of its major. */
export function everything(major: number): string {
  const since = [0, 15, 18].filter((one) => one <= major);
  const path = (one: number) => new URL(`../fixtures/rebuild/everything${one ? `-${one}` : ""}.sql`, import.meta.url);
  return since.map((one) => readFileSync(path(one), "utf8")).join("\n");
}

/** A database with revisions that are written by hand. */
export interface Site {
  readonly url: string;
  readonly client: pg.Client;
  /** Writes the one revision: a column comes, and goes on the way down. */
  readonly revision: (table: string, column: Column, options: object) => void;
  readonly session: <Result>(act: (session: Session) => Promise<Result>, url?: string) => Promise<Result>;
}

/** Calls a function with a database that starts with some SQL, and a folder for the revision. */
export function onSite(
  major: number,
  sql: string,
  body: (site: Site) => Promise<void>,
  schema?: string,
): Promise<void> {
  return withFolder((folder) =>
    withKeptDatabase(major, async ({ url, client }) => {
      await client.query(sql);
      await body({
        url,
        client,
        revision: (table, column, options) => writeFileSync(join(folder, "aaaa.ts"), fileOf(table, column, options)),
        session: async (act, other = url) => {
          const options = schema ? { schema } : {};
          const session = await testSession({ url: other, folder, entities: [], options });
          return await act(session).finally(() => session.close());
        },
      });
    }),
  );
}

function fileOf(table: string, column: Column, options: object): string {
  const [owner, name] = [JSON.stringify(table), JSON.stringify(column.name)];
  return `/** A column in its place. */
import type { Operations } from "typeorm-remodel";

export const revision = "aaaa";
export const downRevision = null;

export function upgrade(op: Operations): void {
  op.addColumn(${owner}, ${JSON.stringify(column)}, ${JSON.stringify(options)});
}

export function downgrade(op: Operations): void {
  op.dropColumn(${owner}, ${name});
}
`;
}

/** What a rebuild may not change. */
export interface Photograph {
  /** Without the order of columns. */
  readonly catalog: string;
  readonly rows: Rows;
  readonly hidden: unknown;
  readonly views: unknown;
}

/** Everything of a database but the order of its columns and the numbers that PostgreSQL gives objects. */
export async function photograph(client: pg.Client): Promise<Photograph> {
  return {
    catalog: await listCatalog(client, { notNullNames: true, columnOrder: false }),
    rows: await listRows(client),
    hidden: (await client.query(HIDDEN)).rows.map(({ line }) => line),
    views: await readViews(client),
  };
}

/** The columns of a table, in their order. */
export async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query(
    "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    [table],
  );
  return rows.map(({ attname }) => attname);
}

/** What the listing of the catalog leaves out. */
const HIDDEN = `
  SELECT format('%s %s column %s: statistics %s', c.relkind, c.oid::regclass, a.attname, a.attstattarget) AS line
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE a.attstattarget >= 0 AND a.attnum > 0 AND c.relkind IN ('i', 'm') AND c.relnamespace::regnamespace::text !~ '^(pg_|information)'
  UNION ALL
  SELECT format('%s.%s in %s', schemaname, tablename, pubname) FROM pg_publication_tables
  UNION ALL
  SELECT format('%s has columns of views with defaults: %s', d.adrelid::regclass, pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid WHERE c.relkind = 'v'
  UNION ALL
  SELECT format('%s %s', schemaname || '.' || sequencename, last_value) FROM pg_sequences WHERE sequencename !~ '^remodel_'
  UNION ALL
  SELECT format('%s owned by %s', stxname, stxowner::regrole) FROM pg_statistic_ext
  ORDER BY 1`;

async function readViews(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query(`SELECT c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relkind IN ('v', 'm') AND c.relispopulated AND c.relnamespace::regnamespace::text !~ '^(pg_|information)' ORDER BY 1`);
  const found: Record<string, unknown> = {};
  for (const { name } of rows)
    found[name] = (
      await client.query(`SELECT to_jsonb(v) - 'nick' - 'place' AS row FROM ${name} v ORDER BY v::text`)
    ).rows;
  return found;
}

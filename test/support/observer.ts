import type pg from "pg";
import { FIRST_OID, observerQuery } from "./observer-query.ts";

/** What a listing covers and how exact it is. */
export interface ListingOptions {
  /** Only these schemas; else all of the user's. */
  readonly schemas?: readonly string[];
  /** Tables to leave out with all they own, in any schema; in place of our own two. */
  readonly ignoreTables?: readonly string[];
  /** `false` lists columns by name, for databases that reached the same columns by different ways. */
  readonly columnOrder?: boolean;
  /** `true` lists PostgreSQL 18's NOT NULL constraints, whose names nothing else shows. */
  readonly notNullNames?: boolean;
}

/** The rows of tables: each row's values as text, by column. */
export type Rows = Record<string, Record<string, string | null>[]>;

const OWN_TABLES = ["remodel_revision", "remodel_log"];

/**
 * Settings that change how PostgreSQL prints names and values; and the plan of the listing is made once a connection,
 * since planning takes most of its time.
 */
const SETTINGS = {
  plan_cache_mode: "force_generic_plan",
  search_path: "",
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
};

const QUERY = observerQuery();

const AS_TEXT = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/**
 * Lists everything in the user's schemas as sorted text: what tests hold our reader and writer against, and so written
 * apart from `src/read`. Objects of extensions are left out. Two databases with the same listing are the same.
 */
export async function listCatalog(client: pg.Client, options: ListingOptions = {}): Promise<string> {
  const { schemas = null, ignoreTables = OWN_TABLES, columnOrder = true, notNullNames = false } = options;
  return withSettings(client, async () => {
    const values = [schemas, ignoreTables, notNullNames];
    const { rows } = await client.query({ name: "observer", text: QUERY, values, rowMode: "array" });
    const items = new Map<string, string[]>();
    for (const [heading, line] of rows as [string, string | null][]) {
      const lines = items.get(heading) ?? [];
      items.set(heading, line === null ? lines : [...lines, line]);
    }
    const text = [...items.keys()]
      .sort()
      .map((heading) => block(heading, items.get(heading)!))
      .join("");
    return columnOrder ? text : withoutColumnOrder(text);
  });
}

/** The same listing with the columns of each table by name: what `columnOrder: false` lists, without asking again. */
export function withoutColumnOrder(listing: string): string {
  const blocks = listing.split(/^(?=\S)/m).map((text) => text.split(/^(?= {0,2}\S)/m));
  return blocks
    .flatMap((lines) => {
      const at = lines.findIndex((line) => line.startsWith("  column "));
      const columns = lines.filter((line) => line.startsWith("  column "));
      return at < 0 ? lines : lines.toSpliced(at, columns.length, ...columns.sort());
    })
    .join("");
}

/**
 * All rows of all tables, or of these tables (`shop`, `sales.shop`), as text and sorted by what they hold. The order is
 * that of the values alone, so it stays when columns are renamed or moved.
 */
export async function listRows(client: pg.Client, tables?: readonly string[]): Promise<Rows> {
  return withSettings(client, async () => {
    const found: Rows = {};
    for (const { name, table, from } of await userTables(client)) {
      if (tables ? !tables.includes(name) : OWN_TABLES.includes(table)) continue;
      const { rows } = await client.query({ text: `SELECT * FROM ${from}`, types: AS_TEXT });
      found[name] = sortByValues(rows);
    }
    const unknown = tables?.find((name) => !(name in found));
    if (unknown !== undefined) throw new Error(`There is no table ${unknown}.`);
    return found;
  });
}

function block(heading: string, lines: readonly string[]): string {
  return [heading, ...lines.map((line) => `  ${line.replaceAll("\n", "\n    ")}`)].map((line) => `${line}\n`).join("");
}

async function userTables(client: pg.Client): Promise<{ name: string; table: string; from: string }[]> {
  const { rows } = await client.query(`
    SELECT CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END AS name, c.relname AS table,
      CASE WHEN c.relkind = 'r' THEN 'ONLY ' ELSE '' END || format('%I.%I', n.nspname, c.relname) AS from
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid >= ${FIRST_OID} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`);
  return rows;
}

function sortByValues(rows: Rows[string]): Rows[string] {
  const keyed = rows.map((row) => ({ row, key: JSON.stringify(Object.values(row).map(String).sort()) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row);
}

async function withSettings<Result>(client: pg.Client, body: () => Promise<Result>): Promise<Result> {
  const before = await configure(client, SETTINGS);
  try {
    return await body();
  } finally {
    await configure(client, before);
  }
}

/** Sets settings, and returns what they were before. */
async function configure(
  client: pg.Client,
  settings: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const names = Object.keys(settings);
  const calls = names.map((name, at) => `current_setting('${name}'), set_config('${name}', $${at + 1}, false)`);
  const text = `SELECT ${calls.join(", ")}`;
  const { rows } = await client.query({ text, values: Object.values(settings), rowMode: "array" });
  return Object.fromEntries(names.map((name, at) => [name, String(rows[0]?.[at * 2])]));
}

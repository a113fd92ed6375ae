import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import type pg from "pg";
import { expect } from "vitest";
import type { CompareOptions, Comparison } from "../../src/compare/compare.ts";
import { type Connection, connect as connectDatabase } from "../../src/connection/connect.ts";
import { alterColumn } from "../../src/kinds/column-operations.ts";
import { PLACEHOLDER } from "../../src/kinds/statements.ts";
import { createLoader } from "../../src/load/load.ts";
import { readServerInfo, type ServerInfo } from "../../src/read/server-info.ts";
import type { Change } from "../../src/schema/operation.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { id } from "../../src/sql.ts";
import { listCatalog, listRows } from "../support/observer.ts";
import { compareWith, Refused, runChanges } from "../support/schemas.ts";
import { connect, withDatabase } from "../support/servers.ts";
import { SCHEMAS } from "./plan.ts";
import { noRowsSql, rowsSql } from "./rows.ts";
import { soaking } from "./runs.ts";

/** One connection and its PostgreSQL schema, made anew for every case, since that is quicker than databases. */
export interface Site {
  readonly db: Connection;
  readonly client: pg.Client;
  readonly server: ServerInfo;
}

const NAME = "Property";
/** Tables that the configuration excludes. */
const EXCLUDED = ["left_*"];
export const ALL = [NAME, ...SCHEMAS];

/**
 * Makes the first schema, leads it to the second and back, and drops it; every step is held against the catalog.
 * @param options where renames are told, the rows have to stay as well
 */
export async function thereAndBack(site: Site, before: Schema, after: Schema, options?: CompareOptions): Promise<void> {
  const empty = await listing(site);
  await run(site, (await compared(site, before)).upgrade);
  await inSync(site, before);
  const start = await listing(site);
  await fill(site, before);
  const rows = await contents(site);

  const { upgrade, downgrade } = await compared(site, after, options);
  await runWithRows(site, upgrade);
  await inSync(site, after);
  if (options?.renamed) expect(await contents(site)).toEqual(rows);

  await runWithRows(site, downgrade);
  await inSync(site, before);
  expect(await listing(site)).toBe(start);
  if (options?.renamed) expect(await contents(site)).toEqual(rows);

  await run(site, (await compared(site, {})).upgrade);
  expect(await listing(site)).toBe(empty);
}

/** The way up alone, with rows: for the majors of which only what differs by version is asked. */
export async function there(site: Site, before: Schema, after: Schema, options?: CompareOptions): Promise<void> {
  await run(site, (await compared(site, before)).upgrade);
  await fill(site, before);
  const rows = await contents(site);
  await runWithRows(site, (await compared(site, after, options)).upgrade);
  await inSync(site, after);
  if (options?.renamed) expect(await contents(site)).toEqual(rows);
}

/** Rows may be in the way of a change only if it asks whether they are. */
async function runWithRows(site: Site, changes: readonly Change[]): Promise<void> {
  try {
    await run(site, changes);
  } catch (error) {
    if (!(error instanceof Refused) || error.change.question === undefined) throw error;
    await site.client.query(noRowsSql(ALL));
    await run(site, changes.map(withConversion), error.done);
  }
}

/** What a person writes who is asked how to convert a type that PostgreSQL has no cast for, and has no rows. */
export function withConversion(change: Change): Change {
  if (change.question?.about !== "type") return change;
  const operations = change.operations.map((operation) => {
    const { sql } = operation;
    if (operation.name !== "alterColumn" && sql.some((one) => one.includes(PLACEHOLDER)))
      return { ...operation, sql: sql.map((one) => one.replace(PLACEHOLDER, "NULL")) };
    const [table, column, changes] = operation.args as Parameters<typeof alterColumn>;
    if (operation.name !== "alterColumn" || changes.type === undefined || changes.using !== PLACEHOLDER)
      return operation;
    return alterColumn(table, column, { ...changes, using: `NULL::${changes.type}` });
  });
  return { ...change, operations };
}

export function run({ db, server }: Site, changes: readonly Change[], done = 0): Promise<void> {
  return runChanges(db, server, changes, done);
}

function compared({ db, server }: Site, schema: Schema, options?: CompareOptions): Promise<Comparison> {
  // The pairs with renames are fewer, so these go the whole way of a comparison.
  return compareWith(db, server, schema, {
    ...options,
    schemas: SCHEMAS,
    withDependencies: options?.renamed !== undefined,
  });
}

/** Compares the database with a schema that stands for models, as a comparison of a project does. */
export function comparedWithDependencies({ db, server }: Site, schema: Schema): Promise<Comparison> {
  const reading = { withDependencies: true, withBothReadings: soaking };
  return compareWith(db, server, schema, { schemas: SCHEMAS, exclude: EXCLUDED, ...reading });
}

async function inSync(site: Site, schema: Schema): Promise<void> {
  const { upgrade, downgrade, unreadable, unmodelled } = await compared(site, schema);
  expect({ upgrade, downgrade, unreadable, unmodelled }).toEqual({
    upgrade: [],
    downgrade: [],
    unreadable: [],
    unmodelled: [],
  });
}

function listing({ client }: Site): Promise<string> {
  return listCatalog(client, { schemas: ALL, columnOrder: false });
}

/** Fills the tables of a schema. */
export async function fill({ client }: Site, schema: Schema): Promise<void> {
  await client.query(rowsSql(schema));
}

/** What the rows hold, whatever tables and columns are called. */
async function contents({ client }: Site): Promise<string[]> {
  const tables = Object.entries(await listRows(client)).filter(([name]) => !name.endsWith(".typeorm_metadata"));
  return tables
    .map(([, rows]) => JSON.stringify(rows.map((row) => Object.values(row).map(String).sort()).sort()))
    .sort();
}

/** Calls a function with a database of its own. */
export async function withSite(major: number, body: (site: Site) => Promise<void>): Promise<void> {
  await withDatabase(major, async (url) => {
    const own = createRequire(import.meta.url);
    const db = await connectDatabase(url, { ...createLoader(tmpdir()), require: own }, tmpdir());
    const client = await connect(url);
    try {
      await client.query(`SET jit = off; SET search_path = "${NAME}", public`);
      await db.query("SET jit = off");
      await body({ db, client, server: { ...(await readServerInfo(db)), schema: NAME } });
    } finally {
      await db.close();
      await client.end();
    }
  });
}

/** Calls a function with an empty schema, which is gone afterwards. */
export async function fresh({ client }: Site, body: () => Promise<void>): Promise<void> {
  await client.query(`CREATE SCHEMA "${NAME}"`);
  try {
    await body();
  } finally {
    await client.query(`DROP SCHEMA IF EXISTS ${ALL.map(id).join(", ")} CASCADE`);
  }
}

/**
 * Leads from one schema to another with these answers to the guessed renames, and back with the same ones: what is left
 * behind is in sync, or PostgreSQL refuses it and leaves all as it was.
 * @returns whether it was refused
 */
export async function answeredThereAndBack(
  site: Site,
  before: Schema,
  after: Schema,
  answers: readonly boolean[],
): Promise<boolean> {
  await run(site, (await compared(site, before)).upgrade);
  const { upgrade, downgrade } = await compared(site, after);
  if (await isRefused(site, withAnswers(upgrade, answers))) return true;
  await inSync(site, after);
  if (await isRefused(site, withAnswers(downgrade, answers))) return true;
  await inSync(site, before);
  return false;
}

async function isRefused(site: Site, changes: readonly Change[]): Promise<boolean> {
  const start = await listing(site);
  try {
    await run(site, changes);
    return false;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.done === 0) expect(await listing(site)).toBe(start);
    return true;
  }
}

/**
 * What a person leaves of the changes: under a "no" the lines that were comments; and of a table that is made anew there
 * is no question about a column any more.
 */
function withAnswers(changes: readonly Change[], answers: readonly boolean[]): readonly Change[] {
  let asked = 0;
  const anew = new Set<unknown>();
  return changes.flatMap((change) => {
    const [first] = change.operations;
    if (change.question?.about !== "rename") return [change];
    const yes = answers[asked++ % answers.length];
    if (first?.name === "renameColumn" && anew.has(first.args[0])) return [];
    if (yes) return [change];
    const { ifNo = [] } = change;
    for (const { name, args } of ifNo) if (name === "createTable") anew.add(args[0]);
    return [{ ...change, operations: ifNo }];
  });
}

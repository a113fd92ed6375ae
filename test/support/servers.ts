import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

/** A database of its own for one test. */
export interface TestDatabase {
  readonly url: string;
  readonly major: number;
  /** Removes it, together with whoever is still connected. */
  drop(): Promise<void>;
}

/** What a new database starts with. */
export interface DatabaseOptions {
  /** SQL that is run in it first: extensions, tables, rows. */
  readonly sql?: string;
}

/** The PostgreSQL majors of this run, oldest first. */
export function majors(): number[] {
  return servers().map((server) => server.major);
}

/** The oldest major of this run. */
export function oldest(): number {
  return servers()[0]!.major;
}

/** The newest major of this run. */
export function newest(): number {
  return servers().at(-1)!.major;
}

/**
 * Whether this run holds everything on every major, as `npm run test:matrix` does; else the majors before the newest are
 * only asked what differs by version.
 */
export function isMatrix(): boolean {
  return process.env["REMODEL_TEST_MATRIX"] === "1";
}

/** The majors that are asked what does not differ by version: the newest, and in a matrix all. */
export function anyMajors(): number[] {
  return isMatrix() ? majors() : [newest()];
}

/** Makes an empty database on the server of a major, the newest unless told. */
export async function createDatabase(major = newest(), options: DatabaseOptions = {}): Promise<TestDatabase> {
  const server = servers().find((candidate) => candidate.major === major);
  if (!server) throw new Error(`PostgreSQL ${major} is not in this run; REMODEL_TEST_PG chooses the majors.`);
  const name = `remodel_${randomBytes(6).toString("hex")}`;
  await administer(server.url, `CREATE DATABASE ${name}${major >= 15 ? " STRATEGY file_copy" : ""}`); // a third of the time
  const url = Object.assign(new URL(server.url), { pathname: name }).href;
  const drop = async () => {
    for (const action of actions.get(name) ?? []) await action();
    actions.delete(name);
    await administer(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  try {
    if (/\w/.test(options.sql ?? "")) await execute(url, options.sql ?? "");
  } catch (error) {
    await drop();
    throw error;
  }
  return { url, major, drop };
}

const actions = new Map<string, (() => Promise<void>)[]>();

/** Calls a function before a database is dropped. Its URL may be that of another role. False if no test drops it. */
export function beforeDrop(url: string, action: () => Promise<void>): boolean {
  const [name] = /\bremodel_[0-9a-f]{12}\b/.exec(url) ?? [];
  if (name === undefined) return false;
  actions.set(name, [...(actions.get(name) ?? []), action]);
  return true;
}

/** Calls a function with the URL of a new database and drops the database afterwards, whatever happened. */
export async function withDatabase<Result>(
  major: number,
  body: (url: string) => Promise<Result>,
  options: DatabaseOptions = {},
): Promise<Result> {
  const database = await createDatabase(major, options);
  try {
    return await body(database.url);
  } finally {
    await database.drop();
  }
}

/** Opens a connection. Being cut off while idle, as `drop` does, is no error; a running query is still rejected. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

const admins = new Map<string, Promise<pg.Client>>();

/** One connection for each server that creates and drops all databases of this process; it does not keep the process. */
function adminOf(url: string): Promise<pg.Client> {
  const known = admins.get(url) ?? connectUnreferenced(url);
  admins.set(url, known);
  return known;
}

const running = new Map<string, Promise<void>>();

/** Runs a statement on it after those before: `pg` wants one at a time. */
function administer(url: string, sql: string): Promise<void> {
  const before = running.get(url) ?? Promise.resolve();
  const done = before.catch(() => undefined).then(async () => void (await (await adminOf(url)).query(sql)));
  running.set(url, done);
  return done;
}

async function connectUnreferenced(url: string): Promise<pg.Client> {
  const client: pg.Client & { unref?(): void } = await connect(url); // the types of `pg` leave it out
  client.unref?.();
  return client;
}

async function execute(url: string, sql: string): Promise<void> {
  const client = await connect(url);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function servers(): readonly { readonly major: number; readonly url: string }[] {
  const provided = inject("servers");
  if (!provided)
    throw new Error("Tests in test/unit and test/loader have no server; move this one to another folder of test/.");
  return provided;
}

import { isAbsolute, resolve } from "node:path";
import type { Client, ClientConfig, QueryArrayResult } from "pg";
import type { Database, Row, TextRows } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Loader } from "../read/load.ts";
import { type CancelKey, requestCancel } from "./cancel-request.ts";

/** A connection, until it is closed. */
export interface Connection extends Database {
  /** The database as it may be shown: without its password. */
  readonly label: string;
  /**
   * Whether one process of the server does all that is asked here, so that it has a session. Behind a pooler each
   * transaction may meet another one.
   */
  direct(): Promise<boolean>;
  /** Opens a second connection to the same database; an embedded one has none. */
  another(): Promise<Connection>;
  /** Stops the statement that is running, once it is known whether the connection is direct. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** Where to connect: a URL, or the options of a TypeORM data source. */
export type Target = string | Readonly<Record<string, unknown>>;

const RAW = { getTypeParser: () => (value: string) => value };

/**
 * Connects to a server with the project's own `pg`, or opens an embedded PostgreSQL.
 * @param target `postgres://…`, `pglite:DIR`, `pglite:memory`, or a data source's options
 * @param loader finds `pg` and `@electric-sql/pglite` where the project has them
 * @param folder what `pglite:DIR` is relative to
 * @throws RemodelError `DATABASE_UNREACHABLE`, `DATABASE_FORBIDDEN`, `PEER_MISSING`
 */
export async function connect(target: Target, loader: Loader, folder: string): Promise<Connection> {
  const pg = loader.require("pg") as typeof import("pg");
  const url = typeof target === "string" ? target : (urlOf(target) ?? "");
  const embedded = url.startsWith("pglite:") ? await openEmbedded(url, loader, folder) : undefined;
  const config = embedded?.config ?? clientConfig(target);
  const client = new pg.Client({ application_name: "remodel", ...config });
  const label = embedded?.label ?? labelOf(client);
  const broken: { error?: Error } = {};
  client.on("error", (error) => {
    broken.error ??= error;
  });
  try {
    await client.connect();
  } catch (error) {
    // Where `pg` itself gives up, as without a password, the server still waits and would keep the process alive.
    void client.end().catch(() => undefined);
    await embedded?.close();
    throw connectionError(error, label);
  }
  const close = async () => {
    await client.end().catch(() => undefined);
    await embedded?.close();
  };
  const database = databaseOf(client, broken);
  const { processID } = keyOf(client);
  let known: Promise<boolean> | undefined;
  const direct = () => {
    known ??= embedded ? Promise.resolve(true) : processOf(database).then((pid) => pid === processID);
    return known;
  };
  const another = () => connect(target, loader, folder);
  const cancel = async () => {
    if (embedded) return;
    if (!(await direct())) return await requestCancel(client, keyOf(client));
    const other = await another();
    await other.query("SELECT pg_cancel_backend($1)", [processID]).finally(() => other.close());
  };
  return { ...database, label, direct, another, close, cancel };
}

function databaseOf(client: Client, broken: { readonly error?: Error }): Database {
  const lost = (error: unknown) => lostOr(error, broken.error);
  return {
    async query<R extends Row = Row>(sql: string, values?: readonly unknown[]): Promise<readonly R[]> {
      const result = await client.query(sql, values as unknown[] | undefined).catch(lost);
      const last = Array.isArray(result) ? result.at(-1) : result;
      return last.rows as R[];
    },
    async read(sql: string): Promise<readonly TextRows[]> {
      const result: unknown = await client.query({ text: sql, rowMode: "array", types: RAW }).catch(lost);
      const all = (Array.isArray(result) ? result : [result]) as QueryArrayResult[];
      return all.map(({ rows }) => rows as TextRows);
    },
  };
}

/** An error without a code of PostgreSQL's is the connection's; why it broke may have been said before. */
function lostOr(error: unknown, reason: Error | undefined): never {
  const { code, message } = error as { code?: string; message: string };
  const gone =
    code === "57P01" || code === "ECONNRESET" || code === "EPIPE" || /terminated|not queryable|closed/i.test(message);
  if (gone && (code === undefined || code === "57P01" || code.startsWith("E")))
    throw new RemodelError("DATABASE_LOST", `The connection was lost: ${(reason ?? (error as Error)).message}`, {
      cause: error,
      hint: "Run the command again: what was not finished was rolled back.",
    });
  throw error;
}

/** What the server, or a pooler in its place, told the client to cancel statements with. */
function keyOf(client: Client): CancelKey {
  return client as unknown as CancelKey;
}

/** A pooler tells its clients a number of its own. */
async function processOf(db: Database): Promise<number | undefined> {
  const [row] = await db.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return row?.pid;
}
function urlOf(options: Readonly<Record<string, unknown>>): string | undefined {
  const { master } = (options["replication"] ?? {}) as { master?: Readonly<Record<string, unknown>> };
  return (master?.["url"] ?? options["url"]) as string | undefined;
}

/** The settings of `pg` for a URL, or for the options that TypeORM takes. */
function clientConfig(target: Target): ClientConfig {
  if (typeof target === "string") return { connectionString: checkedUrl(target) };
  const { master } = (target["replication"] ?? {}) as { master?: Readonly<Record<string, unknown>> };
  const options = { ...target, ...master };
  const url = (options["url"] as string | undefined) || undefined;
  const given = {
    connectionString: url === undefined ? undefined : checkedUrl(url),
    host: options["host"],
    port: options["port"],
    user: options["username"],
    password: options["password"],
    database: options["database"],
    ssl: options["ssl"],
    connectionTimeoutMillis: options["connectTimeoutMS"],
    application_name: options["applicationName"],
    ...(options["extra"] as object | undefined),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ClientConfig;
}

function checkedUrl(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url)) return url;
  throw new RemodelError("USAGE", `${JSON.stringify(withoutPassword(url))} is not the URL of a database.`, {
    hint: "Write postgres://user@host/database, pglite:DIR or pglite:memory.",
  });
}

/** The client knows the defaults of the environment too: PGHOST and its like. */
function labelOf({ user, host, port, database }: Client): string {
  return `postgres://${user}@${host}:${port}/${database}`;
}

function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:/@]*):[^@]*@/, "$1@").replace(/([?&]password=)[^&]*/g, "$1…");
}

interface Embedded {
  readonly config: ClientConfig;
  readonly label: string;
  close(): Promise<void>;
}

/** PostgreSQL inside this process, for which no server is needed. */
async function openEmbedded(url: string, loader: Loader, folder: string): Promise<Embedded> {
  const where = url.slice("pglite:".length);
  if (where === "")
    throw new RemodelError("USAGE", "pglite: needs a folder.", { hint: "Write pglite:DIR or pglite:memory." });
  const { PGlite } = loader.require("@electric-sql/pglite") as typeof import("@electric-sql/pglite");
  const { createPgConfig } = loader.require(
    "@electric-sql/pglite/node-postgres",
  ) as typeof import("@electric-sql/pglite/node-postgres");
  const dataDir = where === "memory" ? undefined : isAbsolute(where) ? where : resolve(folder, where);
  const db = await PGlite.create({ ...(dataDir !== undefined && { dataDir }), extensions: contrib(loader) });
  return { config: createPgConfig(db) as ClientConfig, label: url, close: () => db.close() };
}

/** The extensions that columns of models may need and that come with PGlite. */
function contrib(loader: Loader): Record<string, never> {
  const names = ["btree_gist", "citext", "cube", "hstore", "ltree", "pg_trgm", "pgcrypto", "uuid_ossp"];
  return Object.fromEntries(
    names.map((name) => {
      const module = loader.require(`@electric-sql/pglite/contrib/${name}`) as Record<string, never>;
      return [name, module[name]!];
    }),
  );
}

function connectionError(error: unknown, label: string): RemodelError {
  const { code, message } = error as { code?: string; message: string };
  const because = (text: string, hint: string) =>
    new RemodelError("DATABASE_UNREACHABLE", `${label}: ${text}`, { hint, cause: error });
  if (code === "28P01" || code === "28000" || /password must be a (?:non-empty )?string/.test(message))
    return because(message, "Check the user and the password in the data source, DATABASE_URL or --url.");
  if (code === "3D000") return because(message, "Create it: createdb, or CREATE DATABASE.");
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "ETIMEDOUT")
    return because(`no server answers (${code}).`, "Start the server, or check host and port.");
  return because(message || String(code), "Check the data source, DATABASE_URL or --url.");
}

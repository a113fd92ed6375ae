import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { RemodelError } from "../errors.ts";
import type { Loader } from "../load/load.ts";

/*
 * What remodel uses of `pg` and PGlite. Both are the project's own copies, in a version that the project chose, so
 * their shape is checked here, once, when they are loaded.
 */

/** The options of a client of `pg`. */
export type ClientOptions = Readonly<Record<string, unknown>>;

/** A statement whose rows are lists, with every value as PostgreSQL sends it. */
export interface TextRequest {
  readonly text: string;
  readonly rowMode: "array";
  readonly types: object;
  /** Sends the text in the extended protocol, in which the server refuses a second statement. */
  readonly queryMode?: "extended";
}

/** The rows of one statement. */
export interface StatementResult<R> {
  readonly rows: readonly R[];
}

/** The results of a text: a list if the text has several statements. */
export type StatementResults<R> = StatementResult<R> | StatementResult<R>[];

/** A client of `pg` 8. */
export interface Client {
  readonly user?: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
  /** The options of its TLS, or whether it uses TLS. */
  readonly ssl?: unknown;
  /** What the server, or a pooler in its place, accepts a cancel request for. */
  readonly processID: number;
  readonly secretKey: number;
  /** Emits `commandComplete` after each statement, and `readyForQuery` after each text. */
  readonly connection: EventEmitter & { readonly stream: Socket };
  connect(): Promise<unknown>;
  end(): Promise<void>;
  query<R>(sql: string, values?: readonly unknown[]): Promise<StatementResults<R>>;
  query<R>(request: TextRequest): Promise<StatementResults<R>>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** An embedded database, until it is closed. */
export interface Pglite {
  close(): Promise<void>;
  /** Runs statements, each in a transaction of its own. */
  exec(sql: string): Promise<unknown>;
  /** A copy of its folder, as a tar archive. */
  dumpDataDir(compression: "none"): Promise<Blob>;
}

interface PgliteClass {
  readonly create: (options: ClientOptions) => Promise<Pglite>;
  /** The arguments with which it starts PostgreSQL, where a version says them. */
  readonly defaultStartParams?: readonly string[];
}

/** How to open an embedded database. Without a folder it is in memory. */
export interface EmbeddedOptions {
  readonly dataDir?: string;
  /** What {@link Pglite.dumpDataDir} returned; the database begins with it. */
  readonly loadDataDir?: Blob;
  /** Arguments of `initdb`, where a database is made. */
  readonly initDbStartParams?: readonly string[];
}

/** An embedded database, and the options with which a client of `pg` connects to it. */
export interface OpenedPglite {
  readonly db: Pglite;
  /** The options for one client. Each client needs its own. */
  readonly options: () => ClientOptions;
}

/** Extensions that PGlite contains and that columns of models may need. */
const EXTENSIONS = ["btree_gist", "citext", "cube", "hstore", "ltree", "pg_trgm", "pgcrypto", "uuid_ossp"];

/**
 * Loads the project's `pg`.
 * @returns makes a client, which is not connected yet
 * @throws RemodelError `PEER_MISSING`
 */
export function loadPg(loader: Loader): (options: ClientOptions) => Client {
  const { Client } = withNavigator(() => requireAs(loader, "pg", isPg));
  return (options) => {
    const client = new Client(options);
    if (!isClient(client)) throw unusableError("pg");
    decodeDatabase(client, options);
    return client;
  };
}

/**
 * Where there is no `navigator`, as in Node 20, `pg` makes a response of Node's fetch to find out whether it runs at Cloudflare.
 * That loads all of fetch, which takes as long as `pg` itself.
 */
function withNavigator<Result>(load: () => Result): Result {
  if ("navigator" in globalThis) return load();
  const value = { userAgent: `Node.js/${Number.parseInt(process.versions.node, 10)}` };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  try {
    return load();
  } finally {
    Reflect.deleteProperty(globalThis, "navigator");
  }
}

/** Of a URL's database, `pg` leaves `%2F`, `%23` and other escapes of reserved characters as they are. */
function decodeDatabase(client: Client, { connectionString }: ClientOptions): void {
  const [, path] = /^\w+:\/\/[^/?#]*\/([^?#]+)/.exec(String(connectionString ?? "")) ?? [];
  if (path === undefined) return;
  const database = decodeURIComponent(path);
  Object.assign(client, { database });
  Object.assign(Object(client).connectionParameters ?? {}, { database });
}

/**
 * Loads the project's PGlite.
 * @returns opens a database
 * @throws RemodelError `PEER_MISSING`
 */
export function loadPglite(loader: Loader): (options: EmbeddedOptions) => Promise<OpenedPglite> {
  const { PGlite } = requireAs(loader, "@electric-sql/pglite", isPglite);
  const { createPgConfig } = requireAs(loader, "@electric-sql/pglite/node-postgres", isPgliteAdapter);
  const extensions = Object.fromEntries(EXTENSIONS.map((name) => [name, requireExtension(loader, name)]));
  return async (options) => {
    const db = await PGlite.create({ ...options, ...smallBuffers(PGlite), extensions });
    return { db, options: () => createPgConfig(db) };
  };
}

/**
 * The arguments with which PGlite starts PostgreSQL, with fewer buffers: PostgreSQL's default of 128 MB is filled with
 * zeros at each start, which takes longer than all else. What the buffers do not hold is in memory or in the cache of files.
 */
function smallBuffers({ defaultStartParams: params }: PgliteClass): { readonly startParams?: readonly string[] } {
  return params === undefined ? {} : { startParams: [...params, "-c", "shared_buffers=16MB"] };
}

function requireExtension(loader: Loader, name: string): unknown {
  const exports: Readonly<Record<string, unknown>> = Object(loader.require(`@electric-sql/pglite/contrib/${name}`));
  return exports[name];
}

function requireAs<Exports>(loader: Loader, name: string, is: (value: unknown) => value is Exports): Exports {
  const exports = loader.require(name);
  if (!is(exports)) throw unusableError(name);
  return exports;
}

function unusableError(name: string): RemodelError {
  const [id = name] = /^(?:@[^/]+\/)?[^/]+/.exec(name) ?? [];
  return new RemodelError("PEER_MISSING", `This version of ${id} lacks functions that remodel uses.`, {
    hint: `npm install ${id}@latest`,
  });
}

function isPg(value: unknown): value is { readonly Client: new (options: ClientOptions) => unknown } {
  return hasFunctions(value, "Client");
}

function isClient(value: unknown): value is Client {
  const { connection } = Object(value);
  return (
    hasFunctions(value, "connect", "end", "query", "on") &&
    hasFunctions(connection, "on") &&
    hasFunctions(connection.stream, "destroy")
  );
}

function isPglite(value: unknown): value is { readonly PGlite: PgliteClass } {
  return hasFunctions(Object(value).PGlite, "create");
}

function isPgliteAdapter(value: unknown): value is { createPgConfig(db: Pglite): ClientOptions } {
  return hasFunctions(value, "createPgConfig");
}

function hasFunctions(value: unknown, ...names: readonly string[]): boolean {
  const object: Readonly<Record<string, unknown>> = Object(value);
  return names.every((name) => typeof object[name] === "function");
}

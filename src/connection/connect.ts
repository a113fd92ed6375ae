import { type Database, type Notes, type Row, SERVER_SQL, type TextRows } from "../database.ts";
import { RemodelError, readError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { awaitServer } from "../load/awaited.ts";
import type { Loader } from "../load/load.ts";
import { createTurns } from "../load/turns.ts";
import { buildClientConfig, describeDatabase, readUrl } from "./address.ts";
import { requestCancel } from "./cancel-request.ts";
import { connectionError, isUnreachable } from "./connection-errors.ts";
import type { ConnectionTarget } from "./connection-target.ts";
import { type Client, type ClientOptions, loadPg, type StatementResult, type StatementResults } from "./driver.ts";
import type { openEmbedded as OpenEmbedded } from "./embedded.ts";
import { isEmbedded } from "./embedded-url.ts";
import { followTransaction } from "./follow-transaction.ts";
import type { Embedded } from "./keep-embedded.ts";
import { createWatch, type Watch } from "./watch.ts";

export type { ConnectionTarget } from "./connection-target.ts";

/** A connection, until it is closed. */
export interface Connection extends Database {
  /**
   * Runs several statements, separated by semicolons, in one round trip.
   * @returns the rows of each statement, with JavaScript values as the `pg` package makes them
   */
  queryAll(sql: string): Promise<readonly (readonly Row[])[]>;
  /** The database in messages, without its password. */
  readonly label: string;
  /**
   * Whether one process of the server runs all statements, so that the connection has a session. Behind a pooler each
   * transaction may run in another process.
   */
  direct(): Promise<boolean>;
  /** Opens a second connection to the same database. An embedded database allows none. */
  another(): Promise<Connection>;
  /** Cancels the statement that is running. */
  cancel(): Promise<void>;
  /** Copies an embedded database in memory, with its rows; no other database can be copied. No transaction may be open. */
  copy?(): Promise<Blob>;
  /** It is an embedded database in memory, in place of one in a folder that is not there yet: what is written is lost. */
  readonly standsIn?: boolean;
  /** Notes what is asked from now on; absent where nothing is noted. @returns ends it */
  startNotes?(): () => Notes;
  close(): Promise<void>;
}

/** Leaves every value as text. A list, since in the extended protocol `pg` also takes it for the types of parameters. */
const RAW = Object.assign([], { getTypeParser: () => (value: string) => value });

/** How long a connection may take to close before it is dropped. */
const CLOSE_MS = 2000;
/** How long a server may be silent during a statement before a second connection asks it. */
const SILENCE_MS = 20_000;

/** Options of {@link connect}. */
export interface ConnectOptions {
  /** How long a server may be silent during a statement before a second connection asks it; 0 = no limit. */
  readonly silenceMs?: number;
  /** What an embedded database in memory begins with. */
  readonly copy?: Blob;
  /** Whether an embedded database is made in a folder that has none; otherwise it is read as an empty one. Default: true. */
  readonly makesDatabase?: boolean;
  /** A signal ends the wait for the server, as it does where code of the project is awaited. */
  readonly endsAtSignal?: true;
}

/**
 * Connects to a server with the project's own `pg`, or opens an embedded PostgreSQL.
 * @param target `postgres://…`, `pglite:DIR`, `pglite:memory`, or the options of a data source or of a client of `pg`
 * @param loader finds the project's own `pg` and `@electric-sql/pglite`
 * @param folder what `pglite:DIR` is relative to
 * @throws RemodelError `DATABASE_UNREACHABLE`, `DATABASE_FORBIDDEN`, `DATABASE_BUSY`, `PEER_MISSING`, `CANCELLED`
 */
export async function connect(
  target: ConnectionTarget,
  loader: Loader,
  folder: string,
  { silenceMs = SILENCE_MS, endsAtSignal, ...making }: ConnectOptions = {},
): Promise<Connection> {
  const createClient = loadPg(loader);
  const url = readUrl(target) ?? "";
  const embedded = isEmbedded(url) ? await openPglite(url, loader, folder, making) : undefined;
  const options = { application_name: "remodel", ...(embedded?.options() ?? buildClientConfig(target)) };
  const client = createClient(options);
  const label = embedded?.label ?? describeDatabase(client);
  let isDirect = embedded !== undefined;
  const ask = (ms: number) =>
    mayAnswer(createClient({ ...options, ...limitTo(ms) }), isDirect ? client.processID : undefined);
  const watch = watchClient(client, embedded ? 0 : silenceMs, ask);
  const { database, greet } = openCalls(client, watch, embedded === undefined ? undefined : createTurns());
  const open = async () => {
    await client.connect();
    if (!isDirect) isDirect = (await greet()) === client.processID;
  };
  try {
    await (endsAtSignal ? awaitServer(label, open) : open());
  } catch (error) {
    drop(client); // Where `pg` itself gives up, as without a password, the server still waits.
    await embedded?.close();
    throw connectionError(error, label);
  }
  const another = () => connect(target, loader, folder, { silenceMs });
  const close = async () => {
    watch.stop();
    await end(client);
    await embedded?.close();
  };
  const cancel = async () => {
    if (embedded === undefined) await cancelStatement(client, watch);
  };
  return { ...database, label, direct: async () => isDirect, another, close, cancel, ...pickEmbedded(embedded) };
}

function limitTo(ms: number): ClientOptions {
  return { connectionTimeoutMillis: ms, query_timeout: ms };
}

/** Imported where it is needed: it loads what starts processes and packs copies. */
async function openPglite(...args: Parameters<typeof OpenEmbedded>): Promise<Embedded> {
  const { openEmbedded } = await import("./embedded.ts");
  return await openEmbedded(...args);
}

function pickEmbedded(embedded: Embedded | undefined): Pick<Connection, "copy" | "standsIn"> {
  if (embedded === undefined) return {};
  return dropUndefined({ copy: embedded.copy, standsIn: embedded.standsIn });
}

/** Whether this is a connection that is open already. */
export function isConnection(target: ConnectionTarget | Connection): target is Connection {
  return typeof target === "object" && ["query", "another", "close"].every((name) => name in target);
}

function watchClient({ connection }: Client, silenceMs: number, ask: (limitMs: number) => Promise<boolean>): Watch {
  const received = () => connection.stream.bytesRead;
  const giveUp = () =>
    connection.stream.destroy(new Error("The server does not answer, and a second connection failed too."));
  return createWatch({ received, mayAnswer: ask, giveUp }, silenceMs);
}

/** How statements are sent on a connection. */
interface Opened {
  readonly database: Database & Pick<Connection, "queryAll">;
  /**
   * Asks the server about itself.
   * @returns the process that runs the statements; a pooler gives its clients another number
   */
  readonly greet: () => Promise<number | undefined>;
}

function openCalls(client: Client, watch: Watch, takeTurn?: () => Promise<void> | undefined): Opened {
  const broken: { error?: Error } = {};
  client.on("error", (error) => {
    broken.error ??= error;
  });
  let greeting: readonly Row[] | undefined;
  const run = async <R>(query: Promise<StatementResults<R>>): Promise<readonly StatementResult<R>[]> => {
    greeting = undefined;
    const results = await watch.during(query).catch((error: unknown) => throwLost(error, broken.error));
    await takeTurn?.();
    return Array.isArray(results) ? results : [results];
  };
  const database = {
    ...createCalls(client, run),
    ...followTransaction(client.connection),
    greeting: () => greeting,
  };
  const greet = async () => {
    const [row] = await database.query<Row & { readonly pid: number }>(
      `${SERVER_SQL}, pg_catalog.pg_backend_pid() AS pid`,
    );
    const { pid, ...rest } = row ?? {};
    greeting = row && [rest];
    return pid;
  };
  return { database, greet };
}

type Run = <R>(query: Promise<StatementResults<R>>) => Promise<readonly StatementResult<R>[]>;

function createCalls(client: Client, run: Run): Pick<Connection, "query" | "queryAll" | "read" | "readOne"> {
  return {
    async query<R extends Row = Row>(sql: string, values?: readonly unknown[]): Promise<readonly R[]> {
      const results = await run(client.query<R>(sql, values));
      return results.at(-1)?.rows ?? [];
    },
    async queryAll(sql: string): Promise<readonly (readonly Row[])[]> {
      return (await run(client.query<Row>(sql))).map(({ rows }) => rows);
    },
    async read(sql: string): Promise<readonly TextRows[]> {
      const results = await run(client.query<TextRows[number]>({ text: sql, rowMode: "array", types: RAW }));
      return results.map(({ rows }) => rows);
    },
    async readOne(sql: string): Promise<TextRows> {
      const request = { text: sql, rowMode: "array", types: RAW, queryMode: "extended" } as const;
      const results = await run(client.query<TextRows[number]>(request));
      return results.at(-1)?.rows ?? [];
    },
  };
}

/**
 * An error without a code of PostgreSQL's is one of the connection. The client may have said before why it broke.
 * @param reason the first error of the client, if it had one
 */
function throwLost(error: unknown, reason: Error | undefined): never {
  const { code = "", message } = readError(error);
  const isOfServer = code !== "" && code !== "57P01" && !code.startsWith("E");
  const isGone = code === "57P01" || /^E[A-Z]{4,}$/.test(code) || /terminated|not queryable|closed/i.test(message);
  if (isOfServer || (!isGone && reason === undefined)) throw error;
  throw new RemodelError("DATABASE_LOST", `The connection was lost: ${reason?.message ?? message}`, {
    cause: error,
    hint: "Run the command again. PostgreSQL rolled back what was not committed.",
  });
}

/**
 * Whether a server may still answer on a connection: no, if the server cannot be reached, or waits for us there. A server
 * that refuses a connection can be reached.
 * @param other a second client, not connected yet; it is dropped
 * @param pid the process that runs the statements of the first; `undefined` if that is not known
 */
async function mayAnswer(other: Client, pid: number | undefined): Promise<boolean> {
  other.on("error", () => undefined);
  try {
    await other.connect();
    if (pid === undefined) return true;
    const result = await other.query<{ state: string | null }>(
      "SELECT state FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4",
      [pid],
    );
    const [row] = [result].flat().flatMap(({ rows }) => rows);
    return row !== undefined && !/^idle/.test(row.state ?? "");
  } catch (error) {
    return !isUnreachable(error);
  } finally {
    drop(other);
  }
}

async function cancelStatement(client: Client, watch: Watch): Promise<void> {
  watch.hurry();
  await requestCancel(client, client);
}

/** A lost connection cannot send its end to the server. */
async function end(client: Client): Promise<void> {
  const dropping = setTimeout(() => drop(client), CLOSE_MS);
  await client.end().catch(() => undefined);
  clearTimeout(dropping);
}

/** Closes a connection without waiting for the server, which may not receive anything. */
function drop(client: Client): void {
  void client.end().catch(() => undefined);
  client.connection.stream.destroy();
}

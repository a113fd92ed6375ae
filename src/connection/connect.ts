import type { Socket } from "node:net";
import type { Client, ClientConfig, QueryArrayResult } from "pg";
import type { Database, Row, TextRows } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Loader } from "../load/load.ts";
import { buildClientConfig, describeServer, readUrl } from "./address.ts";
import { type CancelKey, requestCancel } from "./cancel-request.ts";
import type { ConnectionTarget } from "./connection-target.ts";
import { openEmbedded } from "./embedded.ts";
import { createWatch, type Watch, type Watched } from "./watch.ts";

export type { ConnectionTarget } from "./connection-target.ts";

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

/** Errors of the system that say that nobody was heard. */
const SILENT = ["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "EAI_AGAIN"];

/** As a list without entries, since in the extended protocol `pg` takes it for the types of parameters too. */
const RAW = Object.assign([], { getTypeParser: () => (value: string) => value });

/** How long a connection may take to be closed before it is dropped. */
const CLOSE_MS = 2000;
/** How long a server may be silent while it runs a statement before it is asked whether it still does. */
const SILENCE_MS = 20_000;

/**
 * Connects to a server with the project's own `pg`, or opens an embedded PostgreSQL.
 * @param target `postgres://…`, `pglite:DIR`, `pglite:memory`, or a data source's options
 * @param loader finds `pg` and `@electric-sql/pglite` where the project has them
 * @param folder what `pglite:DIR` is relative to
 * @param silenceMs how long a server may be silent during a statement before it is asked; 0 is without end
 * @throws RemodelError `DATABASE_UNREACHABLE`, `DATABASE_FORBIDDEN`, `DATABASE_BUSY`, `PEER_MISSING`
 */
export async function connect(
  target: ConnectionTarget,
  loader: Loader,
  folder: string,
  silenceMs = SILENCE_MS,
): Promise<Connection> {
  const pg = loader.require("pg") as typeof import("pg");
  const url = readUrl(target) ?? "";
  const embedded = url.startsWith("pglite:") ? await openEmbedded(url, loader, folder) : undefined;
  const config = { application_name: "remodel", ...(embedded?.config ?? buildClientConfig(target)) };
  const client = new pg.Client(config);
  const label = embedded?.label ?? describeServer(client);
  let isDirect = embedded !== undefined;
  const watched: Watched = {
    received: () => streamOf(client).bytesRead,
    mayAnswer: (ms) =>
      mayAnswer(new pg.Client({ ...config, ...limitsOf(ms) }), isDirect ? keyOf(client).processID : undefined),
    giveUp: () =>
      streamOf(client).destroy(new Error("The server does not answer, and a second connection failed too.")),
  };
  const watch = createWatch(watched, embedded ? 0 : silenceMs);
  const open = { transaction: false };
  onStatus(client, (status) => {
    open.transaction = status !== "I";
  });
  const database = { ...createDatabase(client, watch), inTransaction: () => open.transaction };
  try {
    await client.connect();
    isDirect ||= (await readProcessId(database)) === keyOf(client).processID;
  } catch (error) {
    drop(client); // Where `pg` itself gives up, as without a password, the server still waits.
    await embedded?.close();
    throw connectionError(error, label);
  }
  const close = async () => {
    watch.stop();
    await end(client);
    await embedded?.close();
  };
  const another = () => connect(target, loader, folder, silenceMs);
  const cancel = async () => {
    if (embedded) return;
    watch.hurry();
    await requestCancel(client, keyOf(client));
  };
  return { ...database, label, direct: async () => isDirect, another, close, cancel };
}

function createDatabase(client: Client, watch: Watch): Database {
  const broken: { error?: Error } = {};
  client.on("error", (error) => {
    broken.error ??= error;
  });
  const lost = (error: unknown) => throwLost(error, broken.error);
  return {
    async query<R extends Row = Row>(sql: string, values?: readonly unknown[]): Promise<readonly R[]> {
      const result = await watch.during(client.query(sql, values as unknown[] | undefined)).catch(lost);
      const last = Array.isArray(result) ? result.at(-1) : result;
      return last.rows as R[];
    },
    async read(sql: string): Promise<readonly TextRows[]> {
      const query = client.query({ text: sql, rowMode: "array", types: RAW });
      const result: unknown = await watch.during(query).catch(lost);
      const all = (Array.isArray(result) ? result : [result]) as QueryArrayResult[];
      return all.map(({ rows }) => rows as TextRows);
    },
    async readOne(sql: string): Promise<TextRows> {
      const asked = { text: sql, rowMode: "array", types: RAW, queryMode: "extended" };
      const { rows } = (await watch.during(client.query(asked)).catch(lost)) as QueryArrayResult;
      return rows as TextRows;
    },
  };
}

/** An error without a code of PostgreSQL's is the connection's; why it broke may have been said before. */
function throwLost(error: unknown, reason: Error | undefined): never {
  const { code, message } = error as { code?: string; message: string };
  const gone = code === "57P01" || /^E[A-Z]{4,}$/.test(code ?? "") || /terminated|not queryable|closed/i.test(message);
  const foreign = code !== undefined && code !== "57P01" && !code.startsWith("E");
  if ((!gone && reason === undefined) || foreign) throw error;
  throw new RemodelError("DATABASE_LOST", `The connection was lost: ${(reason ?? (error as Error)).message}`, {
    cause: error,
    hint: "Run the command again. PostgreSQL rolled back what was not committed.",
  });
}

function limitsOf(ms: number): ClientConfig {
  return { connectionTimeoutMillis: ms, query_timeout: ms };
}

/**
 * Whether a server may still answer on a connection: no, if it cannot be reached at all, or waits for us there. Whoever
 * refuses a connection can be reached.
 */
async function mayAnswer(other: Client, pid: number | undefined): Promise<boolean> {
  other.on("error", () => undefined);
  try {
    await other.connect();
    if (pid === undefined) return true;
    const { rows } = await other.query<{ state: string | null }>(
      "SELECT state FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4",
      [pid],
    );
    return rows[0] !== undefined && !/^idle/.test(rows[0].state ?? "");
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return !(SILENT.includes(code ?? "") || (code === undefined && /time ?out/i.test(message)));
  } finally {
    drop(other);
  }
}

/** A server that cannot be heard any more does not say goodbye either. */
async function end(client: Client): Promise<void> {
  const dropping = setTimeout(() => drop(client), CLOSE_MS);
  await client.end().catch(() => undefined);
  clearTimeout(dropping);
}

/** Lets go of a connection without a word to the server, which may not hear it. */
function drop(client: Client): void {
  void client.end().catch(() => undefined);
  streamOf(client).destroy();
}

function streamOf(client: Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}

/** What the server, or a pooler in its place, told the client to cancel statements with. */
function keyOf(client: Client): CancelKey {
  return client as unknown as CancelKey;
}

/** Calls back with what the server says after each message: `I` where no transaction is open. */
function onStatus(client: Client, tell: (status: string) => void): void {
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  // PGlite sends none when it is opened.
  connection.on("readyForQuery", (message?: { readonly status: string }) => message && tell(message.status));
}

/** A pooler tells its clients a number of its own. */
async function readProcessId(db: Database): Promise<number | undefined> {
  const [row] = await db.query<{ pid: number }>("SELECT pg_catalog.pg_backend_pid() AS pid");
  return row?.pid;
}

function connectionError(error: unknown, label: string): RemodelError {
  const { code, message } = error as { code?: string; message: string };
  const because = (text: string, hint: string) =>
    new RemodelError("DATABASE_UNREACHABLE", `${label}: ${text}`, { hint, cause: error });
  if (code === "28P01" || code === "28000" || /password must be a (?:non-empty )?string/.test(message))
    return because(message, "Check the user and the password in the data source, DATABASE_URL or --url.");
  if (code === "3D000") return because(message, "Create it: createdb, or CREATE DATABASE.");
  if (code === "53300")
    return because(
      message,
      "Wait until other sessions end, or raise max_connections or the connection limit of the role.",
    );
  if (code === "57P03") return because(message, "Wait until the server has started. Then run the command again.");
  if (["ECONNREFUSED", "ENOTFOUND", ...SILENT].includes(code ?? ""))
    return because(`no server answers (${code}).`, "Start the server, or check host and port.");
  if (/time ?out/i.test(message))
    return because(
      "the server accepts the connection but does not answer.",
      "Check host and port, and the network in between.",
    );
  return because(message || String(code), "Check the data source, DATABASE_URL or --url.");
}

import type { Client, ClientConfig } from "pg";
import { RemodelError } from "../errors.ts";
import type { ConnectionTarget } from "./connection-target.ts";

type Options = Readonly<Record<string, unknown>>;

/** How long a server may take to let a client in, unless the data source says otherwise. */
const CONNECT_MS = 20_000;
/** After so much silence the system asks the other side whether it is still there. */
const KEEP_ALIVE_MS = 10_000;

/** What names a database, of the options and of the environment. */
const NAMING_OPTIONS = ["url", "host", "port", "username", "database"];
const NAMING_VARIABLES = ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"];
const ENCODED =
  "In a user, password or database write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23, % as %25 and a space as %20.";
/** What JavaScript writes into a text where a value is missing. */
const MISSING = ["undefined", "null", "NaN"];

/**
 * The settings of `pg` for a URL, or for the options that TypeORM takes.
 * @throws RemodelError `USAGE` for what is no URL of PostgreSQL, which is never shown; `CONFIG_INVALID` for options that
 * name no database
 */
export function buildClientConfig(target: ConnectionTarget): ClientConfig {
  const options = typeof target === "string" ? { url: target } : mergeMaster(target);
  const url = typeof target === "string" ? target : (options["url"] as string | undefined) || undefined;
  if (url === undefined) refuseNameless(options);
  const given = {
    connectionString: url === undefined ? undefined : checkUrl(url),
    host: options["host"],
    port: options["port"],
    user: options["username"],
    password: options["password"],
    database: options["database"],
    ssl: options["ssl"],
    connectionTimeoutMillis: options["connectTimeoutMS"] ?? readSeconds(process.env["PGCONNECT_TIMEOUT"]) ?? CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: options["applicationName"],
    ...(options["extra"] as object | undefined),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ClientConfig;
}

/** The URL that the options of a data source have, if they have one. */
export function readUrl(target: ConnectionTarget): string | undefined {
  return typeof target === "string" ? target : (mergeMaster(target)["url"] as string | undefined);
}

/** A database as it may be shown; the client knows the defaults of the environment too: PGHOST and its like. */
export function describeServer({ user, host, port, database }: Client): string {
  // A colon in a user's name may be that of a password that was encoded along with it.
  const name = user ? `${user.replace(/:.*/s, ":…")}@` : "";
  return `postgres://${name}${host}:${port}/${database ?? ""}`;
}

function mergeMaster(options: Options): Options {
  const { master } = (options["replication"] ?? {}) as { master?: Options };
  return { ...options, ...master };
}

function readSeconds(seconds: string | undefined): number | undefined {
  const ms = Number(seconds) * 1000;
  return ms > 0 ? ms : undefined;
}

function refuseNameless(options: Options): void {
  const named =
    NAMING_OPTIONS.some((name) => options[name]) ||
    NAMING_VARIABLES.some((name) => process.env[name]) ||
    Object.keys((options["extra"] as object | undefined) ?? {}).length > 0;
  if (named) return;
  throw new RemodelError("CONFIG_INVALID", "The data source names no database: its url is not set.", {
    hint: "Set the environment variable of the url, such as DATABASE_URL. Or name the database: --url postgres://user@host/database",
  });
}

/** A URL that nobody understands may hold a password anywhere, so no word of it gets into a message. */
function checkUrl(url: string): string {
  if (!/^postgres(ql)?:\/\//.test(url)) throw notPostgresError(url);
  const problem = findBadCharacter(url);
  if (problem !== undefined) throw invalidUrlError(problem, ENCODED);
  const parts = splitUrl(url);
  if (parts === undefined)
    throw invalidUrlError("it is unclear where its user, password, host, port and database begin and end", ENCODED);
  if (parts.some((part) => MISSING.includes(part)))
    throw invalidUrlError("a part of it is missing", "Set the environment variables that the URL uses.");
  return url;
}

function notPostgresError(url: string): RemodelError {
  if (url.trim() === "")
    return new RemodelError("USAGE", "The database URL is empty.", {
      hint: "Set the environment variable that it comes from, such as DATABASE_URL. Or leave out --url.",
    });
  const scheme = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  const begins = scheme === undefined ? "" : ` It begins with ${scheme}`;
  return new RemodelError("USAGE", `This is not a PostgreSQL URL.${begins}`, {
    hint: "Write postgres://user:password@host:port/database, pglite:DIR or pglite:memory.",
  });
}

function invalidUrlError(problem: string, hint: string): RemodelError {
  return new RemodelError("USAGE", `The database URL is invalid: ${problem}.`, { hint });
}

/** Readers of URLs disagree on these, or leave them out in silence. */
function findBadCharacter(url: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(url)) return "it contains a space, a line break or a control character";
  if (/%(?![0-9a-f]{2})/i.test(url)) return "it contains a % without two hexadecimal digits after it";
  if (url.replace(/^\w+:\/\/[^/?#]*/, "").includes("@")) return "it has an @ after the host";
  return undefined;
}

/** User, host, port and database; nothing where they cannot be told apart. */
function splitUrl(url: string): readonly string[] | undefined {
  try {
    // An empty host is the local one for pg, and an error for everybody else.
    const { username, password, hostname, port, pathname } = new URL(url.replace("@/", "@localhost/"));
    decodeURIComponent(password);
    return [username, hostname, port, pathname.slice(1)].map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

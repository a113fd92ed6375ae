import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { ConnectionTarget } from "./connection-target.ts";
import type { Client, ClientOptions } from "./driver.ts";

type Options = Readonly<Record<string, unknown>>;

/** How long a server may take to accept a client, unless the data source says otherwise. */
const CONNECT_MS = 20_000;
/** After so much silence the operating system checks whether the other side still answers (TCP keepalive). */
const KEEP_ALIVE_MS = 10_000;

/** The options and the environment variables that say which database is meant. */
const NAMING_OPTIONS = ["url", "connectionString", "host", "port", "username", "user", "database"];
const NAMING_VARIABLES = ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"];
const ENCODED =
  "In a user, password or database write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23, % as %25 and a space as %20.";
/** What JavaScript writes into a template where a value is missing. */
const MISSING = ["undefined", "null", "NaN"];

/**
 * The options of `pg` for a URL, for the options of a TypeORM data source, or for options of `pg` itself.
 * @throws RemodelError `USAGE` for a URL that is not one of PostgreSQL, without a word of the URL; `CONFIG_INVALID` for
 * options that name no database
 */
export function buildClientConfig(target: ConnectionTarget): ClientOptions {
  const options = readOptions(target);
  const given = {
    ...readPgOptions(options),
    connectionString: readConnectionString(target),
    host: options["host"],
    port: options["port"],
    user: options["username"] ?? options["user"],
    password: options["password"],
    database: options["database"],
    ssl: options["ssl"],
    connectionTimeoutMillis: readConnectTimeout(options),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: options["applicationName"] ?? options["application_name"],
    ...readObject(options["extra"]),
  };
  return dropUndefined(given);
}

function readConnectTimeout(options: Readonly<Record<string, unknown>>): unknown {
  const given = options["connectTimeoutMS"] ?? options["connectionTimeoutMillis"];
  return given ?? readSeconds(process.env["PGCONNECT_TIMEOUT"]) ?? CONNECT_MS;
}

/** The URL, or the one in the options, if there is one. */
export function readUrl(target: ConnectionTarget): string | undefined {
  const { url: given, connectionString } = readOptions(target);
  const url = given ?? connectionString;
  if (typeof url !== "string") return undefined;
  return url;
}

/**
 * The URL of another database of the same server.
 * @param name its name, not encoded
 */
export function replaceDatabase(url: string, name: string): string {
  return checkUrl(url).replace(
    /^(\w+:\/\/[^/?#]*)(?:\/[^?#]*)?/,
    (_, server) => `${server}/${encodeURIComponent(name)}`,
  );
}

/** The same connection to another database of its server. */
export function enterDatabase(target: ConnectionTarget, name: string): ConnectionTarget {
  const url = readUrl(target);
  if (typeof target === "string") return replaceDatabase(target, name);
  const { connectionString: _, ...options } = readOptions(target);
  return { ...options, database: name, ...(url && { url: replaceDatabase(url, name) }) };
}

/**
 * The database in messages, without the password: `shop@localhost:5432/mall_17`.
 * @param client knows the environment too, such as PGHOST
 */
export function describeDatabase({
  user,
  host,
  port,
  database,
}: Pick<Client, "user" | "host" | "port" | "database">): string {
  // A colon in a user's name may come from a password that was encoded together with the name.
  const name = user ? `${user.replace(/:.*/s, ":…")}@` : "";
  return `${name}${host}:${port}/${database ?? ""}`;
}

/**
 * The database and the schema in messages: `shop@localhost:5432/malls (schema mall_17)`.
 * @param label the database, see {@link describeDatabase}
 * @param schema the schema, if one was given
 */
export function addSchema(label: string, schema: string | undefined): string {
  if (schema === undefined) return label;
  return `${label} (schema ${schema})`;
}

/** With replication, the options of the server that accepts writes. */
function readOptions(target: ConnectionTarget): Options {
  if (typeof target === "string") return { url: target };
  const { master } = readObject(target["replication"]);
  return { ...target, ...readObject(master) };
}

/** What options of `pg` have that a data source, which has a `type`, does not. */
function readPgOptions({ replication: _, ...options }: Options): Options {
  if ("type" in options) return {};
  return options;
}

function readObject(value: unknown): Options {
  if (typeof value !== "object") return {};
  return { ...value };
}

/** @returns nothing where there are other options than a URL */
function readConnectionString(target: ConnectionTarget): string | undefined {
  const url = readUrl(target);
  if (url || typeof target === "string") return checkUrl(url ?? "");
  refuseNameless(readOptions(target));
  return undefined;
}

function readSeconds(seconds: string | undefined): number | undefined {
  const ms = Number(seconds) * 1000;
  return ms > 0 ? ms : undefined;
}

function refuseNameless(options: Options): void {
  const named =
    NAMING_OPTIONS.some((name) => options[name]) ||
    NAMING_VARIABLES.some((name) => process.env[name]) ||
    Object.keys(readObject(options["extra"])).length > 0;
  if (named) return;
  throw new RemodelError("CONFIG_INVALID", "The data source names no database: its url is not set.", {
    hint: "Set the environment variable of the url, such as DATABASE_URL. Or name the database: --url postgres://user@host/database",
  });
}

/** An invalid URL may contain a password anywhere, so no message contains a word of it. */
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
  const [scheme] = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\//i.exec(url) ?? [];
  const begins = scheme === undefined ? "" : ` It begins with ${scheme}`;
  return new RemodelError("USAGE", `This is not a PostgreSQL URL.${begins}`, {
    hint: "Write postgres://user:password@host:port/database, pglite:DIR or pglite:memory.",
  });
}

function invalidUrlError(problem: string, hint: string): RemodelError {
  return new RemodelError("USAGE", `The database URL is invalid: ${problem}.`, { hint });
}

/** Characters that programs read in different ways, or leave out without an error. */
function findBadCharacter(url: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(url)) return "it contains a space, a line break or a control character";
  if (/%(?![0-9a-f]{2})/i.test(url)) return "it contains a % without two hexadecimal digits after it";
  if (url.replace(/^\w+:\/\/[^/?#]*/, "").includes("@")) return "it has an @ after the host";
  return undefined;
}

/** User, host, port and database; nothing if it is unclear where they begin and end. */
function splitUrl(url: string): readonly string[] | undefined {
  try {
    // For pg an empty host is the local one; for a URL of JavaScript it is an error.
    const { username, password, hostname, port, pathname } = new URL(url.replace("@/", "@localhost/"));
    decodeURIComponent(password);
    return [username, hostname, port, pathname.slice(1)].map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

import { resolve } from "node:path";
import { buildClientConfig, readUrl } from "../connection/address.ts";
import type { ConnectionTarget } from "../connection/connection-target.ts";
import { isEmbedded } from "../connection/embedded-url.ts";

/** Where a database is: without user and password. */
export interface DatabaseLocation {
  /** `host:port`, as written, with the default port filled in. */
  readonly server: string;
  readonly database: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = "5432";

/**
 * Reads where a connection leads, as `pg` does: from the URL, then the options, then the environment.
 * @param target what is connected to
 * @param home what the folder of an embedded database is relative to
 * @param env the environment variables
 * @throws RemodelError `USAGE` or `CONFIG_INVALID`, without a word of the URL
 */
export function readLocation(target: ConnectionTarget, home: string, env: Environment): DatabaseLocation {
  const url = readUrl(target) ?? "";
  if (isEmbedded(url)) return readEmbeddedLocation(url, home);
  const options = buildClientConfig(target);
  const { connectionString } = options;
  const given = typeof connectionString === "string" ? readUrlParts(connectionString) : options;
  const read = (key: string, variable: string) => text(given[key]) ?? text(env[variable]);
  const host = read("host", "PGHOST") ?? "localhost";
  const user = read("user", "PGUSER") ?? text(env["USER"]) ?? "";
  return {
    server: `${bracket(host)}:${read("port", "PGPORT") ?? DEFAULT_PORT}`,
    database: read("database", "PGDATABASE") ?? user,
  };
}

/** PGlite holds one database, of which each process opens only one connection. */
function readEmbeddedLocation(url: string, home: string): DatabaseLocation {
  const folder = url.slice("pglite:".length);
  const server = folder === "memory" ? url : `pglite:${resolve(home, folder)}`;
  return { server, database: "postgres" };
}

/** The parts of a URL that is valid, decoded; parameters override them. */
function readUrlParts(url: string): Readonly<Record<string, unknown>> {
  const isLocal = url.includes("@/") || /^\w+:\/\/\//.test(url);
  const { hostname, port, username, pathname, searchParams } = new URL(url.replace(/(@|^\w+:\/\/)\//, "$1localhost/"));
  return {
    host: searchParams.get("host") ?? (isLocal ? undefined : decodeURIComponent(hostname)),
    port: searchParams.get("port") ?? port,
    user: searchParams.get("user") ?? decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

/** An IPv6 address is written with brackets where a port follows. */
function bracket(host: string): string {
  return host.includes(":") && !host.startsWith("[") && !host.startsWith("/") ? `[${host}]` : host;
}

function text(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return String(value);
}

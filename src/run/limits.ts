import { collect } from "../collect.ts";
import type { Limits } from "../config.ts";
import {
  askTexts,
  type Database,
  NO_TRANSACTION_TIMEOUT,
  OWN_PATH,
  PINNED_SETTINGS,
  setLocalSql,
} from "../database.ts";
import { type ServerInfo, searchPathOf } from "../read/server-info.ts";
import { literal } from "../sql.ts";
import type { RevisionContext } from "./context.ts";

/**
 * How long a step outside a transaction waits for a lock. A concurrent build waits for every older transaction without
 * blocking others, and its work is lost if it stops. So it waits longer than a statement that others queue behind.
 */
export const OUTSIDE_LOCK_TIMEOUT_MS = 600_000;
const CLIENT_CHECK = "client_connection_check_interval";
const LOST_CLIENT_MS = 2000;

/**
 * TCP settings with which the server notices within a minute that its client is gone, and releases the lock: after ten
 * seconds of silence it asks, then every five seconds; and what it sends must be received within half a minute.
 * PostgreSQL ignores them on a Unix-domain socket and on a system without such settings.
 */
const NETWORK: Readonly<Record<string, number>> = {
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 4,
  tcp_user_timeout: 30_000,
};

/** The statements that end a transaction, or with `SET` a session, soon after the network to its client is lost. */
export function networkSql(set: "SET" | "SET LOCAL"): readonly string[] {
  return Object.entries(NETWORK).map(([name, value]) => `${set} ${name} = ${value}`);
}

/** Resets what {@link networkSql} set for a session. */
export const NETWORK_RESET = Object.keys(NETWORK)
  .map((name) => `RESET ${name}`)
  .join("; ");

/** The limits of a revision: those of the run, else those of the revision file, else those of the configuration. */
export function revisionLimits({ session, loaded, limits }: RevisionContext): Limits {
  return { ...session.settings, ...loaded.timeouts, ...limits };
}

/** The settings of a transaction of a revision. The search path is the one of remodel's own queries. */
export function settingsSql(context: RevisionContext): readonly string[] {
  const { lockTimeout, statementTimeout, idleTimeout } = revisionLimits(context);
  const { version } = context.server;
  const timeouts = {
    lock_timeout: String(lockTimeout),
    statement_timeout: String(statementTimeout),
    idle_in_transaction_session_timeout: String(idleTimeout),
    ...(version >= 170000 && NO_TRANSACTION_TIMEOUT),
    ...(context.checksClient && { [CLIENT_CHECK]: String(LOST_CLIENT_MS) }),
  };
  return [setLocalSql({ ...PINNED_SETTINGS, ...timeouts, ...OWN_PATH }), ...networkSql("SET LOCAL")];
}

/** The settings of a step outside a transaction, until {@link OUTSIDE_RESET}. */
export function outsideSettingsSql(context: RevisionContext): readonly string[] {
  const asked = { ...context.loaded.timeouts, ...context.limits };
  return [
    `SET search_path = ${searchPathOf(context.server)}`,
    ...Object.entries(PINNED_SETTINGS).map(([name, value]) => `SET ${name} = ${literal(value)}`),
    ...collect(context.server.version >= 170000 && "SET transaction_timeout = 0"),
    `SET lock_timeout = ${asked.lockTimeout ?? OUTSIDE_LOCK_TIMEOUT_MS}`,
    `SET statement_timeout = ${revisionLimits(context).statementTimeout}`,
    "SET default_transaction_read_only = off",
  ];
}

/** Resets what {@link outsideSettingsSql} set. */
export const OUTSIDE_RESET = ["search_path", "lock_timeout", "statement_timeout", "default_transaction_read_only"]
  .concat(Object.keys(PINNED_SETTINGS))
  .map((name) => `RESET ${name}`)
  .join("; ");

/**
 * Asks whether the server can notice during a statement that its client is gone: then it ends the statement, which keeps no
 * locks any more. Some platforms do not support it.
 */
export async function readClientCheck(db: Database, { version }: ServerInfo): Promise<boolean> {
  if (version < 140000) return false;
  const tried = `BEGIN PERFORM pg_catalog.set_config('${CLIENT_CHECK}', '${LOST_CLIENT_MS}', true); EXCEPTION WHEN OTHERS THEN NULL; END`;
  const [, setting] = await askTexts(db, [`DO $$ ${tried} $$`, `SELECT current_setting('${CLIENT_CHECK}')`]);
  return setting?.[0]?.[0] !== "0";
}

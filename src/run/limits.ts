import type { Limits } from "../config.ts";
import { NO_TRANSACTION_TIMEOUT, OWN_PATH, PINNED_SETTINGS, setLocalSql } from "../database.ts";
import { searchPathOf } from "../read/server-info.ts";
import { literal } from "../sql.ts";
import type { RevisionContext } from "./context.ts";

/**
 * A concurrent build waits for every older transaction, which blocks nobody, and what it has built is lost if it gives
 * up: so it may wait longer than a statement that others queue up behind.
 */
export const OUTSIDE_LOCK_TIMEOUT_MS = 600_000;
const LOST_CLIENT_MS = 2000;

/**
 * How the server notices that its client is gone without a word, so that it gives back the lock within a minute: when
 * nothing is said, it asks after ten seconds and then every five; what it sends has to be received in half a minute.
 * On the socket of a Unix domain, and where a system has no such settings, PostgreSQL takes no notice of them.
 */
const NETWORK: Readonly<Record<string, number>> = {
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 4,
  tcp_user_timeout: 30_000,
};

/** What lets a transaction, or with `SET` a session, end soon after the network to its client is gone. */
export function networkSql(set: "SET" | "SET LOCAL"): readonly string[] {
  return Object.entries(NETWORK).map(([name, value]) => `${set} ${name} = ${value}`);
}

/** Takes back what {@link networkSql} set for a session. */
export const NETWORK_RESET = Object.keys(NETWORK)
  .map((name) => `RESET ${name}`)
  .join("; ");

/** What holds for a revision: what was asked for the run, else what the revision says, else the configuration. */
export function revisionLimits({ session, loaded, limits }: RevisionContext): Limits {
  return { ...session.settings, ...loaded.timeouts, ...limits };
}

/** What holds for a transaction of a revision; the search path is that of our own queries. */
export function settingsSql(context: RevisionContext): readonly string[] {
  const { lockTimeout, statementTimeout, idleTimeout } = revisionLimits(context);
  const { version } = context.server;
  const timeouts = {
    lock_timeout: String(lockTimeout),
    statement_timeout: String(statementTimeout),
    idle_in_transaction_session_timeout: String(idleTimeout),
    ...(version >= 170000 && NO_TRANSACTION_TIMEOUT),
  };
  return [
    setLocalSql({ ...PINNED_SETTINGS, ...timeouts, ...OWN_PATH }),
    ...networkSql("SET LOCAL"),
    ...(version >= 140000 ? [lostClientSql()] : []),
  ];
}

/** What holds for a step outside a transaction, until {@link OUTSIDE_RESET}. */
export function outsideSettingsSql(context: RevisionContext): readonly string[] {
  const asked = { ...context.loaded.timeouts, ...context.limits };
  return [
    `SET search_path = ${searchPathOf(context.server)}`,
    ...Object.entries(PINNED_SETTINGS).map(([name, value]) => `SET ${name} = ${literal(value)}`),
    ...(context.server.version >= 170000 ? ["SET transaction_timeout = 0"] : []),
    `SET lock_timeout = ${asked.lockTimeout ?? OUTSIDE_LOCK_TIMEOUT_MS}`,
    `SET statement_timeout = ${revisionLimits(context).statementTimeout}`,
    "SET default_transaction_read_only = off",
  ];
}

/** Takes back what {@link outsideSettingsSql} set. */
export const OUTSIDE_RESET = ["search_path", "lock_timeout", "statement_timeout", "default_transaction_read_only"]
  .concat(Object.keys(PINNED_SETTINGS))
  .map((name) => `RESET ${name}`)
  .join("; ");

/** Lets a statement end soon after its client was killed, not keep its locks; some platforms cannot tell. */
function lostClientSql(): string {
  return `DO $$ BEGIN PERFORM pg_catalog.set_config('client_connection_check_interval', '${LOST_CLIENT_MS}', true); EXCEPTION WHEN OTHERS THEN NULL; END $$`;
}

import type { Limits } from "../config.ts";
import { searchPathSql } from "../read/catalog.ts";
import type { Context } from "./context.ts";

/**
 * A concurrent build waits for every older transaction, which blocks nobody, and what it has built is lost if it gives
 * up: so it may wait longer than a statement that others queue up behind.
 */
export const OUTSIDE_LOCK_TIMEOUT_MS = 600_000;
const LOST_CLIENT_MS = 2000;

/** What holds for a revision: what was asked for the run, else what the revision says, else the configuration. */
export function limitsOf({ session, loaded, limits }: Context): Limits {
  return { ...session.settings, ...loaded.timeouts, ...limits };
}

/** What holds for a transaction of a revision. */
export function settingsSql(context: Context): readonly string[] {
  const { lockTimeout, statementTimeout, idleTimeout } = limitsOf(context);
  const { version, schema } = context.place;
  return [
    `SET LOCAL lock_timeout = ${lockTimeout}`,
    `SET LOCAL statement_timeout = ${statementTimeout}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${idleTimeout}`,
    ...(version >= 140000 ? [lostClientSql()] : []),
    searchPathSql(schema),
  ];
}

/** What holds for a step outside a transaction, until {@link OUTSIDE_RESET}. */
export function outsideSettingsSql(context: Context): readonly string[] {
  const asked = { ...context.loaded.timeouts, ...context.limits };
  return [
    searchPathSql(context.place.schema).replace("SET LOCAL", "SET"),
    `SET lock_timeout = ${asked.lockTimeout ?? OUTSIDE_LOCK_TIMEOUT_MS}`,
    `SET statement_timeout = ${limitsOf(context).statementTimeout}`,
    "SET default_transaction_read_only = off",
  ];
}

/** Takes back what {@link outsideSettingsSql} set. */
export const OUTSIDE_RESET =
  "RESET search_path; RESET lock_timeout; RESET statement_timeout; RESET default_transaction_read_only";

/** Lets a statement end soon after its client was killed, not keep its locks; some platforms cannot tell. */
function lostClientSql(): string {
  return `DO $$ BEGIN PERFORM set_config('client_connection_check_interval', '${LOST_CLIENT_MS}', true); EXCEPTION WHEN OTHERS THEN NULL; END $$`;
}

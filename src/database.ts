import { literal } from "./sql.ts";

/** One row, columns by name. */
export type Row = Readonly<Record<string, unknown>>;

/** A result as PostgreSQL sends it: every value as text, columns by position. */
export type TextRows = readonly (readonly (string | null)[])[];

/** The one thing we ask of a connection. There is one connection behind it, so a transaction may span calls. */
export interface Database {
  /**
   * Runs one statement.
   * @param sql the statement, with `$1`, `$2` … for the values
   * @param values values for the parameters
   * @returns the rows, with JavaScript values as the `pg` package makes them
   */
  query<R extends Row = Row>(sql: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /**
   * Runs several statements, separated by semicolons, in one round trip.
   * @returns one result for each statement, every value as text
   */
  read(sql: string): Promise<readonly TextRows[]>;
  /**
   * Runs one statement in the extended protocol, in which the server refuses a second one, whatever the text contains.
   * @returns the rows, every value as text
   */
  readOne(sql: string): Promise<TextRows>;
  /** Whether a transaction is open, as the server said after the last statement. */
  inTransaction?(): boolean;
}

/**
 * Settings that change how PostgreSQL reads or prints values and SQL. A role, a database or a client may have others, so
 * they are pinned for everything that is read, run or written into a script, as pg_dump does.
 */
export const PINNED_SETTINGS: Readonly<Record<string, string>> = {
  DateStyle: "ISO, MDY",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
  xmloption: "content",
  xmlbinary: "base64",
  standard_conforming_strings: "on",
  backslash_quote: "safe_encoding",
  array_nulls: "on",
  transform_null_equals: "off",
  quote_all_identifiers: "off",
  row_security: "on",
};

/** No timeout of a role or a database ends what is read; the limits of a run have settings of their own. */
export const NO_TIMEOUTS: Readonly<Record<string, string>> = {
  statement_timeout: "0",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "0",
};

/** What PostgreSQL 17 added: a limit for a whole transaction, which would end a long run. */
export const NO_TRANSACTION_TIMEOUT: Readonly<Record<string, string>> = { transaction_timeout: "0" };

/**
 * The search path of every query of our own. Nobody may create anything in `pg_catalog`, so a name, an operator or a
 * cast in such a query can mean nothing but PostgreSQL's own. And it fails where policies would show it only a part of the
 * rows; statements of revisions may run under policies, as a materialized view over such a table is filled.
 */
export const OWN_PATH: Readonly<Record<string, string>> = {
  search_path: "pg_catalog, pg_temp",
  row_security: "off",
};

/** One statement that gives settings their values until the transaction ends; it is safe under any search path. */
export function setLocalSql(settings: Readonly<Record<string, string>>): string {
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`,
  );
  return `SELECT ${calls.join(", ")}`;
}

/**
 * The statements that pin {@link PINNED_SETTINGS} in a script, for any version of PostgreSQL.
 * @param scope `LOCAL` until the transaction ends, `SESSION` until the session ends
 */
export function pinnedScriptSql(scope: "LOCAL" | "SESSION"): readonly string[] {
  const local = scope === "LOCAL" ? "true" : "false";
  return [
    ...Object.entries(PINNED_SETTINGS).map(([name, value]) => `SET ${scope} ${name} = ${literal(value)}`),
    `DO $$ BEGIN PERFORM pg_catalog.set_config('transaction_timeout', '0', ${local}); EXCEPTION WHEN undefined_object THEN NULL; END $$`,
  ];
}

/** Everything that a query of our own needs before it: the search path, the pinned settings and no timeout. */
export const OWN_SETTINGS: string = setLocalSql({ ...PINNED_SETTINGS, ...NO_TIMEOUTS, ...OWN_PATH });

/**
 * Runs one query of our own that reads. In a transaction it leaves {@link OWN_SETTINGS} behind; else it has a read-only
 * transaction to itself.
 * @param values values for the parameters, which take more messages: one of several statements can have none
 */
export async function ask<R extends Row = Row>(
  db: Database,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly R[]> {
  if (values.length > 0) return await askWith(db, sql, values);
  if (db.inTransaction?.()) return await db.query<R>(`${setLocalSql(OWN_PATH)}; ${sql}`);
  return await db.query<R>(`SET TRANSACTION READ ONLY; ${OWN_SETTINGS}; ${sql}`);
}

async function askWith<R extends Row>(db: Database, sql: string, values: readonly unknown[]): Promise<readonly R[]> {
  if (db.inTransaction?.()) {
    await db.query(setLocalSql(OWN_PATH));
    return await db.query<R>(sql, values);
  }
  await db.query(`BEGIN READ ONLY; ${OWN_SETTINGS}`);
  try {
    return await db.query<R>(sql, values);
  } finally {
    await db.query("ROLLBACK").catch(() => undefined);
  }
}

/** The same, every value as text, by position. */
export async function askText(db: Database, sql: string): Promise<TextRows> {
  const before = db.inTransaction?.() ? [setLocalSql(OWN_PATH)] : ["SET TRANSACTION READ ONLY", OWN_SETTINGS];
  return (await db.read([...before, sql].join("; "))).at(-1) ?? [];
}

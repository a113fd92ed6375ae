import { literal } from "./sql.ts";

/** One row, columns by name. */
export type Row = Readonly<Record<string, unknown>>;

/** A result as PostgreSQL sends it: every value as text, columns by position. */
export type TextRows = readonly (readonly (string | null)[])[];

/** How statements are sent. All calls use one connection, so a transaction may span several of them. */
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
   * Runs one statement in the extended protocol. There the server refuses a text with more than one statement.
   * @returns the rows, every value as text
   */
  readOne(sql: string): Promise<TextRows>;
  /** Whether a transaction is open, according to the server's answer to the last statement. */
  inTransaction?(): boolean;
}

/**
 * Settings that change how PostgreSQL reads or prints values and SQL. A role, a database or a client may have other
 * values, so every query, every run and every script sets these, as pg_dump does.
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

/** Switches off the timeouts of a role or a database while the catalog is read. A run sets its own timeouts. */
export const NO_TIMEOUTS: Readonly<Record<string, string>> = {
  statement_timeout: "0",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "0",
};

/** Switches off the limit for a whole transaction, new in PostgreSQL 17, which would end a long run. */
export const NO_TRANSACTION_TIMEOUT: Readonly<Record<string, string>> = { transaction_timeout: "0" };

/**
 * The search path of remodel's own queries. No user can create an object in `pg_catalog`, so every name, operator and
 * cast in such a query is PostgreSQL's own. With `row_security` off a query fails if a policy would hide rows from it.
 * Statements of revisions keep `row_security` on: one may fill a materialized view over a table with policies.
 */
export const OWN_PATH: Readonly<Record<string, string>> = {
  search_path: "pg_catalog, pg_temp",
  row_security: "off",
};

/** One statement that sets several settings until the transaction ends. It is safe under any search path. */
export function setLocalSql(settings: Readonly<Record<string, string>>): string {
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`,
  );
  return `SELECT ${calls.join(", ")}`;
}

/**
 * The statements of a script that set {@link PINNED_SETTINGS}, for any version of PostgreSQL.
 * @param scope `LOCAL`: until the transaction ends; `SESSION`: until the session ends
 */
export function pinnedScriptSql(scope: "LOCAL" | "SESSION"): readonly string[] {
  const isLocal = String(scope === "LOCAL");
  return [
    ...Object.entries(PINNED_SETTINGS).map(([name, value]) => `SET ${scope} ${name} = ${literal(value)}`),
    `DO $$ BEGIN PERFORM pg_catalog.set_config('transaction_timeout', '0', ${isLocal}); EXCEPTION WHEN undefined_object THEN NULL; END $$`,
  ];
}

/** Catalog queries look expensive to the planner and are not: compiling one takes longer than running it. */
const NO_COMPILATION: Readonly<Record<string, string>> = { jit: "off" };

/** The statement before every query of remodel's own: it sets the search path and the settings, and no timeouts. */
export const OWN_SETTINGS: string = setLocalSql({
  ...PINNED_SETTINGS,
  ...NO_TIMEOUTS,
  ...NO_COMPILATION,
  ...OWN_PATH,
});

/**
 * Runs one query of remodel's own, which only reads. It sets the search path in the transaction that is open. If none is
 * open, it runs in a read-only transaction of its own.
 * @param values values for the parameters; such a query needs more round trips, since it must be sent alone
 */
export async function ask<R extends Row = Row>(
  db: Pick<Database, "query" | "inTransaction">,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly R[]> {
  if (values.length > 0) return await askWith(db, sql, values);
  if (db.inTransaction?.()) return await db.query<R>(`${setLocalSql(OWN_PATH)}; ${sql}`);
  return await db.query<R>(`SET TRANSACTION READ ONLY; ${OWN_SETTINGS}; ${sql}`);
}

async function askWith<R extends Row>(
  db: Pick<Database, "query" | "inTransaction">,
  sql: string,
  values: readonly unknown[],
): Promise<readonly R[]> {
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

/** As {@link ask}, with every value as text and the columns by position. */
export async function askText(db: Database, sql: string): Promise<TextRows> {
  const before = db.inTransaction?.() ? [setLocalSql(OWN_PATH)] : ["SET TRANSACTION READ ONLY", OWN_SETTINGS];
  return (await db.read([...before, sql].join("; "))).at(-1) ?? [];
}

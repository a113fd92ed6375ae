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
  /**
   * Whether a transaction is open, according to the server's answer to the last statement.
   * @internal
   */
  inTransaction?(): boolean;
  /**
   * Begins to watch the open transaction.
   * @returns whether the server's answers show that it is open, has not failed, and is still the same one
   * @internal
   */
  watchTransaction?(): () => boolean;
  /**
   * Begins to count the statements that the server completes.
   * @returns how many there are so far
   * @internal
   */
  countStatements?(): () => number;
  /**
   * What the server said to {@link SERVER_SQL} when the connection was opened, until anything else is sent.
   * @internal
   */
  greeting?(): readonly Row[] | undefined;
  /**
   * Notes what was asked with one call, and what the answers were; absent where it is not noted.
   * @internal
   */
  note?(...asked: readonly Asked[]): void;
}

/**
 * What a connection is asked about its server and schema. Before our own settings are in force, the query uses no operator,
 * and every function with its schema.
 */
export const SERVER_SQL = `SELECT pg_catalog.current_setting('server_version_num') AS version, pg_catalog.current_database() AS database,
  pg_catalog.current_schema() AS schema, pg_catalog.current_setting('search_path') AS path,
  pg_catalog.to_json(pg_catalog.current_schemas(false)) AS schemas, pg_catalog.pg_is_in_recovery() AS standby`;

/** A question to the database, so that it can be asked again in another session. */
export interface DatabaseQuestion {
  readonly how: HowAsked;
  readonly sql: string;
  /** Values for the parameters of an `own` one. */
  readonly values?: readonly unknown[];
  /** The statement that sets the search path of the project, of a `printed` one. */
  readonly path?: string;
  /** The statements that create what a `probed` one reads. */
  readonly create?: readonly string[];
}

/**
 * - `first`: before our own settings are in force
 * - `own`: a query of our own; the rows are as the `pg` package makes them
 * - `text`: the same, every value as text
 * - `printed`: a query of our own whose output is printed for the project's search path, see `readPrinted`
 * - `planned`: an expression of the project, in a probe
 * - `probed`: a temporary object, in a probe
 * - `print`: an `own` one about the catalogs as a whole; another answer does not show that any question has another one
 */
export type HowAsked = "first" | "own" | "text" | "printed" | "planned" | "probed" | "print";

/** A question, and its answer. */
export interface Asked extends DatabaseQuestion {
  readonly answer: unknown;
}

/** A question, and the hash of its answer. */
export interface NotedAnswer {
  readonly question: DatabaseQuestion;
  readonly answer: string;
}

/** What a connection was asked. */
export interface Notes {
  /** Each question once. */
  readonly noted: readonly NotedAnswer[];
  /** Why the same cannot be asked again, if it cannot. */
  readonly problem?: string;
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
  db: Pick<Database, "query" | "inTransaction" | "note">,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly R[]> {
  const answer = await (values.length > 0 ? askWith<R>(db, sql, values) : db.query<R>(`${settingsOf(db)}; ${sql}`));
  db.note?.({ how: "own", sql, answer, ...(values.length > 0 && { values }) });
  return answer;
}

/** What goes before a query of our own. */
function settingsOf({ inTransaction }: Pick<Database, "inTransaction">): string {
  return inTransaction?.() ? setLocalSql(OWN_PATH) : `SET TRANSACTION READ ONLY; ${OWN_SETTINGS}`;
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
  const [answer = []] = await askTexts(db, [sql]);
  return answer;
}

/** The same for several queries, in one round trip. */
export async function askTexts(db: Database, queries: readonly string[]): Promise<readonly TextRows[]> {
  const answers = (await db.read([settingsOf(db), ...queries].join("; "))).slice(-queries.length);
  db.note?.(...queries.map((sql, at) => ({ how: "text" as const, sql, answer: answers[at] ?? [] })));
  return answers;
}

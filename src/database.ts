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
}

/**
 * What a person decided. `yes` keeps the guess. `no` replaces it by the commented lines. Without commented lines, `no`
 * leaves the change out of `upgrade` and `downgrade`: models and database keep that difference.
 */
export type Answer = "yes" | "no";

/** A yes with the SQL expression that the lines need, such as `upper(code)`. */
export interface GivenValue {
  readonly expression: string;
}

/** What a person says to a question. */
export type Reply = Answer | GivenValue;

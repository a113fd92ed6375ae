/**
 * What a person decided. `yes` keeps the guess. `no` replaces it by the commented lines. Without commented lines, `no`
 * leaves the change out of `upgrade` and `downgrade`: models and database keep that difference.
 */
export type Answer = "yes" | "no";

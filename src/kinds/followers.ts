import type { Column } from "../schema/schema.ts";

/** A column of a foreign key, which takes over the new values of the rows that it references. */
export interface Follower {
  readonly table: string;
  readonly from: Column;
  readonly to: Column;
  /** The column that its values come from: a key, or another follower. */
  readonly source: { readonly table: string; readonly column: string };
  /** The columns of the foreign key, each with the one that it references. */
  readonly join: readonly (readonly [own: string, referenced: string])[];
}

/** The columns of a table that no cast can convert and that get their values together with others. */
export interface MappedColumns {
  /** They take their values from rows that they reference: their steps are with the key. */
  readonly follows: ReadonlySet<string>;
  /** What follows a key, by its column: each after what it takes its values from. */
  readonly followers: ReadonlyMap<string, readonly Follower[]>;
}

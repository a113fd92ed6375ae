import type { ParsedType } from "../column-types.ts";

/** How the values of a column become values of another type. */
export interface Conversion {
  /** The `USING` clause; absent where PostgreSQL casts by itself. */
  readonly using?: string;
  /** No expression can be guessed: a person has to write the `USING` clause. */
  readonly needsUsing?: true;
  /** What a person has to know before the change; absent where no value changes. */
  readonly text?: string;
  /** The rows that change or that make the statement fail. The condition itself never fails. */
  readonly where?: string;
}

/** A value to convert, and its two types. */
export interface Pair {
  /** The column, quoted, or another SQL expression. */
  readonly c: string;
  /** The present type, parsed. */
  readonly a: ParsedType;
  /** The new type, parsed. */
  readonly b: ParsedType;
  /** The present type. */
  readonly from: string;
  /** The new type. */
  readonly to: string;
}

/** Converts values of some base types to some others. The first rule that has both types applies. */
export interface ConversionRule {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly make: (pair: Pair) => Conversion;
}

/** A question about values that are rounded or too large. */
export const ROUNDED =
  "Extra digits are rounded, and values that are too large make it fail. Rows that change or fail:";
/** A question about values that are too large. */
export const TOO_LARGE = "Values that are too large make it fail. Rows in the way:";
/** A question about values that are too long. */
export const TOO_LONG = "Values that are too long make it fail. Rows in the way:";
/** A question about values that the new type cannot read. */
export const UNREADABLE = "Values that cannot be converted make it fail. Rows in the way:";

/** Asks a person for the `USING` clause, because PostgreSQL has no cast between the types. */
export function askForUsing({ from, to }: Pair, what = "what the values become"): Conversion {
  return { needsUsing: true, text: `PostgreSQL has no cast from ${from} to ${to}: write in \`using\` ${what}.` };
}

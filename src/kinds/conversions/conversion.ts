import type { ParsedType } from "../column-types.ts";

/** How the values of a column become values of another type. */
export interface Conversion {
  /** The `USING` clause; absent where PostgreSQL casts by itself. */
  readonly using?: string;
  /** No expression can be guessed: a person has to write the `USING` clause. */
  readonly needsUsing?: true;
  /** What happens to the values, one sentence each; absent where no value changes. */
  readonly loses?: readonly string[];
  /** The rows that change or that make the statement fail. The condition itself never fails. */
  readonly where?: string;
  /** What happens to rows whose values do not simply convert: those that `where` finds, if it is there. */
  readonly rows?: "fail" | "change" | "change or fail";
  /** Which rows `where` finds, in words, where `rows` does not say it precisely. */
  readonly shows?: string;
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

/** What a conversion does to some values. */
type Effect = Required<Pick<Conversion, "loses" | "rows">>;

/** Some values are rounded or too large. */
export const ROUNDED: Effect = {
  loses: ["Extra digits are rounded, and values that are too large make it fail."],
  rows: "change or fail",
};
/** Some values are too large. */
export const TOO_LARGE: Effect = { loses: ["Values that are too large make it fail."], rows: "fail" };
/** Some values are too long. */
export const TOO_LONG: Effect = { loses: ["Values that are too long make it fail."], rows: "fail" };
/** Some values cannot be read as the new type. */
export const UNREADABLE: Effect = { loses: ["Values that cannot be converted make it fail."], rows: "fail" };

/** Asks a person for the `USING` clause, because PostgreSQL has no cast between the types. */
export function askForUsing({ from, to }: Pair, what = "what the values become"): Conversion {
  return { needsUsing: true, loses: [`PostgreSQL has no cast from ${from} to ${to}: write in \`using\` ${what}.`] };
}

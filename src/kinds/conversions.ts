import { parseType } from "./column-types.ts";
import { convertArray } from "./conversions/arrays.ts";
import type { Conversion } from "./conversions/conversion.ts";
import { convertValue } from "./conversions/values.ts";

/**
 * Finds how the values of a column become values of another type.
 * @param c the column, quoted, or another expression
 * @param from its type
 * @param to the new type
 */
export function findConversion(c: string, from: string, to: string): Conversion {
  const [a, b] = [parseType(from), parseType(to)];
  return a.array || b.array ? convertArray({ c, a, b, from, to }) : convertValue(c, from, to);
}

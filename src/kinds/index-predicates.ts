import type { Index } from "../schema/schema.ts";

/** PostgreSQL stores no predicate that is the constant `true`, in any spelling. */
const EVERY_ROW = "true";

/** The predicate of an index, also of one that has all rows. */
export function predicateOf({ where = EVERY_ROW }: Index): string {
  return where;
}

/**
 * An index with another predicate.
 * @param index the index
 * @param where what PostgreSQL reads as the same as its predicate
 */
export function withPredicate<Found extends Index>(
  { where: _, ...index }: Found,
  where: string,
): Omit<Found, "where"> & Pick<Index, "where"> {
  return where === EVERY_ROW ? index : { ...index, where };
}

/** Whether a predicate is plainly that constant. Of other spellings, the planner decides. */
export function isTrue(where: string): boolean {
  return /^[\s(]*true[\s)]*$/i.test(where);
}

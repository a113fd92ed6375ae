import type { Lock } from "../schema/operation.ts";

/** The lock of most forms of ALTER TABLE: it blocks reads and writes. */
export function exclusive(...names: readonly string[]): readonly Lock[] {
  return locked("ACCESS EXCLUSIVE", ...names);
}

/** As {@link exclusive}, also on objects connected with them by a foreign key, as a view or as a sequence. */
export function exclusiveWithTied(...names: readonly string[]): readonly Lock[] {
  return names.flatMap((on) => [...exclusive(on), { mode: "ACCESS EXCLUSIVE", on, onDependents: true }]);
}

/** Locks of one mode; a name that is given twice is one lock. */
export function locked(mode: Lock["mode"], ...names: readonly string[]): readonly Lock[] {
  return [...new Set(names)].map((on) => ({ mode, on }));
}

/** An operation that only creates something, or changes only what queries never lock. */
export const NO_LOCKS: readonly Lock[] = [];

import type { Lock } from "../schema/operation.ts";

/** What most of `ALTER TABLE` takes: nobody reads or writes these meanwhile. */
export function exclusive(...names: readonly string[]): readonly Lock[] {
  return locked("ACCESS EXCLUSIVE", ...names);
}

/** As {@link exclusive}, and what is tied to them is locked the same way. */
export function exclusiveWithTied(...names: readonly string[]): readonly Lock[] {
  return names.flatMap((on) => [...exclusive(on), { mode: "ACCESS EXCLUSIVE", on, tied: true }]);
}

/** One mode for all; a name that is said twice is one lock. */
export function locked(mode: Lock["mode"], ...names: readonly string[]): readonly Lock[] {
  return [...new Set(names)].map((on) => ({ mode, on }));
}

/** It makes something new, or touches only what no query locks. */
export const NO_LOCKS: readonly Lock[] = [];

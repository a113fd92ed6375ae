import type { RefusedStatement } from "./observe-code.ts";
import type { KnownLabels } from "./statements.ts";

/** In which order a revision and the code that needs it may go live. */
export type Verdict = "either order" | "migrate first" | "deploy first" | "needs two releases";

/** A statement that fails in one of the two orders. */
export interface FailedStatement extends RefusedStatement {
  /** `old`: code of the release before, in the new schema. `new`: new code in the old schema. */
  readonly code: "old" | "new";
}

/** What a revision means for code of two releases. */
export interface Against {
  readonly verdict: Verdict;
  readonly statements: readonly FailedStatement[];
  /** The columns of enum types in old code. */
  readonly oldEnums: readonly KnownLabels[];
}

/**
 * Judges a revision.
 * @param old the statements of old code that fail in the new schema
 * @param fresh the statements of new code that fail in the old schema
 */
export function judgeCode(
  old: readonly RefusedStatement[],
  fresh: readonly RefusedStatement[],
): Omit<Against, "oldEnums"> {
  return {
    verdict: chooseVerdict(old.length > 0, fresh.length > 0),
    statements: [
      ...old.map((one) => ({ code: "old" as const, ...one })),
      ...fresh.map((one) => ({ code: "new" as const, ...one })),
    ],
  };
}

function chooseVerdict(oldFails: boolean, newFails: boolean): Verdict {
  if (oldFails) return newFails ? "needs two releases" : "deploy first";
  return newFails ? "migrate first" : "either order";
}

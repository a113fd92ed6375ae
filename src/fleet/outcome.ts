/** How a run ended for one tenant. `waiting`: the run did not come to it, or stopped before it was done. */
export const OUTCOMES = [
  "upgraded",
  "downgraded",
  "stamped",
  "there",
  "quarantined",
  "failed",
  "skipped",
  "busy",
  "unreachable",
  "waiting",
] as const;

/** One of {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** The outcomes that count against the budget of a wave. */
const FAILURES: readonly Outcome[] = ["quarantined", "failed", "unreachable"];
/** The outcomes of a tenant that is where it should be. */
const REACHED: readonly Outcome[] = ["upgraded", "downgraded", "stamped", "there"];

/** Whether an outcome counts against the budget of a wave. */
export function isFailure(outcome: Outcome): boolean {
  return FAILURES.includes(outcome);
}

/** Whether a tenant with this outcome is where it should be. */
export function isReached(outcome: Outcome): boolean {
  return REACHED.includes(outcome);
}

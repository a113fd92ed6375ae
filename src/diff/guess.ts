import type { Rename } from "./renames.ts";

/** Another possible new name, and why it is likely. */
export interface Candidate {
  readonly to: string;
  readonly reason: string;
}

/** Renames that are right or wrong together, and what else they could have been. */
export interface Guess {
  /** One rename; two that swap names; or many names that change in the same way. */
  readonly renames: readonly Rename[];
  /** Whether a person confirmed it, so that there is no question. */
  readonly certain: boolean;
  /** Why it is likely, in words. */
  readonly reason: string;
  /** Other candidates, best first. */
  readonly others: readonly Candidate[];
  /** Other objects that may have got this name. */
  readonly rivals?: readonly string[];
}

/** Whether a guess is about tables; else it is about columns. */
export function isTableGuess({ renames }: Guess): boolean {
  return renames.some(({ list }) => list === "tables");
}

import type { Against } from "./against.ts";
import type { WorkDifference } from "./declared-work.ts";
import type { ContentFates } from "./fates.ts";

/** What a direction does to the values that were there before it. */
export interface Grade {
  readonly grade: "lossless" | "loses" | "irreversible";
  /** The columns; or the labels of an enum type that stay. */
  readonly loses: readonly string[];
}

/** Why a revision is not proved. */
export interface NotProved {
  readonly table?: string;
  readonly reason: string;
}

/** What is known about a revision after it was tried. */
export interface Proof {
  readonly revision: string;
  readonly message: string;
  readonly proved: boolean;
  /** The upgrade was run; absent if a revision before it failed, or a question is open. */
  readonly isTried?: true;
  /** Absent if the upgrade failed. */
  readonly upgrade?: Grade;
  /** Absent if the upgrade or the downgrade failed. */
  readonly downgrade?: Grade;
  /** Absent if the upgrade failed. */
  readonly fates?: ContentFates;
  readonly notProved: readonly NotProved[];
  /** Locks and rewrites that no operation declares; absent if the upgrade failed. */
  readonly work?: readonly WorkDifference[];
  /** What it means for code of two releases; absent if that was not asked, or the upgrade failed. */
  readonly against?: Against;
  /** How many tables had rows. */
  readonly tables: number;
}

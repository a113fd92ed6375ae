import type { Lock } from "../schema/operation.ts";
import type { MeasuredWork } from "../shadow/measure.ts";
import type { Evidence, ReviewedRevision, ReviewedStep, RuleFinding } from "./finding.ts";
import type { Level } from "./level.ts";

/** A section of the documentation about a rule, in plain sentences. */
export interface RuleText {
  /** What happens. */
  readonly what: string;
  /** How long it takes, or how long it lasts. */
  readonly long: string;
  readonly why: string;
  /** What to do instead. */
  readonly instead: string;
  /** When it is right to accept it. */
  readonly accept: string;
}

/** What a test measured in PostgreSQL when it ran an operation about which the rule says something. */
export interface Claim {
  /** The strongest lock on each of the tables; absent where the rule says nothing about one. */
  readonly lock?: Lock["mode"];
  /** What PostgreSQL does to the rows before the transaction ends. */
  readonly work: readonly MeasuredWork[];
}

/** What the rules have in common. */
interface Common extends RuleText {
  /** `size`: by the size of the table. `warning by size`: a warning, but only info for a small table. */
  readonly level: Level | "size" | "warning by size";
  readonly evidence: Evidence;
  /** Absent for a rule that says nothing about a lock, and nothing about work on rows. */
  readonly measured?: Claim;
}

/** A rule about single operations. */
export interface StepRule extends Common {
  readonly find: (step: ReviewedStep) => RuleFinding | readonly RuleFinding[] | undefined;
  /** What it finds in a statement or code of a person that was measured. */
  readonly findMeasured?: FindMeasured;
}

/** Reads a finding from what was measured; nothing without a measurement. */
export type FindMeasured = (step: ReviewedStep) => readonly RuleFinding[];

/** A rule about statements and code of a person, which only a measurement shows. */
export interface MeasuredRule extends Common {
  readonly findMeasured: FindMeasured;
}

/** A rule about a revision as a whole. */
export interface RevisionRule extends Common {
  readonly findInRevision: (revision: ReviewedRevision) => RuleFinding | undefined;
}

/** A rule. */
export type ReviewRule = StepRule | RevisionRule | MeasuredRule;

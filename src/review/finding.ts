import type { Direction } from "../history/revision.ts";
import type { Lock, Operation } from "../schema/operation.ts";
import type { RuleName } from "../schema/rule-names.ts";
import type { Schema, Table } from "../schema/schema.ts";
import type { Against } from "../shadow/against.ts";
import type { MeasuredStep } from "../shadow/measure-run.ts";
import type { Level } from "./level.ts";
import type { TableSize } from "./sizes.ts";

/** Where a finding comes from: the operation alone, the schema before it, the size of the table, its rows, a measurement. */
export type Evidence = "operation" | "schema" | "size" | "rows" | "measured";

/** What a rule says about an operation or a revision. The JSON of `remodel review` has these keys. */
export interface ReviewFinding {
  readonly rule: RuleName;
  readonly level: Level;
  readonly table?: string;
  readonly revision: string;
  readonly file: string;
  readonly line: number;
  readonly direction: Direction;
  /** The name of the method on `op`; absent for a finding about the whole revision. */
  readonly operation?: string;
  readonly locks: readonly { readonly mode: Lock["mode"]; readonly on: string }[];
  readonly size?: { readonly rows: number; readonly bytes: number };
  readonly evidence: Evidence;
  /** What happens to that table, about how long, and what to write instead. */
  readonly text: string;
  /** What to write instead, as operations. Each list is one transaction; all lists together are the lines of a revision. */
  readonly recipe?: readonly (readonly RecipeStep[])[];
  /** The section about the rule. */
  readonly docs: string;
  /** Identifies the finding in later runs, wherever its line is then. */
  readonly fingerprint: string;
  /** The reason with which a person accepted it. */
  readonly accepted?: string;
}

/** An operation of a recipe: the method on `op`, its arguments and its SQL. */
export interface RecipeStep extends Pick<Operation, "name" | "args"> {
  readonly sql: readonly string[];
}

/** What a rule found. */
export interface RuleFinding {
  /** The tables that it happens to. The first one is the one that the finding is about. */
  readonly tables: readonly string[];
  readonly text: string;
  readonly recipe?: readonly (readonly Operation[])[];
  /** Earlier operations of the revision that the recipe has in their place too. */
  readonly without?: readonly Operation[];
  /** The recipe leads to another schema than the operation, so only a person can choose it. */
  readonly differs?: true;
  /** Instead of the line of the operation, or of the first one of the revision. */
  readonly line?: number;
  /** The line is in `downgrade`, and so may the acceptance be. */
  readonly isAboutDowngrade?: true;
  /** Instead of the level of the rule. */
  readonly level?: Level;
  readonly evidence?: Evidence;
}

/** An operation of a revision, with what is known when it runs. */
export interface ReviewedStep {
  readonly operation: Operation;
  readonly line: number;
  /** The schema before it. */
  readonly before: Schema;
  /** The operations of the revision before it. */
  readonly earlier: readonly ReviewedStep[];
  /** Those of them about a table or another object, and about its parts, by the name that it has then. */
  readonly earlierOn: (name: string) => readonly ReviewedStep[];
  /** The operations of the revision after it about a table or another object, and about its parts. */
  readonly laterOn: (name: string) => readonly Operation[];
  /** Which transaction of the revision it is in; `undefined` outside one. */
  readonly transaction?: number;
  /** Whether an earlier operation of the revision creates a table. */
  readonly isNew: (table: string) => boolean;
  /** The size of a table by its name for the operation; absent if it is not known. */
  readonly sizeOf: (table: string) => TableSize | undefined;
  /** What it did in a throwaway. */
  readonly measured?: MeasuredStep;
  readonly about: ReviewedSchema;
}

/** What is known of the database. */
export interface ReviewedSchema {
  /** `server_version_num`; absent without a database. */
  readonly version?: number;
  /** The schema of the connection, in which names need no schema. */
  readonly own: string;
  /** Whether a function of a default is volatile. */
  readonly isVolatile: (expression: string) => boolean;
  /** What code of a commit did in the schema after the revision, with names as operations have them; absent if it was not tried. */
  readonly against?: Against;
  /** The functions that name something without its schema; absent without a database. */
  readonly searched?: readonly SearchedFunction[];
}

/** A function whose body names tables or functions without their schemas. */
export interface SearchedFunction {
  readonly name: string;
  readonly names: readonly string[];
}

/** A rule that a person accepted in the file, with `op.accept`. */
export interface Acceptance {
  readonly rule: string;
  readonly reason: string;
  readonly line: number;
  /** The function that it is in. */
  readonly direction: Direction;
  /** The next operation. */
  readonly operation?: Operation;
  /** It is before the first operation, so it also accepts findings about the whole revision. */
  readonly isFirst: boolean;
}

/** A revision whose operations are reviewed. */
export interface ReviewedRevision {
  readonly revision: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly steps: readonly ReviewedStep[];
  /** The schema before it, and after it. */
  readonly before: Schema;
  readonly after: Schema;
  readonly acceptances: readonly Acceptance[];
  /** The operations of the way back, and the line of the first. */
  readonly downgrade: readonly Operation[];
  readonly downgradeLine: number;
  /** Whether the revision creates a table. */
  readonly creates: (table: string) => boolean;
  readonly about: ReviewedSchema;
}

/** Finds a table of the schema before an operation. */
export function findTable({ before }: Pick<ReviewedStep, "before">, name: string): Table | undefined {
  return before.tables?.find((table) => table.name === name);
}

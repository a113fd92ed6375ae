import type { Accept, Unsure } from "../compare/accept.ts";
import type { Answer, Reply } from "../questions/answer.ts";
import type { OpenTodo } from "../state/revisions.ts";

/** The answers to give. */
export interface GivenAnswers {
  /** By the ids of the questions. */
  readonly answers?: readonly { readonly id: string; readonly answer: Reply }[];
  /** The kinds of questions that are answered with yes, unless an id says otherwise. */
  readonly accept?: readonly Accept[];
}

/** An answer that was written to a file. */
export interface Given {
  readonly revision: string;
  readonly file: string;
  readonly id: string;
  readonly answer: Answer;
  /** The expression that was written into the lines. */
  readonly value?: string;
}

/** The lines that answers have deleted in a file without putting others in their place. */
export interface Deleted {
  readonly file: string;
  readonly lines: readonly string[];
}

/** What became of the questions. */
export interface Resolved {
  readonly answered: readonly Given[];
  /** What was lost with a no, so that it can be written again. */
  readonly deleted: readonly Deleted[];
  /** The questions that are still open. */
  readonly todos: readonly OpenTodo[];
  /** Accepted questions of which the answer is not sure. Some of them are still open. */
  readonly unsure: readonly Unsure[];
}

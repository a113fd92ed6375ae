import type { ReviewedRevision } from "./finding.ts";

/** A question of a revision that a person has not answered. */
export interface UnansweredQuestion {
  readonly line: number;
  readonly text: string;
}

/** Lists the open questions of a revision. It cannot run before they are answered. */
export function listOpenQuestions({ steps }: Pick<ReviewedRevision, "steps">): readonly UnansweredQuestion[] {
  const open = steps.filter(({ operation }) => operation.note === "question");
  return open.map(({ operation, line }) => ({ line, text: String(operation.args[0]) }));
}

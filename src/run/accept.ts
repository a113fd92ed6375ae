import type { RenameAnswers } from "../diff/guess.ts";
import { invert, type Rename } from "../diff/renames.ts";
import { columnWithoutValues, type Empty, findsRowsInTheWay } from "../revision/values-needed.ts";
import type { Change, Question } from "../schema/operation.ts";
import { path } from "../sql.ts";

/** Which questions are answered with the guess. */
export type Accept = Question["about"] | "all";

/** A question that `--accept` was to answer, and why it is open all the same, or answered without being sure. */
export interface Unsure {
  readonly text: string;
  readonly why: string;
  readonly open: boolean;
}

/** What is known of a question that is to be accepted. */
export interface Asking {
  readonly about: Question["about"];
  readonly text: string;
  readonly query?: string;
  /** The column that needs a value, see `columnWithoutValues`. */
  readonly empty?: Empty;
}

/** Whether questions of a kind are accepted. */
export function accepts(accept: readonly Accept[] = [], about: Question["about"]): boolean {
  return accept.includes("all") || accept.includes(about);
}

/**
 * Whether a question cannot simply be accepted: a column needs a value, or rows are in the way. Where the rows cannot be
 * counted it is accepted, and that is said: PostgreSQL refuses the revision then, and nothing is lost.
 * @param count counts the rows that a query finds
 */
export async function unsureOf(
  { text, query, empty, about }: Asking,
  count: (query: string) => Promise<number | undefined>,
): Promise<Unsure | undefined> {
  if (empty !== undefined) {
    const { table, column } = empty;
    if ((await count(`SELECT 1 FROM ${path(table)} LIMIT 1`)) === 0) return undefined;
    return { text, why: `${table}.${column} needs a value in the rows that are there.`, open: true };
  }
  if (about === "drop" || query === undefined || !findsRowsInTheWay(text)) return undefined;
  const rows = await count(query);
  if (rows === 0) return undefined;
  if (rows === undefined) return { text, why: "The rows in the way could not be counted.", open: false };
  return { text, why: rows === 1 ? "1 row is in the way." : `${rows} rows are in the way.`, open: true };
}

/** The changes without the questions that are accepted, and those that were not, or not for sure. */
export async function acceptQuestions(
  changes: readonly Change[],
  isAccepted: (change: Change, question: Question) => boolean,
  count: (query: string) => Promise<number | undefined>,
): Promise<{ readonly changes: readonly Change[]; readonly unsure: readonly Unsure[] }> {
  const unsure: Unsure[] = [];
  const all: Change[] = [];
  for (const change of changes) {
    const { question, operations } = change;
    const accepted = question !== undefined && isAccepted(change, question);
    const empty = columnWithoutValues(operations);
    const found = accepted ? await unsureOf({ ...question, ...(empty !== undefined && { empty }) }, count) : undefined;
    if (found !== undefined) unsure.push(found);
    all.push(accepted && found?.open !== true ? { operations } : change);
  }
  return { changes: all, unsure };
}

/** Whether a person said that what is dropped is no rename. */
export function isSaid(
  { operations: [first] }: Change,
  { dropped = [] }: RenameAnswers,
  renames: readonly Rename[],
): boolean {
  if (first?.name === "dropTable") return dropped.includes(String(first.args[0]));
  if (first?.name !== "dropColumn") return false;
  const [table, column] = first.args.map(String);
  const old = invert(renames).find(({ list, from }) => list === "tables" && from === table)?.to ?? table;
  return dropped.includes(`${old}.${column}`);
}

/** On the way down there are no rows yet to count, and what the way up added is dropped without a question. */
export function acceptBack(change: Change, accept: readonly Accept[] = []): Change {
  const { question, operations } = change;
  if (question === undefined) return change;
  return question.about === "drop" || accepts(accept, question.about) ? { operations } : change;
}

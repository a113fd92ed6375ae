import { joinNotes } from "../diff/place-notes.ts";
import type { RenameAnswers } from "../diff/rename-candidates.ts";
import { invert, nameAfter, type Rename } from "../diff/renames.ts";
import { dropUndefined } from "../given.ts";
import { phraseQuestion } from "../kinds/question-text.ts";
import { findNeed, type Need } from "../questions/values-needed.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Question, QuestionAbout } from "../schema/question.ts";
import { phraseRows } from "./count-rows.ts";

/** Which questions to answer with the guess. */
export type Accept = QuestionAbout | "all";

/** A question that `accept` names, and why it is open nevertheless, or answered without being sure. */
export interface Unsure {
  readonly text: string;
  readonly why: string;
  readonly open: boolean;
}

/** A question that `accept` names. */
export interface Asking {
  readonly about: QuestionAbout;
  readonly text: string;
  readonly query?: string;
  /** What happens to the rows that the query finds. */
  readonly rows?: Question["rows"];
  readonly needs?: Need;
}

/** What the database says about existing rows. */
export interface Rows {
  /** How many rows a query finds, see `countRows`; `undefined` if they cannot be counted. */
  readonly count: (query: string) => Promise<number | undefined>;
  /** Whether a table, by its name in the lines of a question, has no rows. */
  readonly isEmpty: (table: string) => Promise<boolean>;
}

/** Whether questions of a kind are accepted. */
export function accepts(accept: readonly Accept[] = [], about: QuestionAbout): boolean {
  return accept.includes("all") || accept.includes(about);
}

/**
 * Finds out whether a question cannot simply be accepted: a person has to write something, or rows are in the way. If the
 * rows cannot be counted, it is accepted with a note: PostgreSQL refuses the revision then, and nothing is lost.
 * @returns `undefined` if it can be accepted
 */
export async function findDoubt(
  { text, query, rows: effect, needs }: Asking,
  { count, isEmpty }: Rows,
): Promise<Unsure | undefined> {
  if (needs !== undefined) {
    if (needs.unlessEmpty !== undefined && (await isEmpty(needs.unlessEmpty))) return undefined;
    return { text, why: needs.text, open: true };
  }
  if (query === undefined || effect !== "fail") return undefined;
  return judgeRows(text, await count(query));
}

function judgeRows(text: string, rows: number | undefined): Unsure | undefined {
  if (rows === 0) return undefined;
  if (rows === undefined) return { text, why: "The rows in the way could not be counted.", open: false };
  return { text, why: `${phraseRows(rows)} ${rows === 1 ? "is" : "are"} in the way.`, open: true };
}

/** Accepts questions: leaves their changes without them, and lists those that stay open or are not sure. */
export async function acceptQuestions(
  changes: readonly Change[],
  isAccepted: (change: Change, question: Question) => boolean,
  rows: Rows,
): Promise<{ readonly changes: readonly Change[]; readonly unsure: readonly Unsure[] }> {
  const unsure: Unsure[] = [];
  const all: Change[] = [];
  for (const change of changes) {
    const { question, operations } = change;
    const accepted = question !== undefined && isAccepted(change, question);
    const found = accepted ? await findDoubt(describeQuestion(question, operations), rows) : undefined;
    if (found !== undefined) unsure.push(found);
    all.push(accepted && found?.open !== true ? withoutQuestion(change) : change);
  }
  return { changes: all, unsure };
}

/** A change whose question is answered with the guess. */
function withoutQuestion(change: Change): Change {
  return { operations: change.operations, ...joinNotes([change]) };
}

/** Whether an answer says that a dropped table or column was not renamed. */
export function isDeclaredDrop(
  { operations: [first] }: Change,
  { dropped = [] }: RenameAnswers,
  renames: readonly Rename[],
): boolean {
  if (first?.target?.effect !== "drop") return false;
  const { kind, table, name } = first.target;
  if (kind === "table") return dropped.includes(name);
  if (kind !== "column") return false;
  const live = table && nameAfter(invert(renames), "tables", table);
  return dropped.includes(`${live}.${name}`);
}

/**
 * Finds out whether a question of the downgrade cannot simply be accepted. There are no rows to count yet: what may fail on
 * rows is accepted with a note; what cannot run at all stays open.
 */
export function findDowngradeDoubt(asking: Asking): Unsure | undefined {
  const { text, needs, query, rows } = asking;
  const down = (why: string, open: boolean) => ({ text, why: `In downgrade: ${why}`, open });
  if (needs !== undefined) return down(needs.text, needs.unlessEmpty === undefined);
  if (query === undefined || rows !== "fail") return undefined;
  return down("it fails if rows are in the way by then.", false);
}

/** Accepts questions of the downgrade. What the upgrade added is dropped without a question. */
export function acceptDowngradeQuestions(
  changes: readonly Change[],
  accept: readonly Accept[] = [],
): { readonly changes: readonly Change[]; readonly unsure: readonly Unsure[] } {
  const unsure: Unsure[] = [];
  const all = changes.map((change) => {
    const { question, operations } = change;
    if (question?.about === "drop") return withoutQuestion(change);
    if (question === undefined || !accepts(accept, question.about)) return change;
    const found = findDowngradeDoubt(describeQuestion(question, operations));
    if (found !== undefined) unsure.push(found);
    return found?.open === true ? change : withoutQuestion(change);
  });
  return { changes: all, unsure };
}

function describeQuestion(question: Question, operations: readonly Operation[]): Asking {
  const { asks, about, query, rows } = question;
  const needs = asks === "unknown type" ? { text: "Create the type, or correct the models." } : findNeed(operations);
  return {
    about,
    text: phraseQuestion(question),
    ...dropUndefined({ query, rows, needs }),
  };
}

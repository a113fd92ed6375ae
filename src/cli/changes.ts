import { joinTexts } from "../collect.ts";
import type { Unsure } from "../compare/accept.ts";
import type { Comparison } from "../compare/compare.ts";
import { describeDropped } from "../compare/dropped-text.ts";
import type { Unplanned } from "../compare/sameness.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { describeNote } from "../kinds/note-text.ts";
import { phraseChange } from "../kinds/operation-text.ts";
import { phraseQuestion } from "../kinds/question-text.ts";
import { printableLine } from "../printable.ts";
import type { Note } from "../schema/dependencies.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Question } from "../schema/question.ts";
import type { OpenTodo } from "../state/revisions.ts";

/** An operation as `--json` prints it. */
export type OperationData = Pick<Operation, "name" | "args" | "sql"> & Required<Pick<Operation, "hazards">>;

/** A change as `--json` prints it. */
export interface ChangeData {
  readonly operations: readonly OperationData[];
  /** The question that a person has to answer, in words and as data. */
  readonly question?: { readonly text: string } & Question;
  /** The operations if the answer is no. */
  readonly otherwise?: readonly OperationData[];
}

/** An open question as `check --json` and `diff --json` print it. */
export type TodoData = Pick<OpenTodo, "revision" | "file" | "line" | "text">;

/** Changes as `--json` prints them. */
export function changesData(changes: readonly Change[]): readonly ChangeData[] {
  const data = ({ name, args, sql, hazards = [] }: Operation) => ({ name, args, sql, hazards });
  return changes.map(({ operations, question, ifNo }) => ({
    operations: operations.map(data),
    ...dropUndefined({
      question: mapGiven(question, (one) => ({ text: phraseQuestion(one), ...one })),
      otherwise: ifNo?.map(data),
    }),
  }));
}

/** Open questions as `check --json` and `diff --json` print them. */
export function todosData(todos: readonly OpenTodo[]): readonly TodoData[] {
  return todos.map(({ revision, file, line, text }) => ({ revision, file, line, text }));
}

/** The notes of a comparison, without its changes. */
export function listNotes(comparison: Comparison): readonly string[] {
  const { unmodelled, brokenDependents, dropped, unsure, unreadable, unplanned, idle } = comparison;
  const notes = [
    ...unmodelled.map(({ table, name, kind, why }) =>
      joinTexts(`Left alone: ${kind} ${name}`, table !== undefined && ` of ${table}`, `: ${why}.`),
    ),
    ...dropped.filter(({ rows }) => rows !== 0).map((one) => `Note: ${describeDropped(one)}`),
    ...unsure.map(unsureText),
    ...unreadable.map(({ where, text, message }) => `Note: PostgreSQL rejects ${text} of ${where}: ${message}.`),
    ...[...new Set(unplanned.map(unplannedText))],
    ...idle.map((pattern) => `Note: exclude has ${JSON.stringify(pattern)}, but it matches no table and no view.`),
  ];
  return [...notes.map(printableLine), ...brokenDependents.map(noteText)];
}

/** A note about an object that models do not declare, with the statements below it. */
function noteText(note: Note): string {
  return `Note: ${describeNote(note).map(printableLine).join("\n")}`;
}

function unplannedText({ where, text, as }: Unplanned): string {
  if (as === "unknown")
    return `Note: ${text} of ${where} could not be compared: the comparison needs a temporary object, and this connection cannot create one.`;
  const how = as === "printed" ? "in the form that PostgreSQL prints" : "as text";
  return `Note: ${text} of ${where} may call a function of another role. It is compared ${how} and not evaluated.`;
}

/** Matches the end of a question that introduces its query, such as "Rows in the way:". */
const BEFORE_QUERY = /(?<=[.?!])\s[^.?!]*:$/;

/** A question that is not safe to accept, and why. */
export function unsureText({ text, why, open }: Unsure): string {
  return `${open ? "Still open" : "Accepted, but not sure"}: ${text.replace(BEFORE_QUERY, "")} ${why}`;
}

/** The changes in plain words, a line for each operation, indented. */
export function listChanges(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(phraseChange).map((line) => `  ${line}`);
}

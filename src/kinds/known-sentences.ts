import type { Question } from "../schema/question.ts";
import { phraseQuestion } from "./question-text.ts";

/** What is not known in a sentence. */
export const ANY = "\0";

/**
 * Whether a text begins with a sentence.
 * @param sentence with {@link ANY} in the place of what may be anything
 */
export function beginsWith(text: string, sentence: string): boolean {
  const [start = "", ...parts] = sentence.split(ANY);
  if (!text.startsWith(start)) return false;
  let at = start.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether a text is that of a question as the tool writes it. Such a text names the object that it is about. */
export function isKnownSentence(text: string): boolean {
  return SENTENCES.some((sentence) => beginsWith(text, sentence));
}

const subject = { kind: ANY, name: ANY };
const names = { from: ANY, to: ANY };
const renamed = { about: "rename", asks: "rename", subject, ...names, also: [], reason: ANY, loses: [] } as const;
const ofTable = { about: "constraint", subject: { ...subject, table: ANY } } as const;
const dropped = { about: "drop", asks: "dropped column", subject, candidates: [ANY] } as const;

/** One question of each form. */
const QUESTIONS: readonly Question[] = [
  renamed,
  { ...renamed, isSwap: true },
  { about: "rename", asks: "rename values", subject, values: [names] },
  { ...ofTable, asks: "constraint", to: ANY },
  { ...ofTable, asks: "constraint", ...names },
  { ...ofTable, asks: "constraint", from: ANY },
  { ...ofTable, asks: "actions", ...names, reference: ANY },
  { ...ofTable, asks: "index by hand", ...names },
  { about: "constraint", asks: "not null", subject },
  { about: "constraint", asks: "null result", subject, to: ANY },
  { about: "constraint", asks: "value", subject, fill: ANY },
  { about: "type", asks: "type", subject, ...names, loses: [] },
  { about: "type", asks: "generated", subject, to: ANY },
  { about: "type", asks: "sequence", subject, ...names },
  { about: "type", asks: "unknown type", subject, columns: [ANY] },
  { about: "type", asks: "unknown type", subject, columns: [ANY], instead: ANY },
  { about: "enum", asks: "removed values", subject, loses: [ANY] },
  dropped,
  { ...dropped, isTaken: true },
  { about: "drop", asks: "unknown table", subject },
];

/** How the sentence goes on depends on what is known about the rows. */
const SENTENCES = QUESTIONS.map((question) => endAfterUnknown(phraseQuestion(question)));

function endAfterUnknown(text: string): string {
  const last = text.lastIndexOf(ANY);
  const end = text.slice(last).search(/[.?]/);
  return text.slice(0, end < 0 ? undefined : last + end + 1);
}

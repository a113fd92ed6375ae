import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { RemodelError } from "../errors.ts";
import { type Answer, answerQuestions, type OpenQuestion, openQuestions } from "../questions/edit.ts";
import { idOf } from "../questions/subject.ts";

function loadTsMorph(): typeof import("ts-morph") {
  return createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
}

/**
 * The open questions in the text of a revision file.
 * @throws RemodelError `REVISION_INVALID` with file and line if it has a syntax error
 */
export function findQuestions(file: string, text: string): readonly OpenQuestion[] {
  if (!/\btodo\b/.test(text)) return [];
  return addFileToErrors(file, () => openQuestions(text, loadTsMorph()));
}

/** The text with the answers given, see `answerQuestions`. */
export function writeAnswers(file: string, text: string, answers: ReadonlyMap<string, Answer>): string {
  return addFileToErrors(file, () => answerQuestions(text, answers, loadTsMorph()));
}

function addFileToErrors<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof RemodelError)) throw error;
    const { code, message, hint, details } = error;
    throw new RemodelError(code, `${file}:${message}`, {
      ...(hint !== undefined && { hint }),
      details: { ...details, file },
    });
  }
}

/** Where a question was recorded. */
interface RecordedQuestion {
  readonly direction: "upgrade" | "downgrade";
  readonly line: number;
  readonly text: string;
}

/**
 * The ids of questions that were recorded when their file ran.
 * @returns one for each, in their order; of a question that does not stand in the file as it is, as in a loop, its text tells
 */
export function identifyQuestions(file: string, recorded: readonly RecordedQuestion[]): readonly string[] {
  const open = findQuestions(file, readFileSync(file, "utf8"));
  return recorded.map(({ direction, line, text }) => {
    const found = open.find((one) => one.direction === direction && one.line === line);
    return found?.id ?? idOf(text);
  });
}

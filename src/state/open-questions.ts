import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { Reply } from "../questions/answer.ts";
import { answerQuestions, listDeleted, type OpenQuestion, openQuestions } from "../questions/edit.ts";
import { hashSubject } from "../questions/subject.ts";

/** Loaded when it is needed: it is large. */
function loadTsMorph(): typeof import("ts-morph") {
  return createRequire(import.meta.url)("ts-morph");
}

/**
 * Finds the open questions in the text of a revision file.
 * @throws RemodelError `REVISION_INVALID` with file and line if it has a syntax error
 */
export function findQuestions(file: string, text: string): readonly OpenQuestion[] {
  if (!/\btodo\b/.test(text)) return [];
  return addFileToErrors(file, () => openQuestions(text, loadTsMorph()));
}

/** Writes answers into the text of a revision file, see `answerQuestions`. */
export function writeAnswers(file: string, text: string, answers: ReadonlyMap<string, Reply>): string {
  return addFileToErrors(file, () => answerQuestions(text, answers, loadTsMorph()));
}

/** Lists what answers delete in the text of a revision file, see `listDeleted`. */
export function findDeleted(file: string, text: string, answers: ReadonlyMap<string, Reply>): readonly string[] {
  return addFileToErrors(file, () => listDeleted(text, answers, loadTsMorph()));
}

function addFileToErrors<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof RemodelError)) throw error;
    const { code, message, hint, details } = error;
    throw new RemodelError(code, `${file}:${message}`, {
      ...dropUndefined({ hint }),
      details: { ...details, file },
    });
  }
}

/** A question that was recorded when its file ran. */
interface RecordedQuestion {
  readonly direction: "upgrade" | "downgrade";
  readonly line: number;
  readonly text: string;
}

/**
 * Gives recorded questions their ids. A question that is not literally in the file, as one in a loop, gets an id from its
 * text.
 * @returns the questions in their order
 */
export function identifyQuestions<Question extends RecordedQuestion>(
  file: string,
  recorded: readonly Question[],
): readonly ({ readonly id: string } & Question)[] {
  if (recorded.length === 0) return [];
  const open = findQuestions(file, readFileSync(file, "utf8"));
  return recorded.map((question) => {
    const { direction, line, text } = question;
    const found = open.find((one) => one.direction === direction && one.line === line);
    return { id: found?.id ?? hashSubject(text), ...question };
  });
}

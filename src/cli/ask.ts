import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Readable } from "node:stream";
import type { Given, Resolved } from "../author/given-answers.ts";
import { renameAgain } from "../author/rename-again.ts";
import { replaceFile } from "../author/replace.ts";
import {
  answerOne,
  countQuestion,
  describeReply,
  type QuestionToAsk,
  readOpenTodos,
  readQuestions,
} from "../author/resolve.ts";
import { resolveRevisions } from "../author/todos.ts";
import { collect } from "../collect.ts";
import { MAX_COUNTED } from "../compare/count-rows.ts";
import type { Rename } from "../diff/renames.ts";
import { RemodelError } from "../errors.ts";
import type { Revision } from "../history/revision.ts";
import { printable, printableLine } from "../printable.ts";
import type { Answer, Reply } from "../questions/answer.ts";
import type { Session } from "../state/session.ts";
import { wrapText } from "../words.ts";
import { hasEditor, openEditor } from "./editor.ts";
import { type Host, type OutputStream, readWidth } from "./host.ts";

/** The terminal of a person, and the current folder. */
export interface Terminal {
  readonly input: Readable;
  readonly output: OutputStream;
  readonly cwd: string;
  /** The environment, which may name an editor. */
  readonly env?: Host["env"];
}

/** The terminal for one question. */
interface Asking extends Terminal {
  /** `3 of 31`. */
  readonly place: string;
  readonly isFirst: boolean;
}

/** The width if the terminal knows none, in characters. */
const DEFAULT_WIDTH = 100;
/** How many lines of an answer are shown. */
const SHOWN = 12;
const TODO = /^\w+\.todo\(/;
/** The width of the line at the left. */
const INDENT = 3;
/** The width of the mark before an answer. */
const LABEL = 4;

/** What a person may do with a question: answer it, or something else. */
type Choice = Reply | Rename | "later" | "back" | "editor";

/** How the file of a question was before a choice. */
interface Before {
  readonly file: string;
  readonly text: string;
  readonly id: string;
}

/** What has been chosen so far, the newest last. */
interface Progress {
  readonly answered: Given[];
  readonly later: Set<string>;
  readonly before: Before[];
}

/**
 * Asks the open questions one by one. Each answer is written at once, so that none is lost if the person stops.
 * @param session the project; if its database can be reached, the rows in the way are counted
 * @param name one revision; by default all revisions
 * @param terminal see {@link Terminal}
 */
export async function askQuestions(session: Session, name: string | undefined, terminal: Terminal): Promise<Resolved> {
  const clack = await import("@clack/prompts");
  const revisions = await resolveRevisions(session, name);
  const progress: Progress = { answered: [], later: new Set(), before: [] };
  const left = () => revisions.flatMap(readOpenTodos);
  if (left().length === 0) return { answered: [], deleted: [], todos: [], unsure: [] };
  clack.intro("remodel resolve", terminal);
  for (let open = listOpen(revisions, progress); open[0] !== undefined; open = listOpen(revisions, progress)) {
    const done = progress.before.length;
    const place = `${done + 1} of ${done + open.length}`;
    const choice = await askOne(clack, session, open[0], { ...terminal, place, isFirst: done === 0 });
    if (choice === undefined) {
      clack.cancel("Stopped. Your answers so far are saved.", terminal);
      return { answered: progress.answered, deleted: [], todos: left(), unsure: [] };
    }
    await follow(choice, open[0], progress, { session, revisions, terminal }).catch((error: unknown) => {
      clack.log.error(describeError(error), { output: terminal.output });
    });
  }
  clack.outro("Done.", terminal);
  return { answered: progress.answered, deleted: [], todos: left(), unsure: [] };
}

/** A question in its revision. */
interface Open extends QuestionToAsk {
  readonly revision: string;
}

/** The questions that are open and not put off, in the order of the revisions. */
function listOpen(revisions: readonly Revision[], { later }: Progress): readonly Open[] {
  const all = revisions.flatMap(({ id: revision, file }) => readQuestions(file).map((one) => ({ ...one, revision })));
  return all.filter((one) => !later.has(keyOf(one)));
}

function keyOf({ file, id }: Pick<Open, "file" | "id">): string {
  return `${file} ${id}`;
}

/** Where a choice is followed. */
interface Following {
  readonly session: Session;
  readonly revisions: readonly Revision[];
  readonly terminal: Terminal;
}

/** Does what was chosen, so that the next question can be asked. What is refused changes nothing. */
async function follow(choice: Choice, question: Open, progress: Progress, following: Following): Promise<void> {
  const { file, id } = question;
  if (choice === "back") return goBack(progress);
  if (choice === "editor") return openEditor(file, following.terminal.env ?? {});
  const before = { file, id, text: readFileSync(file, "utf8") };
  if (choice === "later") progress.later.add(keyOf(question));
  else progress.answered.push(await answer(choice, question, following));
  progress.before.push(before);
}

async function answer(
  choice: Reply | Rename,
  { file, id, revision }: Open,
  { session, revisions }: Following,
): Promise<Given> {
  if (typeof choice === "object" && "list" in choice) {
    for (const one of revisions.filter((other) => other.id === revision)) await renameAgain(session, one, [choice]);
    return { revision, file, id, answer: "no" };
  }
  answerOne(file, id, choice);
  return { revision, file, id, ...describeReply(choice) };
}

function describeError(error: unknown): string {
  if (error instanceof RemodelError) return printable([error.message, ...collect(error.hint)].join("\n"));
  throw error;
}

/** Takes the last choice back: the file is what it was before it. */
function goBack({ answered, later, before }: Progress): void {
  const last = before.pop();
  if (last === undefined || later.delete(keyOf(last))) return;
  answered.pop();
  replaceFile(last.file, readFileSync(last.file, "utf8"), last.text);
}

async function askOne(
  clack: typeof import("@clack/prompts"),
  session: Session,
  question: QuestionToAsk,
  { input, output, cwd, env, place: number, isFirst }: Asking,
): Promise<Choice | undefined> {
  const { file, lines, needs } = question;
  const rows = await countRowsOf(session, question);
  const place = `${relative(cwd, file)}:${lines.join(", ")}`;
  const width = readWidth(output, DEFAULT_WIDTH) - INDENT;
  const text = [`${number}  ${place}`, "", ...listQuestionLines(question, rows), "", ...candidates(question)];
  clack.log.step(text.flatMap((line) => wrapText(printable(line), width)).join("\n"), { output });
  const { message, yes, no } = labelAnswers(question, width - LABEL);
  const answer = await clack.select<Answer | Rename | "later" | "value" | "back" | "editor">({
    message,
    initialValue: needs === undefined && !rows ? "yes" : "later",
    options: [
      ...collect(!needs?.unwritten && { value: "yes" as const, label: yes }),
      { value: "no", label: no },
      ...question.candidates.map((value) => ({ value, label: `No:  ${describeRename(value)}` })),
      ...collect(question.takesValue && { value: "value" as const, label: "Write what the rows get" }),
      { value: "later", label: "Later" },
      ...collect(!isFirst && { value: "back" as const, label: "Back to the question before" }),
      ...collect(hasEditor(env) && { value: "editor" as const, label: "Open the file in the editor" }),
    ],
    showInstructions: false,
    input,
    output,
  });
  if (clack.isCancel(answer)) return undefined;
  return answer === "value" ? await askValue(clack, question, { input, output }) : answer;
}

/** Another candidate, as the tool would have guessed it. */
function describeRename({ table, from, to }: Rename): string {
  return table === undefined ? `${from} was renamed to ${to}` : `${table}.${from} was renamed to ${table}.${to}`;
}

/** Asks for an SQL expression. PostgreSQL reads it when the revision runs. */
async function askValue(
  clack: typeof import("@clack/prompts"),
  { needs }: QuestionToAsk,
  terminal: Pick<Terminal, "input" | "output">,
): Promise<Reply | undefined> {
  const expression = await clack.text({
    message: `${needs?.text ?? "What do the rows get?"} An SQL expression, such as upper(code) or 'new':`,
    validate: (text) => (text?.trim() ? undefined : "Write an expression."),
    ...terminal,
  });
  return clack.isCancel(expression) ? undefined : { expression: expression.trim() };
}

/** Counts the rows that the query of a question finds. They are often unknown until earlier operations have run. */
async function countRowsOf(session: Session, { query, direction }: QuestionToAsk): Promise<number | undefined> {
  if (query === undefined || direction !== "upgrade") return undefined;
  return await countQuestion(session, query);
}

/** The labels of the answers: the first line that each would keep, and that runs. */
function labelAnswers(
  { live, ifNo }: QuestionToAsk,
  width: number,
): { readonly message: string; readonly yes: string; readonly no: string } {
  if (ifNo.length === 0) return { message: "Keep this?", yes: "Yes", no: "No, leave it out" };
  const label = (text: string) => cut(printableLine(text), width);
  return {
    message: "Which is right?",
    yes: label(`Yes: ${firstLine(live)}`),
    no: label(`No:  ${firstLine(withoutTodos(ifNo))}`),
  };
}

/** The question with the number of rows, if it is known, and with its query. */
function listQuestionLines({ text, query, needs }: QuestionToAsk, rows: number | undefined): readonly string[] {
  const toWrite = collect(needs?.unwritten && `${needs.text} Replace the … in the file.`);
  if (query === undefined) return [text, ...toWrite];
  return [
    rows === undefined ? text : `${text} ${rows > MAX_COUNTED ? `more than ${MAX_COUNTED}` : rows}`,
    `  ${query}`,
    ...toWrite,
  ];
}

function candidates({ live, ifNo, alternatives }: QuestionToAsk): readonly string[] {
  const also = alternatives.map((line) => `  ${line}`);
  if (ifNo.length === 0) return [...also, ...shortened(live)];
  return ["If yes:", ...shortened(live), ...also, "If no:", ...shortened(ifNo)];
}

/** The calls that are no questions; all, if there is no other. */
function withoutTodos(calls: readonly string[]): readonly string[] {
  const rest = calls.filter((call) => !TODO.test(call));
  if (rest.length === 0) return calls;
  return rest;
}

/** Lines as they are shown. The text of a question inside them is left out: it is asked later. */
function shortened(calls: readonly string[]): readonly string[] {
  const lines = calls
    .map((call) => (TODO.test(call) ? "op.todo(…);" : call))
    .flatMap((call) => call.split("\n"))
    .map((line) => `  ${line}`);
  return lines.length <= SHOWN + 1 ? lines : [...lines.slice(0, SHOWN), `  … ${lines.length - SHOWN} more lines`];
}

/** The first line, with a sign if there are others. */
function firstLine(calls: readonly string[]): string {
  const [line = "", ...rest] = calls.join("\n").split("\n");
  if (rest.length === 0) return line;
  return `${line} …`;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

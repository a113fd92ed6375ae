import type { Node, SourceFile } from "ts-morph";
import { joinTexts } from "../collect.ts";
import type { Rename } from "../diff/renames.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { groupBy } from "../group-by.ts";
import type { Direction } from "../history/revision.ts";
import { does } from "../kinds/targets.ts";
import { type Call, callTarget, indexNewNames, isSameTarget, listNewNames, readNewName } from "../revision/calls.ts";
import { syntaxError } from "../revision/syntax.ts";
import type { Question } from "../schema/question.ts";
import type { Answer, Reply } from "./answer.ts";
import { type Block, type Line, readAlternative, readBodies } from "./blocks.ts";
import { conversionFinder } from "./changed-types.ts";
import { readLineNumber } from "./line-numbers.ts";
import { refuseEdited, refuseRewritten, refuseUnwritten } from "./refused-answers.ts";
import { readRowsEffect } from "./rows-effect.ts";
import { classifyQuestion, describeSubject, hashSubject } from "./subject.ts";
import { applyEdits, type Edit, listGuess, removeLines, removeNotes, uncommentLines } from "./text-edits.ts";
import { isSameCall } from "./tool-lines.ts";
import { findNeed, type Need } from "./values-needed.ts";
import { type Bodies, findIdleLines, type Identified, isPartCreated, wayBackFinder } from "./way-back.ts";
import { takesValue, writeValue } from "./write-value.ts";

type Morph = typeof import("ts-morph");

/** A question of a revision file that is not answered yet. */
export interface OpenQuestion {
  /** The same for the questions of `upgrade` and `downgrade` about one object. */
  readonly id: string;
  readonly direction: Direction;
  readonly line: number;
  readonly about: Question["about"];
  readonly text: string;
  /** The query that shows the rows that the lines affect. */
  readonly query?: string;
  /** What happens to these rows. */
  readonly rows?: NonNullable<Question["rows"]>;
  /** What a person has to write before the lines can run. */
  readonly needs?: Need;
  /** A person can give an expression for it, which is written into the lines. */
  readonly takesValue?: true;
  /** The lines of the guess. */
  readonly live: readonly string[];
  /** The commented lines to keep instead. */
  readonly ifNo: readonly string[];
  /** Other operations that a person may want: other candidates, or what to do first. */
  readonly alternatives: readonly string[];
  /** Other renames that may be meant, in the names before the revision. */
  readonly candidates: readonly Rename[];
}

/**
 * Finds the open questions of a revision file, those of `upgrade` first.
 * @param text the file
 * @param morph ts-morph, which is large and so loaded only when it is needed
 */
export function openQuestions(text: string, morph: Morph): readonly OpenQuestion[] {
  const bodies = readBodies(parseRevision(text, morph), morph);
  const find = conversionFinder(bodies);
  const renames = renameLister(bodies, morph);
  return identifyBlocks(bodies).map(({ id, block }) => {
    const needs = findBlockNeed(block);
    return {
      id,
      direction: block.direction,
      line: readLineNumber(block.todo.nodes[0]),
      about: classifyQuestion(listCalls(block.live)),
      text: block.text,
      ...(block.query !== undefined && { query: block.query, rows: readRowsEffect(block, find) }),
      ...dropUndefined({ needs }),
      ...(takesValue(block) && { takesValue: true as const }),
      live: listGuess(block).map(printLine),
      ifNo: block.ifNo.map(printLine),
      alternatives: block.alternatives.map(printLine),
      candidates: renames(block),
    };
  });
}

/** Lists the renames that other lines of a question would make. A line names the table of a column as it is called then. */
function renameLister([up]: Bodies, morph: Morph): (block: Block) => readonly Rename[] {
  const tables = listNewNames(listCalls(up.lines)).filter(({ kind }) => kind === "table");
  const before = new Map(tables.map(({ from, to }) => [to, from]));
  const toRename = (line: Line): readonly Rename[] => {
    const name = mapGiven(readAlternative(line, morph), readNewName);
    if (name === undefined) return [];
    const { kind, owner, from, to } = name;
    if (kind === "table") return [{ list: "tables", from, to }];
    return kind === "column" ? [{ list: "columns", table: before.get(owner) ?? owner, from, to }] : [];
  };
  return ({ direction, alternatives }) => (direction === "upgrade" ? alternatives.flatMap(toRename) : []);
}

/**
 * Answers questions of a revision file, in `upgrade` and `downgrade` together. Everything that the tool did not write
 * stays. Lines that were comments may contain questions, which are open then.
 * @param text the file
 * @param replies by the ids of {@link openQuestions}; other ids are ignored
 * @param morph ts-morph
 * @returns the new text of the file
 * @throws RemodelError `USAGE` for a yes to a line that must be completed, and for a no to a line that a person edited
 */
export function answerQuestions(text: string, replies: ReadonlyMap<string, Reply>, morph: Morph): string {
  const file = parseRevision(text, morph);
  const { questions, values, answerTo, gone, leftOut, back } = planAnswers(file, replies, morph);
  const edits = [
    ...questions.flatMap((one) =>
      gone.has(one) ? removeLines(listLines(one.block)) : answerBlock(one.block, answerTo(one)),
    ),
    ...values.flatMap(({ block, expression }) => writeValue(block, expression, morph)),
    ...removeLines(back),
    ...removeNotes([...leftOut.flatMap(({ block }) => listLines(block)), ...back]),
  ];
  return joinTexts(text.startsWith(BOM) && BOM, applyEdits(file.getFullText(), edits));
}

/**
 * Lists the lines that answers delete and put nothing in the place of: those of a no to a question without commented
 * lines, those of questions that are pointless then, and those that take a change back.
 * @param text the file
 * @param replies see {@link answerQuestions}
 * @param morph ts-morph
 */
export function listDeleted(text: string, replies: ReadonlyMap<string, Reply>, morph: Morph): readonly string[] {
  const { leftOut, gone, back } = planAnswers(parseRevision(text, morph), replies, morph);
  const alone = leftOut.filter((one) => gone.has(one) || one.block.ifNo.length === 0);
  return [...new Set([...alone.flatMap(({ block }) => listGuess(block)), ...back])].map(printLine);
}

/** What answers do to a file. */
interface AnswerPlan {
  readonly questions: readonly Identified[];
  readonly values: readonly Valued[];
  readonly answerTo: (one: Identified) => Answer | undefined;
  /** The questions that another answer makes pointless. */
  readonly gone: ReadonlySet<Identified>;
  /** These, and those that are answered with no. */
  readonly leftOut: readonly Identified[];
  /** The lines that take back what is left out. */
  readonly back: readonly Line[];
}

function planAnswers(file: SourceFile, replies: ReadonlyMap<string, Reply>, morph: Morph): AnswerPlan {
  const bodies = readBodies(file, morph);
  const questions = identifyBlocks(bodies);
  const values = questions.flatMap((one) => findValue(one, questions, replies));
  const answerTo = (one: Identified) => readAnswer(one, values, replies);
  for (const { id, block } of questions) if (replies.get(id) === "yes") refuseUnwritten(block);
  const refused = questions.filter((one) => answerTo(one) === "no");
  const gone = findPointless(refused, questions);
  const findWayBack = wayBackFinder(questions, bodies);
  const back = refused.flatMap((one) => [...findWayBack(one), ...findIdleLines(one.block, bodies)]);
  const leftOut = questions.filter((one) => gone.has(one) || answerTo(one) === "no");
  for (const { block } of leftOut) refuseRewritten(block);
  refuseEdited([...leftOut.flatMap(({ block }) => block.live), ...back], bodies);
  return { questions, values, answerTo, gone, leftOut, back };
}

/** A question with the expression that goes into its lines. */
interface Valued extends Identified {
  readonly expression: string;
}

/** An expression goes into the first lines that need one: those of the other direction need another one. */
function findValue(
  one: Identified,
  questions: readonly Identified[],
  replies: ReadonlyMap<string, Reply>,
): readonly Valued[] {
  const reply = replies.get(one.id);
  if (typeof reply !== "object") return [];
  const first = questions.find(({ id, block }) => id === one.id && takesValue(block));
  return first === one ? [{ ...one, ...reply }] : [];
}

/** What is lacking in the other direction stays a question. */
function readAnswer(
  one: Identified,
  values: readonly Valued[],
  replies: ReadonlyMap<string, Reply>,
): Answer | undefined {
  const reply = replies.get(one.id);
  if (typeof reply !== "object") return reply;
  const isWritten = values.some(({ block }) => block === one.block);
  return isWritten || !findNeed(one.block.calls)?.unwritten ? "yes" : undefined;
}

function listLines({ todo, live, helpers, ifNo, alternatives }: Block): readonly Line[] {
  return [todo, ...live, ...helpers, ...ifNo, ...alternatives];
}

function answerBlock({ todo, live, helpers, ifNo, alternatives }: Block, answer: Answer | undefined): readonly Edit[] {
  if (answer === undefined) return [];
  if (answer === "yes") return removeLines([todo, ...ifNo, ...alternatives]);
  return [...removeLines([todo, ...live, ...helpers, ...alternatives]), ...uncommentLines(ifNo)];
}

function findBlockNeed({ calls, isAlone }: Block): Need | undefined {
  return findNeed(isAlone ? [] : calls);
}

const BOM = "\uFEFF";

/**
 * Parses a revision file, without a byte order mark.
 * @throws RemodelError `REVISION_INVALID` for a syntax error
 */
export function parseRevision(text: string, { Project, ts }: Morph): SourceFile {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const file = project.createSourceFile("revision.ts", text.startsWith(BOM) ? text.slice(1) : text);
  const error = syntaxError(ts, file.compilerNode);
  if (error === undefined) return file;
  const { line } = file.getLineAndColumnAtPos(error.at);
  throw new RemodelError("REVISION_INVALID", `${line}: ${error.text}`, {
    hint: "Correct the syntax error.",
    details: { line },
  });
}

/** Gives each question its id. Further questions about the same object in the same direction get a number. */
function identifyBlocks(bodies: Bodies): readonly Identified[] {
  const names = indexNewNames(listNewNames(listCalls(bodies[0].lines)));
  return bodies.flatMap(({ direction, blocks }) => {
    const seen = new Map<string, number>();
    return blocks.map((block) => {
      const subject = describeSubject(listCalls(block.live), direction === "upgrade" ? undefined : names);
      const id = hashSubject(subject ?? block.text);
      const number = (seen.get(id) ?? 0) + 1;
      seen.set(id, number);
      return { id: number === 1 ? id : `${id}-${number}`, block };
    });
  });
}

function listCalls(lines: readonly Line[]): readonly Line["call"][] {
  return lines.map(({ call }) => call);
}

/** The questions that a no to others makes pointless. */
function findPointless(refused: readonly Identified[], questions: readonly Identified[]): ReadonlySet<Identified> {
  const byPlace = groupBy(questions, ({ block }) => placeOf(block.live[0]?.call));
  const near = ({ call }: Line) => byPlace.get(placeOf(call)) ?? [];
  return new Set(
    refused.flatMap(({ block }) => block.ifNo.flatMap(near).filter((other) => goesWith(other.block, block))),
  );
}

/** The table that a call is about, or whose part it is about. */
function placeOf(call: Call | undefined): string | undefined {
  const target = mapGiven(call, callTarget);
  return target && (target.owner || target.name);
}

/**
 * Whether the no to another question makes a question pointless: its lines are among those of the no, or its table or
 * column is created as it should be.
 */
function goesWith({ direction, live }: Block, refused: Block): boolean {
  const [first] = live;
  if (first === undefined || direction !== refused.direction || live === refused.live) return false;
  if (live.every(({ call }) => refused.ifNo.some((one) => isSameCall(one.call, call)))) return true;
  const target = callTarget(first.call);
  if (target === undefined) return false;
  return refused.ifNo.some(({ call }) => {
    if (does(call, "create", "column")) return isSameTarget(callTarget(call), target);
    return does(call, "create", "table") && target.owner === callTarget(call)?.name && createsParts(call, live);
  });
}

/** Whether a new table already has the constraints and indexes that some lines create. */
function createsParts(table: Call, lines: readonly Line[]): boolean {
  const inside = JSON.stringify(table.args[1]);
  const parts = lines.filter(({ call }) => isPartCreated(call)).map(({ call }) => callTarget(call)?.name);
  return parts.every((name) => inside.includes(`"name":${JSON.stringify(name)}`));
}

/** Prints a line without the slashes and the indentation. */
function printLine({ nodes }: Line): string {
  return nodes.map((node) => printNode(node)).join("\n");
}

/** The text of one node, moved to the left: a comment is one line, and a statement has the indentation of its first line. */
function printNode(node: Node): string {
  const indent = node.getSourceFile().getFullText().slice(node.getStartLinePos(), node.getStart());
  return node
    .getText()
    .replace(/^\/\/ ?/, "")
    .replaceAll(`\n${indent}`, "\n");
}

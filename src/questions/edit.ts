import { isDeepStrictEqual } from "node:util";
import type { SourceFile } from "ts-morph";
import { RemodelError } from "../errors.ts";
import type { Direction } from "../history/revision.ts";
import { does } from "../kinds/targets.ts";
import {
  type Call,
  type CallTarget,
  callTarget,
  followRenames,
  isSameTarget,
  type NewName,
  newNames,
} from "../revision/calls.ts";
import { syntaxError } from "../revision/syntax.ts";
import type { Question } from "../schema/question.ts";
import { type Block, type Body, type Line, lineOf, readBodies } from "./blocks.ts";
import { readRowsEffect } from "./rows-effect.ts";
import { classifyQuestion, describeSubject, hashSubject } from "./subject.ts";
import { applyEdits, type Edit, removeLines, uncommentLines } from "./text-edits.ts";
import { findNeed, type Need } from "./values-needed.ts";

type Morph = typeof import("ts-morph");

/** A question of a revision file that nobody has answered yet. */
export interface OpenQuestion {
  /** The same for the question of `upgrade` and that of `downgrade` which ask about one thing. */
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
  /** The lines of the guess. */
  readonly live: readonly string[];
  /** The commented lines to keep instead. */
  readonly ifNo: readonly string[];
  /** What else a person may want: other candidates, or what to do first. */
  readonly alternatives: readonly string[];
}

/**
 * What a person decided. `yes`: the guess stays. `no`: the commented lines take its place; where there are none, the
 * change is left out, in `downgrade` too, and models and database keep that difference.
 */
export type Answer = "yes" | "no";

/**
 * The open questions of a revision file, those of `upgrade` first.
 * @param text the file
 * @param morph ts-morph, which is heavy and so loaded only by who needs it
 */
export function openQuestions(text: string, morph: Morph): readonly OpenQuestion[] {
  const bodies = readBodies(parse(text, morph), morph);
  return identified(bodies).map(({ id, block }) => {
    const needs = findNeedOf(block);
    return {
      id,
      direction: block.direction,
      line: lineOf(block.todo.nodes[0]!),
      about: classifyQuestion(callsOf(block.live)),
      text: block.text,
      ...(block.query !== undefined && { query: block.query, rows: readRowsEffect(block, bodies) }),
      ...(needs !== undefined && { needs }),
      live: block.live.map(textOf),
      ifNo: block.ifNo.map(textOf),
      alternatives: block.alternatives.map(textOf),
    };
  });
}

/**
 * Answers questions of a revision file, in `upgrade` and `downgrade` together. What the tool did not write stays as it
 * is. Lines that were comments may bring questions of their own, which are open then.
 * @param text the file
 * @param answers by the ids of {@link openQuestions}; others are not looked at
 * @param morph ts-morph
 * @returns the text of the file from then on
 */
export function answerQuestions(text: string, answers: ReadonlyMap<string, Answer>, morph: Morph): string {
  const file = parse(text, morph);
  const bodies = readBodies(file, morph);
  const questions = identified(bodies);
  for (const { id, block } of questions) if (answers.get(id) === "yes") refuseUnwritten(block);
  const refused = questions.filter(({ id }) => answers.get(id) === "no");
  const gone = new Set(refused.flatMap(({ block }) => questions.filter((other) => goesWith(other.block, block))));
  const edits = [
    ...questions.flatMap((one): readonly Edit[] => {
      const { todo, live, ifNo, alternatives } = one.block;
      const answer = answers.get(one.id);
      if (gone.has(one)) return removeLines([todo, ...live, ...ifNo, ...alternatives]);
      if (answer === undefined) return [];
      return answer === "yes"
        ? removeLines([todo, ...ifNo, ...alternatives])
        : [...removeLines([todo, ...live, ...alternatives]), ...uncommentLines(ifNo)];
    }),
    ...removeLines(refused.flatMap((one) => wayBack(one, questions, bodies))),
  ];
  return `${text.startsWith(BOM) ? BOM : ""}${applyEdits(file.getFullText(), edits)}`;
}

function findNeedOf({ calls, isAlone }: Block): Need | undefined {
  return findNeed(isAlone ? [] : calls);
}

/** A yes to a line that cannot run would only hide that somebody has to complete it. */
function refuseUnwritten({ todo, calls }: Block): void {
  const needs = findNeed(calls);
  if (!needs?.unwritten) return;
  const line = lineOf(todo.nodes[0]!);
  throw new RemodelError("USAGE", `${line}: ${needs.text}`, {
    hint: "Replace the … in the file, then answer yes.",
    details: { line },
  });
}

const BOM = "\uFEFF";

function parse(text: string, { Project, ts }: Morph): SourceFile {
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

interface Identified {
  readonly id: string;
  readonly block: Block;
}

/** Questions about the same thing are told apart by a number, in each direction. */
function identified(bodies: readonly Body[]): readonly Identified[] {
  const names = newNames(callsOf(bodies[0]!.lines));
  return bodies.flatMap(({ direction, blocks }) => {
    const seen = new Map<string, number>();
    return blocks.map((block) => {
      const subject = describeSubject(callsOf(block.live), direction === "upgrade" ? [] : names);
      const id = hashSubject(subject ?? block.text);
      const number = (seen.get(id) ?? 0) + 1;
      seen.set(id, number);
      return { id: number === 1 ? id : `${id}-${number}`, block };
    });
  });
}

function callsOf(lines: readonly Line[]): readonly Line["call"][] {
  return lines.map(({ call }) => call);
}

/** Whether a question makes no sense any more after another one got a no: the table or column is made anew, as it should be. */
function goesWith({ direction, live }: Block, refused: Block): boolean {
  const [first] = live;
  if (first === undefined || direction !== refused.direction || live === refused.live) return false;
  const target = callTarget(first.call);
  if (target === undefined) return false;
  return refused.ifNo.some(({ call }) => {
    const made = callTarget(call);
    if (does(call, "create", "column")) return isSameTarget(made, target);
    if (!does(call, "create", "table") || target.owner !== made?.name) return false;
    const inside = JSON.stringify(call.args[1]);
    const extra = live.some((one) => {
      const name = JSON.stringify(callTarget(one.call)?.name);
      return makesPart(one.call) && !inside.includes(`"name":${name}`);
    });
    return !extra;
  });
}

/** Whether a call makes something that is no column: a constraint or an index. */
function makesPart(call: Call): boolean {
  return does(call, "create") && !does(call, "create", "column");
}

/** The lines of `downgrade` that take a change back which is left out, where they ask no question themselves. */
function wayBack(
  { id, block }: Identified,
  questions: readonly Identified[],
  bodies: readonly Body[],
): readonly Line[] {
  const pair = questions.some((one) => one.id === id && one.block.direction === "downgrade");
  if (block.direction === "downgrade" || block.ifNo.length > 0 || pair) return [];
  const [up, down] = bodies as readonly [Body, Body];
  const asked = new Set(down.blocks.flatMap((one) => [one.todo, ...one.live]));
  const names = newNames(callsOf(up.lines));
  const free = (line: Line | undefined) => line !== undefined && !asked.has(line);
  const taken = new Set<Line>();
  for (const { call } of block.live) {
    const isTable = does(call, "drop", "table");
    const found = down.lines.filter((line) => free(line) && !taken.has(line) && takesBack(line.call, call, names));
    const isSure = isTable || found.every((line) => isDeepStrictEqual(line.call, found[0]?.call));
    if (isSure) for (const line of isTable ? found : found.slice(0, 1)) taken.add(line);
  }
  return down.lines.flatMap((line) =>
    taken.has(line) ? [line, ...defaultsAround(line, down.lines.filter(free))] : [],
  );
}

/** Whether a call of `downgrade` is the other way of a call of `upgrade`; a person's may be about the same thing. */
function takesBack(back: Call, call: Call, names: readonly NewName[]): boolean {
  const [target, other] = [callTarget(call), renamedTarget(back, names)];
  if (does(call, "drop", "table") && makesPart(back) && other?.owner === target?.name) return true;
  if (!isSameTarget(target, other)) return false;
  if (target?.kind === "enum type") return true;
  if (does(call, "create")) return does(back, "drop");
  if (does(call, "drop")) return does(back, "create");
  const keys = ({ args }: Call) => Object.keys(Object(args[2])).filter((key) => key === "type" || key === "nullable");
  return call.target?.effect === back.target?.effect && keys(call).join() === keys(back).join();
}

function renamedTarget(call: Call, names: readonly NewName[]): CallTarget | undefined {
  const target = callTarget(call);
  return target && followRenames(target, names);
}

/** The default of a column is dropped before its type changes and set after it. A further line of the kind is a person's. */
function defaultsAround(line: Line, lines: readonly Line[]): readonly Line[] {
  const defaults = lines.filter((one) => isDefaultOf(one, line));
  const at = lines.indexOf(line);
  const isAround = defaults.filter((one) => lines.indexOf(one) < at).length === 1;
  return defaults.length === 2 && isAround ? defaults : [];
}

function isDefaultOf({ call }: Line, line: Line): boolean {
  const keys = Object.keys(Object(call.args[2]));
  return isSameTarget(callTarget(call), callTarget(line.call)) && keys.join() === "default";
}

function textOf({ nodes }: Line): string {
  const indent = nodes[0]!.getIndentationText();
  const text = nodes.map((node) => node.getText().replace(/^\/\/ ?/, "")).join("\n");
  return text.replaceAll(`\n${indent}`, "\n");
}

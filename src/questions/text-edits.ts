import type { Node } from "ts-morph";
import { type Block, isQuestion, type Line, type NonEmpty } from "./blocks.ts";
import { selectToolLines } from "./tool-lines.ts";

/** A part of the text and its replacement. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Removes lines. ts-morph's `remove()` would also remove blank lines and a person's comment at the end of the line. */
export function removeLines(lines: readonly Line[]): readonly Edit[] {
  return lines.flatMap(({ nodes }) => nodes.map(removeNode));
}

/** Removes the tool's comments about what the operations of these lines do to other objects. */
export function removeNotes(lines: readonly Line[]): readonly Edit[] {
  return lines.flatMap(({ notes = [] }) => notes.map(removeNode));
}

/** Removes a statement or a comment. Comments inside a statement are a person's, and stay. */
export function removeNode(node: Node): Edit {
  const text = node.getSourceFile().getFullText();
  const [start, end] = [node.getStart(), node.getEnd()];
  const inside = listCommentsInside(node);
  if (inside.length > 0) return { start, end, text: joinLines(inside, text, node) };
  const [from, to] = [node.getStartLinePos(), Math.max(end, node.getTrailingTriviaEnd())];
  const [before, after] = [text.slice(from, start), text.slice(end, to)];
  const [eol] = /^\r?\n/.exec(text.slice(to)) ?? [];
  if (before.trim() !== "" || eol === undefined) return { start, end, text: "" };
  if (after.trim() !== "") return { start, end: end + after.length - after.trimStart().length, text: "" };
  return { start: from, end: to + eol.length, text: "" };
}

function listCommentsInside(node: Node): readonly string[] {
  const whole = node.getText();
  if (COMMENT_START.test(whole) || !/\/[/*]/.test(whole)) return [];
  const ranges = node
    .getDescendants()
    .flatMap((one) => [...one.getLeadingCommentRanges(), ...one.getTrailingCommentRanges()]);
  const inside = ranges.filter((range) => range.getPos() >= node.getStart() && range.getEnd() <= node.getEnd());
  const texts = new Map(inside.map((range) => [range.getPos(), range.getText()]));
  return [...texts].sort(([a], [b]) => a - b).map(([, text]) => text);
}

const COMMENT_START = /^\/[/*]/;

/** The comments in the place of their statement, each on a line of its own. */
function joinLines(comments: readonly string[], text: string, node: Node): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const indent = /^[ \t]*/.exec(text.slice(node.getStartLinePos(), node.getStart()))?.[0] ?? "";
  const rest = /^[^\r\n]*/.exec(text.slice(node.getEnd()))?.[0] ?? "";
  return [...comments, ...(rest.trim() === "" ? [] : [""])].join(`${eol}${indent}`);
}

/** Turns commented lines into code. A question among them gets blank lines around it. */
export function uncommentLines(lines: readonly Line[]): readonly Edit[] {
  const apart = findNestedQuestions(lines).flatMap(([todo, ...own]) => [
    todo,
    ...lines.slice(lines.indexOf(own.at(-1) ?? todo) + 1).slice(0, 1),
  ]);
  const blanks = [...new Set(apart)].filter((line) => line !== lines[0]);
  return [...lines.flatMap(({ nodes }) => nodes.map(removeSlashes)), ...blanks.map(addBlankAbove)];
}

function removeSlashes(node: Node): Edit {
  const start = node.getStart();
  const [slashes = ""] = /^\/\/ ?/.exec(node.getText()) ?? [];
  return { start, end: start + slashes.length, text: "" };
}

function addBlankAbove({ nodes: [node] }: Line): Edit {
  const start = node.getStartLinePos();
  return { start, end: start, text: node.getSourceFile().getFullText().includes("\r\n") ? "\r\n" : "\n" };
}

/**
 * Applies edits from the end to the beginning. What is behind an edit is kept in pieces: one text would be copied for each
 * edit.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const behind: string[] = [];
  let at = text.length;
  for (const edit of joinEdits(sorted).toReversed()) {
    behind.push(text.slice(edit.end, at));
    at = edit.text === "" ? closeGap(text, edit.start, behind) : edit.start;
    behind.push(edit.text);
  }
  behind.push(text.slice(0, at));
  return behind.toReversed().join("");
}

function joinEdits(edits: readonly Edit[]): readonly Edit[] {
  const all: Edit[] = [];
  for (const next of edits) {
    const last = all.at(-1);
    if (last !== undefined && areOneGap(last, next)) all.splice(-1, 1, { ...last, end: Math.max(last.end, next.end) });
    else all.push(next);
  }
  return all;
}

function areOneGap(last: Edit, next: Edit): boolean {
  return next.start <= last.end && last.text === "" && next.text === "";
}

/**
 * Removes the blank lines below a removed paragraph too, or those above it if it is the last one.
 * @param behind what comes after the paragraph, the first piece last
 * @returns where the text above it ends
 */
function closeGap(text: string, start: number, behind: string[]): number {
  const above = findLineAbove(text, start);
  if (above === undefined || !/^\s*$|\{\s*$/.test(above)) return start;
  if (removeBlankLines(behind) || !/^[ \t]*\}/.test(readFirstLine(behind))) return start;
  let at = start;
  for (let blank = findLineAbove(text, at); blank?.trim() === ""; blank = findLineAbove(text, at)) at -= blank.length;
  return at;
}

/** Removes the blank lines at the beginning of pieces. @returns whether there were any */
function removeBlankLines(pieces: string[]): boolean {
  let isRemoved = false;
  for (let line = readFirstLine(pieces); line.endsWith("\n") && line.trim() === ""; line = readFirstLine(pieces)) {
    pieces.push((pieces.pop() ?? "").slice(line.length));
    isRemoved = true;
  }
  return isRemoved;
}

/** Reads the first line of pieces, which are joined until one has all of it. */
function readFirstLine(pieces: string[]): string {
  let first = pieces.pop() ?? "";
  while (!first.includes("\n") && pieces.length > 0) first += pieces.pop() ?? "";
  pieces.push(first);
  return first.slice(0, first.indexOf("\n") + 1) || first;
}

/** The line that ends at a position. */
function findLineAbove(text: string, at: number): string | undefined {
  if (text[at - 1] !== "\n") return undefined;
  return text.slice(text.lastIndexOf("\n", at - 2) + 1, at);
}

/** Finds the questions among commented lines, each with the lines that would be its own if the comments were code. */
function findNestedQuestions(lines: readonly Line[]): readonly NonEmpty<Line>[] {
  return lines.flatMap((line, at): readonly NonEmpty<Line>[] => {
    if (!isQuestion(line.call)) return [];
    const below = lines.slice(at + 1);
    const next = below.findIndex(({ call }) => isQuestion(call));
    const own = below.slice(0, next < 0 ? undefined : next);
    const [text] = line.call.args;
    return [[line, ...selectToolLines(own, { text: String(text), ifNo: [], back: [] })]];
  });
}

/** All lines of a guess, in their order. */
export function listGuess({ live, helpers }: Block): readonly Line[] {
  return [...live, ...helpers].sort((a, b) => a.nodes[0].getStart() - b.nodes[0].getStart());
}

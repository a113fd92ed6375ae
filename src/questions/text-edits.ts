import type { Node } from "ts-morph";
import { type Line, nestedBlocks } from "./blocks.ts";

/** A piece of the text that becomes another one. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** ts-morph's own `remove()` takes blank lines and a person's comment at the end of the line along. */
export function removeLines(lines: readonly Line[]): readonly Edit[] {
  return lines.flatMap(({ nodes }) => nodes.map(removal));
}

function removal(node: Node): Edit {
  const text = node.getSourceFile().getFullText();
  const [start, end] = [node.getStart(), node.getEnd()];
  const [from, to] = [node.getStartLinePos(), Math.max(end, node.getTrailingTriviaEnd())];
  const [before, after] = [text.slice(from, start), text.slice(end, to)];
  const [eol] = /^\r?\n/.exec(text.slice(to)) ?? [];
  if (before.trim() !== "" || eol === undefined) return { start, end, text: "" };
  if (after.trim() !== "") return { start, end: end + after.length - after.trimStart().length, text: "" };
  return { start: from, end: to + eol.length, text: "" };
}

/** Commented lines become code; what is a question among them gets its blank lines. */
export function uncommentLines(lines: readonly Line[]): readonly Edit[] {
  const nodes = lines.flatMap((line) => line.nodes);
  const apart = nestedBlocks(lines).flatMap((block) => {
    const after = lines[lines.indexOf(block.at(-1)!) + 1];
    return [block[0]!, ...(after === undefined ? [] : [after])];
  });
  const blanks = [...new Set(apart)].filter((line) => line !== lines[0]).map((line) => line.nodes[0]!);
  return [
    ...nodes.map((node) => ({ start: node.getStart(), end: node.getStart() + slashes(node), text: "" })),
    ...blanks.map((node) => ({ start: node.getStartLinePos(), end: node.getStartLinePos(), text: eolOf(node) })),
  ];
}

function eolOf(node: Node): string {
  return node.getSourceFile().getFullText().includes("\r\n") ? "\r\n" : "\n";
}

function slashes(node: Node): number {
  return /^\/\/ ?/.exec(node.getText())![0].length;
}

/** Edits from the end to the beginning, so that the positions of the statements stay what they are. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  return joined(sorted).reduceRight((now, edit) => {
    const { start, end, text } = withoutGap(now, edit);
    return `${now.slice(0, start)}${text}${now.slice(end)}`;
  }, text);
}

function joined(edits: readonly Edit[]): readonly Edit[] {
  const all: Edit[] = [];
  for (const next of edits) {
    const last = all.at(-1);
    if (last === undefined || next.start > last.end || last.text !== "" || next.text !== "") all.push(next);
    else all.splice(-1, 1, { ...last, end: Math.max(last.end, next.end) });
  }
  return all;
}

/** Where a whole paragraph goes, the blank lines below it go too, or those above the last one. */
function withoutGap(text: string, edit: Edit): Edit {
  const above = lineAbove(text, edit.start);
  if (edit.text !== "" || above === undefined || !/^\s*$|\{\s*$/.test(above)) return edit;
  let end = edit.end;
  for (let blank = blankLine(text, end); blank !== undefined; blank = blankLine(text, end)) end += blank.length;
  if (end > edit.end || !/[ \t]*\}/y.test(text.slice(end, end + 200))) return { ...edit, end };
  let start = edit.start;
  for (let blank = lineAbove(text, start); blank?.trim() === ""; blank = lineAbove(text, start)) start -= blank.length;
  return { ...edit, start };
}

/** The line that ends here, if one does. */
function lineAbove(text: string, at: number): string | undefined {
  return text[at - 1] === "\n" ? text.slice(text.lastIndexOf("\n", at - 2) + 1, at) : undefined;
}

function blankLine(text: string, at: number): string | undefined {
  const end = text.indexOf("\n", at) + 1;
  return end > 0 && text.slice(at, end).trim() === "" ? text.slice(at, end) : undefined;
}

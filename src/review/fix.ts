import { isDeepStrictEqual } from "node:util";
import { type Line, readBodies, readLineNumber } from "../questions/blocks.ts";
import { parseRevision } from "../questions/edit.ts";
import { applyEdits, type Edit, removeLines } from "../questions/text-edits.ts";
import { printCall } from "../revision/literal.ts";
import type { ReviewedStep } from "./finding.ts";
import { HAS_QUESTION, type LeftAlone, leaveAlone, type Rewriting } from "./rewrite.ts";

type Morph = typeof import("ts-morph");

/** A revision file after its operations were rewritten. */
export interface Fixed {
  readonly text: string;
  readonly done: readonly Rewriting[];
  readonly left: readonly LeftAlone[];
}

/**
 * Rewrites operations in the text of a revision file. Comments and all other lines stay as they are.
 * @param text the file
 * @param rewritings what to rewrite
 * @param morph ts-morph, which is large and so loaded only when it is needed
 * @throws RemodelError `REVISION_INVALID` for a syntax error
 */
export function fixText(text: string, rewritings: readonly Rewriting[], morph: Morph): Fixed {
  const file = parseRevision(text, morph);
  const [{ lines, blocks }] = readBodies(file, morph);
  const asked = new Set(blocks.flatMap(({ live }) => live));
  const placed = rewritings.map((rewriting) => ({ rewriting, place: findPlace(rewriting, lines, asked) }));
  const edits = placed.flatMap(({ rewriting, place }) =>
    typeof place === "string" ? [] : [...removeLines(place.without), replaceLine(place.line, rewriting)],
  );
  const start = text.length - file.getFullText().length;
  return {
    text: edits.length === 0 ? text : `${text.slice(0, start)}${applyEdits(file.getFullText(), edits)}`,
    done: placed.flatMap(({ rewriting, place }) => (typeof place === "string" ? [] : rewriting)),
    left: placed.flatMap(({ rewriting: { rule, step }, place }) =>
      typeof place === "string" ? leaveAlone(rule, step, place) : [],
    ),
  };
}

interface Place {
  readonly line: Line;
  readonly without: readonly Line[];
}

/** Where an operation and those that go with it are in the file, or why they cannot be rewritten. */
function findPlace({ step, without }: Rewriting, lines: readonly Line[], asked: ReadonlySet<Line>): Place | string {
  const [line, ...others] = [step, ...without].map((one) => findLine(one, lines));
  const known = others.filter((one) => one !== undefined);
  if (line === undefined || known.length < others.length)
    return "it is not written as a call with plain values; rewrite it by hand";
  return [line, ...known].some((one) => asked.has(one)) ? HAS_QUESTION : { line, without: known };
}

function findLine({ operation, line }: ReviewedStep, lines: readonly Line[]): Line | undefined {
  return lines.find(
    ({ nodes: [node], call }) =>
      readLineNumber(node) === line && call.name === operation.name && isDeepStrictEqual(call.args, operation.args),
  );
}

function replaceLine({ nodes: [node] }: Line, { instead }: Rewriting): Edit {
  const text = node.getSourceFile().getFullText();
  const [start, end] = [node.getStart(), node.getEnd()];
  const [indent = ""] = /^[ \t]*/.exec(text.slice(node.getStartLinePos(), start)) ?? [];
  const [op = "op"] = /^[\w$]+/.exec(node.getText()) ?? [];
  const calls = instead.map(({ name, args }) => printCall(`${op}.${name}`, args, 0));
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  return { start, end, text: calls.join("\n").split("\n").join(`${eol}${indent}`) };
}

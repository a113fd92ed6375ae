import type { Node } from "ts-morph";
import { type Line, readBodies } from "../questions/blocks.ts";
import { parseRevision } from "../questions/edit.ts";
import { readLineNumber } from "../questions/line-numbers.ts";
import { applyEdits, type Edit, removeLines, removeNode } from "../questions/text-edits.ts";
import { isCallOf } from "../revision/calls.ts";
import { printCall } from "../revision/literal.ts";
import type { ReviewedStep } from "./finding.ts";
import { type AcceptedAbove, HAS_QUESTION, type LeftAlone, leaveAlone, type Rewriting } from "./rewrite.ts";

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
  const placed = rewritings.map((rewriting) => ({ rewriting, found: findLines(rewriting, lines, asked) }));
  const edits = placed.flatMap(({ rewriting, found }) =>
    typeof found === "string" ? [] : [...removeLines(found.without), ...replaceLine(found, rewriting, morph)],
  );
  const start = text.length - file.getFullText().length;
  return {
    text: edits.length === 0 ? text : `${text.slice(0, start)}${applyEdits(file.getFullText(), edits)}`,
    done: placed.flatMap(({ rewriting, found }) => (typeof found === "string" ? [] : rewriting)),
    left: placed.flatMap(({ rewriting: { rule, step }, found }) =>
      typeof found === "string" ? leaveAlone(rule, step, found) : [],
    ),
  };
}

interface FoundLines {
  readonly line: Line;
  readonly without: readonly Line[];
  /** The calls of `op.accept` about it, in their order. */
  readonly accepted: readonly FoundAcceptance[];
}

interface FoundAcceptance extends AcceptedAbove {
  readonly node: Node;
}

/** Where an operation and those that go with it are in the file, or why they cannot be rewritten. */
function findLines(
  { step, without, accepted }: Rewriting,
  lines: readonly Line[],
  asked: ReadonlySet<Line>,
): FoundLines | string {
  const [line, ...others] = [step, ...without].map((one) => findLine(one, lines));
  const known = others.filter((one) => one !== undefined);
  if (line === undefined || known.length < others.length)
    return "it is not written as a call with plain values; rewrite it by hand";
  if ([line, ...known].some((one) => asked.has(one))) return HAS_QUESTION;
  const above = accepted.flatMap((one) => findAcceptance(line, one) ?? []);
  if (above.length < accepted.length) return "its op.accept is not right above it; rewrite it by hand";
  return { line, without: known, accepted: above };
}

/** Finds the statement that is a call of `op.accept`, in the block of the operation. */
function findAcceptance({ nodes: [node] }: Line, accepted: AcceptedAbove): FoundAcceptance | undefined {
  const found = node
    .getPreviousSiblings()
    .find((one) => readLineNumber(one) === accepted.line && /^[\w$]+\s*\.\s*accept\s*\(/.test(one.getText()));
  return found && { ...accepted, node: found };
}

function findLine({ operation, line }: ReviewedStep, lines: readonly Line[]): Line | undefined {
  return lines.find(({ nodes: [node], call }) => readLineNumber(node) === line && isCallOf(call, operation));
}

/**
 * Writes the recipe in the place of the operation. What a person accepted about the operation goes right above the step
 * that it is about now, with its comments.
 */
function replaceLine({ line, without, accepted }: FoundLines, { instead }: Rewriting, morph: Morph): readonly Edit[] {
  const [node] = line.nodes;
  const comments = [line, ...without].flatMap(({ nodes: [one] }) => listComments(one, morph));
  const [op = "op"] = /^[\w$]+/.exec(node.getText()) ?? [];
  const calls = instead.map(({ name, args }) => printCall(`${op}.${name}`, args, 0));
  const last = Math.max(0, ...accepted.map(({ at }) => at));
  const above = accepted.find(({ at }) => at === last)?.node;
  const replace = (text: readonly string[]) => ({
    start: node.getStart(),
    end: node.getEnd(),
    text: joinLines(text, node),
  });
  if (above === undefined) return [replace([...comments, ...calls])];
  const start = findCommentsAbove(above);
  const moved = accepted.filter((one) => one.at < last && (one.at >= 0 || one.node.getPos() > start));
  const printMoved = (at: number) => moved.filter((one) => one.at === at).map((one) => readWithComments(one.node));
  const before = [
    ...comments,
    ...printMoved(-1),
    ...calls.slice(0, last).flatMap((call, at) => [...printMoved(at), call]),
  ];
  return [
    ...moved.map((one) => removeWithComments(one.node)),
    ...(before.length === 0 ? [] : [{ start, end: start, text: joinLines([...before, ""], node) }]),
    replace(calls.slice(last)),
  ];
}

/** The comments between the arguments of a call. */
function listComments(node: Node, { ts }: Morph): readonly string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, node.getText());
  const comments: string[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan())
    if (kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia)
      comments.push(scanner.getTokenText().replaceAll(`\n${indentOf(node)}`, "\n"));
  return comments;
}

/** A statement with the comments right above it, as if it were not indented. */
function readWithComments(node: Node): string {
  const text = node.getSourceFile().getFullText();
  const lines = text.slice(findCommentsAbove(node), node.getEnd()).split(/\r?\n/);
  return lines.map((line) => (line.startsWith(indentOf(node)) ? line.slice(indentOf(node).length) : line)).join("\n");
}

function removeWithComments(node: Node): Edit {
  const edit = removeNode(node);
  const text = node.getSourceFile().getFullText();
  const start = findCommentsAbove(node);
  return start === node.getStart() ? edit : { ...edit, start: text.lastIndexOf("\n", start - 1) + 1 };
}

/** Where the comments begin that are right above a statement. */
function findCommentsAbove(node: Node): number {
  const text = node.getSourceFile().getFullText();
  const ranges = node.getLeadingCommentRanges();
  let start = node.getStart();
  for (const range of ranges.toReversed()) {
    if (/\n[^\S\n]*\r?\n/.test(text.slice(range.getEnd(), start))) break;
    start = range.getPos();
  }
  return start;
}

/** The lines of several calls, as deep as a statement is. */
function joinLines(calls: readonly string[], node: Node): string {
  const eol = node.getSourceFile().getFullText().includes("\r\n") ? "\r\n" : "\n";
  return calls
    .join("\n")
    .split("\n")
    .join(`${eol}${indentOf(node)}`);
}

function indentOf(node: Node): string {
  const text = node.getSourceFile().getFullText();
  const [indent = ""] = /^[ \t]*/.exec(text.slice(node.getStartLinePos(), node.getStart())) ?? [];
  return indent;
}

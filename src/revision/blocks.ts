import type { Node, SourceFile, Statement, ts as TypeScript } from "ts-morph";
import * as operations from "../kinds/operations.ts";
import { type Call, newNameOf } from "./calls.ts";
import { isAbout } from "./subject.ts";
import { parsedWhole, plainValue } from "./syntax.ts";

type Morph = typeof import("ts-morph");

/** Which function of a revision file. */
export type Direction = "upgrade" | "downgrade";

/** An operation as it stands in the file: a statement, or commented lines. */
export interface Line {
  readonly direction: Direction;
  readonly nodes: readonly Node[];
  readonly call: Call;
}

/** A question with what stands under it. */
export interface Block {
  readonly direction: Direction;
  readonly todo: Line;
  readonly text: string;
  readonly query?: string;
  /** The guess. */
  readonly live: readonly Line[];
  /** The other way, in comments. */
  readonly otherwise: readonly Line[];
  /** Comments with what else a person may want, see `Aside`. */
  readonly asides: readonly Line[];
}

/** One function of a revision file. */
export interface Body {
  readonly direction: Direction;
  /** Every operation that would run, in order. */
  readonly lines: readonly Line[];
  readonly blocks: readonly Block[];
}

/** A statement or a comment; what the tool did not write has no line. */
interface Item {
  readonly node: Node;
  readonly line?: Line;
  readonly inComment?: true;
  readonly isAside?: true;
  /** A blank line stands above it. */
  readonly apart: boolean;
}

const COMMENT = /^\/\/ ?/;
const ASIDE = /^\/\/ (?:or|first): \w+\.\w+\(/;

/** The questions of a revision file, and everything else it does. */
export function bodiesOf(file: SourceFile, morph: Morph): readonly Body[] {
  return (["upgrade", "downgrade"] as const).map((direction) => {
    const write = functionOf(file, direction, morph);
    const names = ["op", write?.getParameters()[0]?.getName() ?? "op"];
    const body = write?.getBody();
    const inner = body?.getDescendantsOfKind(morph.SyntaxKind.Block) ?? [];
    const lists = [body, ...inner].filter((node) => morph.Node.isBlock(node));
    const items = lists.map((list) => itemsOf(list.getStatementsWithComments(), direction, names, morph));
    return {
      direction,
      lines: items.flat().flatMap(({ line, inComment }) => (line === undefined || inComment ? [] : line)),
      blocks: items.flatMap((list) => list.flatMap((item, at) => (isTodo(item) ? blockAt(list, at) : []))),
    };
  });
}

/** `export function upgrade` or `export const upgrade =`. */
function functionOf(file: SourceFile, name: string, { Node }: Morph) {
  const value = file.getFunction(name) ?? file.getVariableDeclaration(name)?.getInitializer();
  return Node.isFunctionDeclaration(value) || Node.isArrowFunction(value) || Node.isFunctionExpression(value)
    ? value
    : undefined;
}

function itemsOf(
  nodes: readonly Statement[],
  direction: Direction,
  names: readonly string[],
  morph: Morph,
): readonly Item[] {
  const items: Item[] = [];
  for (let at = 0; at < nodes.length; ) {
    const commented = commentedCall(nodes, at, names, morph);
    const taken = commented?.nodes ?? [nodes[at]!];
    const isAside = ASIDE.test(nodes[at]!.getText());
    const call = isAside ? NO_CALL : (commented?.call ?? ownCall(morph.ts, nodes[at]!.compilerNode, names));
    items.push({
      node: taken[0]!,
      apart: at > 0 && isApart(nodes[at - 1]!, nodes[at]!),
      ...(call !== undefined && { line: { direction, nodes: taken, call } }),
      ...((isAside || commented !== undefined) && { inComment: true as const }),
      ...(isAside && { isAside: true as const }),
    });
    at += taken.length;
  }
  return items;
}

function isApart(above: Node, below: Node): boolean {
  return lineOf(below) - lineOf(above, above.getEnd()) > 1;
}

/** The number of the line that a statement begins on; ts-morph counts them anew each time. */
export function lineOf(node: Node, at = node.getStart()): number {
  return node.getSourceFile().compilerNode.getLineAndCharacterOfPosition(at).line + 1;
}

/** What stands in an aside never runs. */
const NO_CALL: Call = { name: "", args: [] };

/** Operations that only a person writes. */
const BY_HAND = ["sql", "run", "insertRows", "backfill"];

/** A call of an operation that the tool itself writes. */
function ownCall(ts: typeof TypeScript, node: TypeScript.Node, names: readonly string[]): Call | undefined {
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return undefined;
  const { expression: callee, arguments: args } = node.expression;
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return undefined;
  const name = callee.name.text;
  if (!names.includes(callee.expression.text) || !(name in operations) || BY_HAND.includes(name)) return undefined;
  return { name, args: args.map((arg) => plainValue(ts, arg)) };
}

/** The lines of a call that is commented out; one line does not tell where it ends. */
function commentedCall(
  nodes: readonly Statement[],
  from: number,
  names: readonly string[],
  { ts }: Morph,
): { readonly nodes: readonly Node[]; readonly call: Call } | undefined {
  const texts: string[] = [];
  for (let at = from; at < nodes.length; at += 1) {
    const text = nodes[at]!.getText();
    const follows = at === from || !isApart(nodes[at - 1]!, nodes[at]!);
    if (!follows || !COMMENT.test(text)) return undefined;
    texts.push(text.replace(COMMENT, ""));
    if (!names.some((name) => texts[0]!.startsWith(`${name}.`))) return undefined;
    const parsed = /\)\s*;?\s*$/.test(text) ? parsedWhole(ts, texts.join("\n")) : undefined;
    const call = parsed === undefined ? undefined : ownCall(ts, parsed, names);
    if (call !== undefined) return { nodes: nodes.slice(from, at + 1), call };
    if (parsed !== undefined) return undefined;
  }
  return undefined;
}

function isTodo({ line, inComment }: Item): boolean {
  return line?.call.name === "todo" && inComment === undefined;
}

/** What stands under a question, down to a blank line or the next question. */
function blockAt(items: readonly Item[], at: number): Block {
  const todo = items[at]!.line!;
  const [live, otherwise, asides]: [Line[], Line[], Line[]] = [[], [], []];
  for (const item of items.slice(at + 1)) {
    if (isTodo(item) || (item.apart && !goesOn(item, live, otherwise))) break;
    if (item.line === undefined) continue;
    if (item.isAside) asides.push(item.line);
    else if (item.inComment) otherwise.push(item.line);
    else if (otherwise.length === 0) live.push(item.line);
    else break;
  }
  const [text, query] = todo.call.args;
  return {
    direction: todo.direction,
    todo,
    text: typeof text === "string" ? text : todo.nodes[0]!.getText(),
    ...(typeof query === "string" && { query }),
    live: otherwise.length === 0 ? ofOneSubject(live) : live,
    otherwise,
    asides,
  };
}

/** Where a person has put a blank line between a question and its lines, or before the other way of a rename. */
function goesOn({ line, inComment }: Item, live: readonly Line[], otherwise: readonly Line[]): boolean {
  if (line === undefined) return false;
  if (live.length + otherwise.length === 0) return true;
  return inComment === true && newNameOf((live[0] ?? otherwise[0]!).call) !== undefined;
}

/** Questions that were comments stand among other lines, with no blank line between. */
function ofOneSubject(live: readonly Line[]): readonly Line[] {
  const [first] = live;
  if (first === undefined || newNameOf(first.call) !== undefined) return live;
  const end = live.findIndex(({ call }) => !isAbout(first.call, call));
  return end < 0 ? live : live.slice(0, end);
}

/** The lines that a question would have if the comments were code. */
export function nestedBlocks(lines: readonly Line[]): readonly (readonly Line[])[] {
  return lines.flatMap((line, at) => {
    if (line.call.name !== "todo") return [];
    const next = lines.findIndex((one, index) => index > at && one.call.name === "todo");
    return [[line, ...ofOneSubject(lines.slice(at + 1, next < 0 ? undefined : next))]];
  });
}

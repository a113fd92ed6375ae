import type { Node, SourceFile, Statement, ts as TypeScript } from "ts-morph";
import type { Direction } from "../history/revision.ts";
import { type Call, readCall, readNewName } from "../revision/calls.ts";
import { parseStatement, plainValue } from "../revision/syntax.ts";
import { isByHand, toolLines } from "./tool-lines.ts";

type Morph = typeof import("ts-morph");

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
  /** The guess, as far as the tool wrote it: what a person put between its lines is not here. */
  readonly live: readonly Line[];
  /** Every call under the question that would run, a person's too. */
  readonly calls: readonly Call[];
  /** A blank line follows the question: the tool wrote no lines for it. */
  readonly isAlone: boolean;
  /** The other way, in comments. */
  readonly ifNo: readonly Line[];
  /** Comments with what else a person may want, see `Aside`. */
  readonly alternatives: readonly Line[];
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
  /** The call, also where only a person can have written it. */
  readonly call?: Call;
  readonly inComment?: true;
  readonly isAside?: true;
  /** A blank line stands above it. */
  readonly apart: boolean;
}

const COMMENT = /^\/\/ ?/;
const ASIDE = /^\/\/ (?:or|first): \w+\.\w+\(/;

/** The questions of a revision file, and everything else it does. */
export function readBodies(file: SourceFile, morph: Morph): readonly Body[] {
  const lists = { upgrade: listsOf(file, "upgrade", morph), downgrade: listsOf(file, "downgrade", morph) };
  return (["upgrade", "downgrade"] as const).map((direction) => {
    const items = lists[direction];
    const others = lists[direction === "upgrade" ? "downgrade" : "upgrade"].flat();
    const back = others.flatMap(({ line, inComment }) => (line === undefined || !inComment ? [] : line.call));
    return {
      direction,
      lines: items.flat().flatMap(({ line, inComment }) => (line === undefined || inComment ? [] : line)),
      blocks: items.flatMap((list) => list.flatMap((item, at) => (isTodo(item) ? blockAt(list, at, back) : []))),
    };
  });
}

/** The statements and comments of a function, and of each block inside. */
function listsOf(file: SourceFile, direction: Direction, morph: Morph): readonly (readonly Item[])[] {
  const write = functionOf(file, direction, morph);
  const names = ["op", write?.getParameters()[0]?.getName() ?? "op"];
  const body = write?.getBody();
  const inner = body?.getDescendantsOfKind(morph.SyntaxKind.Block) ?? [];
  const lists = [body, ...inner].filter((node) => morph.Node.isBlock(node));
  return lists.map((list) => itemsOf(list.getStatementsWithComments(), direction, names, morph));
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
      ...(call !== undefined && { call }),
      ...(call !== undefined &&
        (isAside || !isByHand(call) || isQuestion(call)) && { line: { direction, nodes: taken, call } }),
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

/** A call of an operation. */
function ownCall(ts: typeof TypeScript, node: TypeScript.Node, names: readonly string[]): Call | undefined {
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return undefined;
  const { expression: callee, arguments: args } = node.expression;
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return undefined;
  const name = callee.name.text;
  if (!names.includes(callee.expression.text)) return undefined;
  return readCall(
    name,
    args.map((arg) => plainValue(ts, arg)),
  );
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
    const parsed = /\)\s*;?\s*$/.test(text) ? parseStatement(ts, texts.join("\n")) : undefined;
    const call = parsed === undefined ? undefined : ownCall(ts, parsed, names);
    if (call !== undefined && (!isByHand(call) || isQuestion(call))) return { nodes: nodes.slice(from, at + 1), call };
    if (parsed !== undefined) return undefined;
  }
  return undefined;
}

function isTodo({ line, inComment }: Item): boolean {
  return line !== undefined && isQuestion(line.call) && inComment === undefined;
}

function isQuestion({ note }: Call): boolean {
  return note === "question";
}

/** What stands under a question, down to a blank line or the next question. */
function blockAt(items: readonly Item[], at: number, back: readonly Call[]): Block {
  const todo = items[at]!.line!;
  const [live, ifNo, alternatives, calls]: [Line[], Line[], Line[], Call[]] = [[], [], [], []];
  for (const item of items.slice(at + 1)) {
    if (isTodo(item) || (item.apart && !goesOn(item, live, ifNo))) break;
    if (item.call !== undefined && !item.inComment) calls.push(item.call);
    if (item.line === undefined) continue;
    if (item.isAside) alternatives.push(item.line);
    else if (item.inComment) ifNo.push(item.line);
    else if (ifNo.length === 0) live.push(item.line);
  }
  const [given, query] = todo.call.args;
  const text = typeof given === "string" ? given : todo.nodes[0]!.getText();
  return {
    direction: todo.direction,
    todo,
    text,
    ...(typeof query === "string" && { query }),
    live: toolLines(live, { text, ifNo: ifNo.map(({ call }) => call), back }),
    calls,
    isAlone: items[at + 1]?.apart ?? true,
    ifNo,
    alternatives,
  };
}

/** Where a person has put a blank line between a question and its lines, or before the other way of a rename. */
function goesOn({ line, inComment }: Item, live: readonly Line[], ifNo: readonly Line[]): boolean {
  if (live.length + ifNo.length === 0) return true;
  return line !== undefined && inComment === true && readNewName((live[0] ?? ifNo[0]!).call) !== undefined;
}

/** The lines that a question would have if the comments were code. */
export function nestedBlocks(lines: readonly Line[]): readonly (readonly Line[])[] {
  return lines.flatMap((line, at) => {
    if (!isQuestion(line.call)) return [];
    const next = lines.findIndex((one, index) => index > at && isQuestion(one.call));
    const [text] = line.call.args;
    const own = lines.slice(at + 1, next < 0 ? undefined : next);
    return [[line, ...toolLines(own, { text: String(text), ifNo: [], back: [] })]];
  });
}

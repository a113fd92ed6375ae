import type { Node, SourceFile, Statement, ts as TypeScript } from "ts-morph";
import { dropUndefined } from "../given.ts";
import type { Direction } from "../history/revision.ts";
import { type Call, readCall, readNewName } from "../revision/calls.ts";
import { parseStatement, plainValue } from "../revision/syntax.ts";
import { attachNotes } from "./attached-notes.ts";
import { hasBlankAbove } from "./line-numbers.ts";
import { isGivenBack, isTakeOver, selectHelpers } from "./second-columns.ts";
import { isByHand, isNamed, selectToolLines } from "./tool-lines.ts";

type Morph = typeof import("ts-morph");
/** A list with a first item. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** An operation in a file: a statement, or commented lines. */
export interface Line {
  readonly direction: Direction;
  readonly nodes: NonEmpty<Node>;
  readonly call: Call;
  /** The comments of the tool above and below it that say what the operation does to other objects. */
  readonly notes?: readonly Node[];
}

/** A question with the lines below it. */
export interface Block {
  readonly direction: Direction;
  readonly todo: Line;
  readonly text: string;
  readonly query?: string;
  /** The lines of the guess that the tool wrote. Lines that a person added between them are left out. */
  readonly live: readonly Line[];
  /** Lines of the guess that serve the others: second columns that have the values until the types change. */
  readonly helpers: readonly Line[];
  /** Every call below the question that would run, a person's too. */
  readonly calls: readonly Call[];
  /** A blank line follows the question: the tool wrote no lines for it. */
  readonly isAlone: boolean;
  /** The commented lines, which replace the guess if the answer is no. */
  readonly ifNo: readonly Line[];
  /** Comments with other operations that a person may want, see `Alternative`. */
  readonly alternatives: readonly Line[];
}

/** One function of a revision file. */
export interface Body {
  readonly direction: Direction;
  /** Every operation that would run, in order. */
  readonly lines: readonly Line[];
  readonly blocks: readonly Block[];
  /** What the tool wrote into the other function: see `Around.back`. */
  readonly back: readonly Call[];
  /** All lines of the other function. */
  readonly opposite: readonly Call[];
}

/** What is known of the other function. */
type Opposite = Pick<Body, "back" | "opposite">;

/** The lists that the lines below a question belong to. */
interface Parts {
  readonly live: Line[];
  readonly ifNo: Line[];
  readonly alternatives: Line[];
  readonly calls: Call[];
}

/** A statement or a comment. */
interface Item {
  readonly node: Node;
  readonly part: "live" | "ifNo" | "alternatives";
  /** Its call, also if only a person can have written it. */
  readonly call?: Call;
  /** Its line, if the tool can have written it. */
  readonly line?: Line;
  readonly hasBlankAbove: boolean;
}

const COMMENT = /^\/\/ ?/;
const ALTERNATIVE = /^\/\/ (?:or|first): \w+\.\w+\(/;
const OTHER = /^\/\/ or: ((\w+)\..*)$/;
const CALL_END = /\)\s*;?\s*$/;

/** An alternative never runs, so its call is not read. */
const NO_CALL: Call = { name: "", args: [] };

/** Reads the questions and the other operations of a revision file. */
export function readBodies(file: SourceFile, morph: Morph): readonly [upgrade: Body, downgrade: Body] {
  const upgrade = readLists(file, "upgrade", morph);
  const downgrade = readLists(file, "downgrade", morph);
  return [readBody("upgrade", upgrade, downgrade.flat()), readBody("downgrade", downgrade, upgrade.flat())];
}

/** @param others the items of the other direction */
function readBody(direction: Direction, lists: readonly (readonly Item[])[], others: readonly Item[]): Body {
  const opposite = others.flatMap(({ line, part }) => (line !== undefined && part === "live" ? [line.call] : []));
  const known = { back: listToolCalls(others), opposite };
  const live = lists.flat().filter(({ part }) => part === "live");
  return {
    direction,
    lines: live.flatMap(({ line }) => line ?? []),
    blocks: lists.flatMap((list) => readBlocks(list, known)),
    ...known,
  };
}

/** The calls that only the tool can have written: commented ones, and those that the question above them names. */
function listToolCalls(items: readonly Item[]): readonly Call[] {
  let text = "";
  return items.flatMap((item) => {
    const [given] = findTodo(item)?.call.args ?? [];
    if (given !== undefined) text = String(given);
    const { line, part } = item;
    return line !== undefined && (part !== "live" || isNamed(text, line.call)) ? [line.call] : [];
  });
}

/** Reads the statements and comments of a function, and of each block inside. */
function readLists(file: SourceFile, direction: Direction, morph: Morph): readonly (readonly Item[])[] {
  const write = findFunction(file, direction, morph);
  const names = ["op", write?.getParameters()[0]?.getName() ?? "op"];
  const body = write?.getBody();
  const inner = body?.getDescendantsOfKind(morph.SyntaxKind.Block) ?? [];
  const lists = [body, ...inner].filter((node) => morph.Node.isBlock(node));
  return lists.map((list) => readItems(list.getStatementsWithComments(), direction, names, morph.ts));
}

/** Finds `export function upgrade` or `export const upgrade =`. */
function findFunction(file: SourceFile, name: string, { Node }: Morph) {
  const value = file.getFunction(name) ?? file.getVariableDeclaration(name)?.getInitializer();
  if (Node.isFunctionDeclaration(value)) return value;
  return Node.isArrowFunction(value) || Node.isFunctionExpression(value) ? value : undefined;
}

function readItems(
  nodes: readonly Statement[],
  direction: Direction,
  names: readonly string[],
  ts: typeof TypeScript,
): readonly Item[] {
  const items: Item[] = [];
  let next = 0;
  for (const [at, node] of nodes.entries()) {
    if (at < next) continue;
    const { part, call, taken } = readItem(nodes, at, node, names, ts);
    const line = call !== undefined && (part !== "live" || isToolCall(call)) && { direction, nodes: taken, call };
    items.push({
      node,
      part,
      hasBlankAbove: hasBlankAbove(nodes, at),
      ...dropUndefined({ call }),
      ...(line && { line }),
    });
    next = at + taken.length;
  }
  return attachNotes(items);
}

interface FoundCall {
  readonly part: Item["part"];
  readonly call: Call | undefined;
  readonly taken: NonEmpty<Node>;
}

/** Reads the statement or the commented call that begins at a position. */
function readItem(
  nodes: readonly Statement[],
  at: number,
  node: Statement,
  names: readonly string[],
  ts: typeof TypeScript,
): FoundCall {
  if (ALTERNATIVE.test(node.getText())) return { part: "alternatives", call: NO_CALL, taken: [node] };
  const commented = readCommentedCall(nodes, at, node, names, ts);
  return commented ?? { part: "live", call: readOwnCall(ts, node.compilerNode, names), taken: [node] };
}

/** Reads a call that is commented out. It ends with the line at which the lines so far are one statement. */
function readCommentedCall(
  nodes: readonly Statement[],
  at: number,
  node: Statement,
  names: readonly string[],
  ts: typeof TypeScript,
): FoundCall | undefined {
  if (!names.some((name) => uncomment(node).startsWith(`${name}.`))) return undefined;
  const taken: Node[] = [];
  for (const one of readComments(nodes, at)) {
    taken.push(one);
    if (!CALL_END.test(one.getText())) continue;
    const parsed = parseStatement(ts, taken.map(uncomment).join("\n"));
    if (parsed === undefined) continue;
    const call = readOwnCall(ts, parsed, names);
    if (call === undefined || !(isToolCall(call) || isGivenBack(call))) return undefined;
    return { part: "ifNo", call, taken: [node, ...taken.slice(1)] };
  }
  return undefined;
}

/** Reads the call of an alternative that replaces the guess: `// or: op.renameColumn(…);`. */
export function readAlternative({ nodes: [node] }: Line, { ts }: Morph): Call | undefined {
  const [, text = "", name = ""] = OTHER.exec(node.getText()) ?? [];
  const parsed = parseStatement(ts, text);
  return parsed && readOwnCall(ts, parsed, [name]);
}

/** Yields the comments from a position on, up to a blank line or a statement. */
function* readComments(nodes: readonly Statement[], from: number): Generator<Statement> {
  for (let at = from; at === from || !hasBlankAbove(nodes, at); at += 1) {
    const node = nodes[at];
    if (node === undefined || !COMMENT.test(node.getText())) return;
    yield node;
  }
}

function uncomment(node: Node): string {
  return node.getText().replace(COMMENT, "");
}

/** Reads a call of an operation. */
function readOwnCall(ts: typeof TypeScript, node: TypeScript.Node, names: readonly string[]): Call | undefined {
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

/** Whether the tool writes such calls. */
function isToolCall(call: Call): boolean {
  return !isByHand(call) || isQuestion(call) || isTakeOver(call);
}

/** Whether a call asks a question. */
export function isQuestion({ note }: Call): boolean {
  return note === "question";
}

/** The line of a question, unless the question is in a comment. */
function findTodo({ line, part }: Item): Line | undefined {
  return part === "live" && line !== undefined && isQuestion(line.call) ? line : undefined;
}

function readBlocks(items: readonly Item[], opposite: Opposite): readonly Block[] {
  return items.flatMap((item, at) => {
    const todo = findTodo(item);
    if (todo === undefined) return [];
    return readBlock(todo, items.slice(at + 1), opposite);
  });
}

/** @param below the items after the question */
function readBlock(todo: Line, below: readonly Item[], opposite: Opposite): Block {
  const { live, ifNo, alternatives, calls } = collectParts(below);
  const helpers = selectHelpers(live);
  const others = live.filter((line) => !helpers.includes(line));
  const [given, query] = todo.call.args;
  const text = typeof given === "string" ? given : todo.nodes[0].getText();
  return {
    direction: todo.direction,
    todo,
    text,
    ...(typeof query === "string" && { query }),
    live: selectToolLines(others, { text, ifNo: ifNo.map(({ call }) => call), ...opposite }),
    helpers,
    calls,
    isAlone: below[0]?.hasBlankAbove ?? true,
    ifNo,
    alternatives,
  };
}

/** Collects the lines below a question, down to a blank line or the next question. */
function collectParts(below: readonly Item[]): Parts {
  const parts: Parts = { live: [], ifNo: [], alternatives: [], calls: [] };
  for (const item of below) {
    if (findTodo(item) !== undefined || (item.hasBlankAbove && !continuesBlock(item, parts))) break;
    const { part, call, line } = item;
    if (call !== undefined && part === "live") parts.calls.push(call);
    if (line === undefined || (part === "live" && parts.ifNo.length > 0)) continue;
    if (part === "ifNo" && parts.ifNo.length === 0 && isGivenBack(line.call)) continue;
    parts[part].push(line);
  }
  return parts;
}

/** A person may have put a blank line between a question and its lines, or above the commented lines of a rename. */
function continuesBlock({ line, part }: Item, { live, ifNo }: Parts): boolean {
  const first = live[0] ?? ifNo[0];
  if (first === undefined) return true;
  return line !== undefined && part !== "live" && readNewName(first.call) !== undefined;
}

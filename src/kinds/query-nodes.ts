import { type Token, tokenize } from "../tokens.ts";

/** A part of SQL: a name with its dots, what is between parentheses or brackets, or any other token. */
export type QueryNode = NameNode | GroupNode | SymbolNode;

/** `shop`, `sales.shop`, `"Shop"`, `shop.*`; also every key word. */
export interface NameNode {
  readonly kind: "name";
  /** As PostgreSQL keeps them: without quotes, in lower case where there were none. */
  readonly names: readonly string[];
  /** The word in lower case, if it can be a key word: one word without quotes, and no label of a column. */
  readonly keyword?: string;
  /** `.*` follows. */
  readonly hasStar?: true;
}

/** What is between parentheses or brackets. */
export interface GroupNode {
  readonly kind: "group";
  readonly nodes: readonly QueryNode[];
  /** It has brackets: `tags[1]`. */
  readonly isSubscript?: true;
  /** `.*` follows. */
  readonly hasStar?: true;
}

/** A symbol, a string, a number or a parameter. */
export interface SymbolNode {
  readonly kind: "symbol";
  /** Empty for a string: what it says is no SQL. */
  readonly text: string;
}

const OPENING: ReadonlySet<string> = new Set(["(", "["]);
const CLOSING: ReadonlySet<string> = new Set([")", "]"]);

/** Splits SQL into nodes, without comments. Text that is no SQL gives some nodes too. */
export function readNodes(sql: string): readonly QueryNode[] {
  const tokens = tokenize(sql).filter(({ kind }) => kind !== "space" && kind !== "comment");
  const nodes: QueryNode[] = [];
  for (let at = 0; at < tokens.length; ) {
    const read = readLevel(tokens, at);
    nodes.push(...read.nodes);
    at = read.end;
  }
  return nodes;
}

interface Level {
  readonly nodes: readonly QueryNode[];
  /** The position after the closing parenthesis. */
  readonly end: number;
}

/** A node, and the position after it. */
interface ReadNode<Node extends QueryNode = QueryNode> {
  readonly node: Node;
  readonly end: number;
}

function readLevel(tokens: readonly Token[], from: number): Level {
  const nodes: QueryNode[] = [];
  let at = from;
  for (let token = tokens[at]; token !== undefined; token = tokens[at]) {
    if (token.kind === "symbol" && CLOSING.has(token.text)) return { nodes, end: at + 1 };
    const { node, end } = readNode(tokens, at, token, nodes.at(-1));
    nodes.push(node);
    at = end;
  }
  return { nodes, end: at };
}

function readNode(tokens: readonly Token[], at: number, token: Token, before: QueryNode | undefined): ReadNode {
  if (isName(token)) return readName(tokens, at, before);
  if (token.kind === "symbol" && OPENING.has(token.text)) return readGroup(tokens, at, token.text === "[");
  return { node: { kind: "symbol", text: token.kind === "string" ? "" : token.text }, end: at + 1 };
}

function readGroup(tokens: readonly Token[], from: number, isSubscript: boolean): ReadNode<GroupNode> {
  const { nodes, end } = readLevel(tokens, from + 1);
  const hasStar = isStar(tokens, end);
  const node: GroupNode = { kind: "group", nodes, ...(isSubscript && { isSubscript }), ...(hasStar && { hasStar }) };
  return { node, end: hasStar ? end + 2 : end };
}

/** Whether `.*` begins at a position. */
function isStar(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.text === "." && tokens[at + 1]?.text === "*";
}

function isName({ kind }: Token): boolean {
  return kind === "word" || kind === "name";
}

function readName(tokens: readonly Token[], from: number, before: QueryNode | undefined): ReadNode<NameNode> {
  const names: string[] = [];
  let at = from;
  for (let token = tokens[at]; token !== undefined && isName(token); token = tokens[at]) {
    names.push(unquote(token));
    at += 1;
    if (tokens[at]?.text !== ".") break;
    at += 1;
  }
  const hasStar = isStar(tokens, at - 1);
  if (hasStar) return { node: { kind: "name", names, hasStar }, end: at + 1 };
  const [keyword] = names;
  // Every word may follow AS as the label of a column, and a dot.
  const isLabel = isKeyword(before, "as") || isSymbol(before, ".");
  const isWord = names.length === 1 && tokens[from]?.kind === "word" && !isLabel;
  return { node: { kind: "name", names, ...(isWord && keyword !== undefined && { keyword }) }, end: at };
}

/** `U&"…"` has escapes. */
function unquote({ kind, text }: Token): string {
  if (kind === "word") return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const name = text.slice(text.indexOf('"') + 1, -1).replaceAll('""', '"');
  if (text.startsWith('"')) return name;
  return name.replace(/\\(?:\+([0-9a-f]{6})|([0-9a-f]{4}))/gi, (_, long: string | undefined, short: string) =>
    String.fromCodePoint(Number.parseInt(long ?? short, 16)),
  );
}

/** Whether a node is one of these key words. */
export function isKeyword(node: QueryNode | undefined, ...words: readonly string[]): boolean {
  return node?.kind === "name" && node.keyword !== undefined && words.includes(node.keyword);
}

/** Whether a node is this symbol. */
export function isSymbol(node: QueryNode | undefined, text: string): boolean {
  return node?.kind === "symbol" && node.text === text;
}

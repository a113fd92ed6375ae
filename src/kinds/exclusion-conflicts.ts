import { type Token, tokenize } from "../tokens.ts";

/** An element of an exclusion constraint: what is compared, and with which operator. */
export interface ExclusionElement {
  readonly expression: string;
  readonly operator: string;
}

/** What an exclusion constraint compares, and among which rows. */
export interface ExclusionParts {
  readonly elements: readonly ExclusionElement[];
  readonly where?: string;
}

/**
 * Reads the clause after `EXCLUDE`.
 * @returns nothing if it is not written as PostgreSQL prints it
 */
export function readExclusion(clause: string): ExclusionParts | undefined {
  const tokens = tokenize(clause).filter(({ kind }) => kind !== "comment");
  const list = readGroup(tokens, 0);
  if (list === undefined) return undefined;
  const elements = splitList(list.inside).map(readElement);
  const known = elements.filter((one) => one !== undefined);
  if (known.length === 0 || known.length < elements.length) return undefined;
  const at = tokens.findIndex((token, index) => index > list.end && isWord(token, "where"));
  const where = at < 0 ? undefined : readGroup(tokens, at)?.inside;
  return { elements: known, ...(where !== undefined && { where: joinTokens(where) }) };
}

interface Group {
  readonly inside: readonly Token[];
  /** The index of the closing parenthesis. */
  readonly end: number;
}

/** The first text in parentheses. */
function readGroup(tokens: readonly Token[], from: number): Group | undefined {
  const start = tokens.findIndex(({ text }, at) => at >= from && text === "(");
  if (start < 0) return undefined;
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    depth += measureDepth(tokens[at]);
    if (depth === 0) return { inside: tokens.slice(start + 1, at), end: at };
  }
  return undefined;
}

function measureDepth(token: Token | undefined): number {
  if (token?.text === "(" || token?.text === "[") return 1;
  return token?.text === ")" || token?.text === "]" ? -1 : 0;
}

function splitList(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += measureDepth(token);
    if (depth === 0 && token.text === ",") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** `expression [COLLATE …] [operator class] WITH operator`; the expression is a name, a call, or in parentheses. */
function readElement(tokens: readonly Token[]): ExclusionElement | undefined {
  const at = tokens.findLastIndex((token) => isWord(token, "with"));
  const before = tokens.slice(0, Math.max(at, 0)).filter(({ kind }) => kind !== "space");
  const [first, next] = before;
  const operator = joinTokens(tokens.slice(at + 1));
  if (at < 0 || first === undefined || operator === "") return undefined;
  if (!beginsGroup(first, next)) return isName(first) ? { expression: first.text, operator } : undefined;
  const group = readGroup(tokens, 0);
  return group && { expression: joinTokens(tokens.slice(0, group.end + 1)), operator };
}

/** Whether these are the first tokens of a call, or of an expression in parentheses. */
function beginsGroup(first: Token, next: Token | undefined): boolean {
  return first.text === "(" || next?.text === "(" || next?.text === ".";
}

function isName({ kind }: Token): boolean {
  return kind === "word" || kind === "name";
}

function isWord({ kind, text }: Token, word: string): boolean {
  return kind === "word" && text.toLowerCase() === word;
}

function joinTokens(tokens: readonly Token[]): string {
  return tokens
    .map(({ text }) => text)
    .join("")
    .trim();
}

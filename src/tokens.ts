/** A piece of SQL text. The texts of all tokens together are the text that was read. */
export interface Token {
  readonly kind: "space" | "comment" | "word" | "name" | "string" | "number" | "parameter" | "symbol";
  readonly text: string;
  /** Whether the text ends before the closing quote or the end of the comment. */
  readonly open?: true;
}

/**
 * The name that a token is, as PostgreSQL keeps it.
 * @param token the token, if there is one
 * @returns undefined for another token
 */
export function nameOfToken(token: Pick<Token, "kind" | "text"> | undefined): string | undefined {
  if (token?.kind === "word") return token.text.toLowerCase();
  return token?.kind === "name" ? token.text.slice(1, -1).replaceAll('""', '"') : undefined;
}

/** For PostgreSQL every character beyond ASCII is a letter, even a space or a line separator. */
const LETTER = "A-Za-z_\\u0080-\\uffff";
const SPACE = /[ \t\n\r\f\v]+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const WORD = new RegExp(`[${LETTER}][${LETTER}0-9$]*`, "y");
const NUMBER = /[0-9]+/y;
const PARAMETER = /\$[0-9]+/y;
const DOLLAR_TAG = new RegExp(`\\$(?:[${LETTER}][${LETTER}0-9]*)?\\$`, "y");
const STRING_START = /(?:[eEbBxX]|[uU]&)?'/y;
const NAME_START = /(?:[uU]&)?"/y;
/** Between two parts of one string constant there is a line break, and there may be comments. */
const CONTINUED = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;
/** `::` and `:=` are one token, so that a colon by itself is one. */
const SYMBOL = /::|:=|[\s\S]/y;

/** Reads the token at a position, if it is one of its kind. */
type Reader = (sql: string, at: number) => Token | undefined;

/** In this order; the last one takes any character. */
const READERS: readonly Reader[] = [
  matchToken("space", SPACE),
  matchToken("comment", LINE_COMMENT),
  readBlockComment,
  readString,
  readQuotedName,
  readDollarString,
  matchToken("word", WORD),
  matchToken("number", NUMBER),
  matchToken("parameter", PARAMETER),
  matchToken("symbol", SYMBOL),
];

/**
 * Splits SQL into tokens by the lexical rules of PostgreSQL 14 to 18 (scan.l), with `standard_conforming_strings` on.
 * @param sql any text, also one that is not SQL
 */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const token = readToken(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

/** A query without the semicolons, comments and spaces after it, so that it can be put into another statement. */
export function trimQuery(sql: string): string {
  const tokens = tokenize(sql);
  const isPart = ({ kind, text }: Token) => kind !== "space" && kind !== "comment" && text !== ";";
  const end = tokens.findLastIndex(isPart) + 1;
  return tokens
    .slice(0, end)
    .map(({ text }) => text)
    .join("");
}

/** SQL that other text can follow: where it ends in a comment up to the end of the line, a line break follows. */
export function endComment(sql: string): string {
  const last = tokenize(sql).at(-1);
  return last?.kind === "comment" && last.text.startsWith("--") ? `${sql}\n` : sql;
}

function readToken(sql: string, at: number): Token {
  for (const read of READERS) {
    const token = read(sql, at);
    if (token !== undefined) return token;
  }
  throw new Error(`No token at ${at}.`);
}

function matchToken(kind: Token["kind"], pattern: RegExp): Reader {
  return (sql, at) => {
    const end = findMatchEnd(pattern, sql, at);
    if (end === undefined) return undefined;
    return { kind, text: sql.slice(at, end) };
  };
}

function findMatchEnd(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at;
  if (!pattern.test(sql)) return undefined;
  return pattern.lastIndex;
}

/** @param end `undefined` where the text ends before the token does */
function cutToken(kind: Token["kind"], sql: string, at: number, end: number | undefined): Token {
  const text = sql.slice(at, end);
  if (end === undefined) return { kind, text, open: true };
  return { kind, text };
}

/** Block comments nest. */
function readBlockComment(sql: string, at: number): Token | undefined {
  if (!sql.startsWith("/*", at)) return undefined;
  const mark = /\/\*|\*\//g;
  mark.lastIndex = at + 2;
  let depth = 1;
  while (depth > 0) {
    const found = mark.exec(sql)?.[0];
    if (found === undefined) return cutToken("comment", sql, at, undefined);
    depth += found === "/*" ? 1 : -1;
  }
  return cutToken("comment", sql, at, mark.lastIndex);
}

/** A constant that continues after a line break is one constant; the rules of its first part apply to all of it. */
function readString(sql: string, at: number): Token | undefined {
  const start = findMatchEnd(STRING_START, sql, at);
  if (start === undefined) return undefined;
  const escapes = /e/i.test(sql.charAt(at));
  let end = findQuotedEnd(sql, start, "'", escapes);
  while (end !== undefined) {
    const next = findMatchEnd(CONTINUED, sql, end);
    if (next === undefined) break;
    end = findQuotedEnd(sql, next, "'", escapes);
  }
  return cutToken("string", sql, at, end);
}

/**
 * Joins the parts of a string constant. `psql` reads line by line; in the next line it no longer knows that a constant
 * began with `E`.
 */
export function joinStringParts({ text }: Token): string {
  if (!/^e/i.test(text)) return text;
  let [joined, from] = ["E'", 2];
  for (;;) {
    const end = findQuotedEnd(text, from, "'", true) ?? text.length;
    const next = findMatchEnd(CONTINUED, text, end);
    if (next === undefined) return joined + text.slice(from);
    joined += text.slice(from, end - 1);
    from = next;
  }
}

function readQuotedName(sql: string, at: number): Token | undefined {
  const start = findMatchEnd(NAME_START, sql, at);
  if (start === undefined) return undefined;
  return cutToken("name", sql, at, findQuotedEnd(sql, start, '"', false));
}

/** The position after the closing quote. A doubled quote is a character; with `escapes`, so is one after a backslash. */
function findQuotedEnd(sql: string, from: number, quote: string, escapes: boolean): number | undefined {
  for (let at = from; at < sql.length; at++) {
    const char = sql[at];
    if (escapes && char === "\\") at += 1;
    else if (char === quote && sql[at + 1] === quote) at += 1;
    else if (char === quote) return at + 1;
  }
  return undefined;
}

function readDollarString(sql: string, at: number): Token | undefined {
  const start = findMatchEnd(DOLLAR_TAG, sql, at);
  if (start === undefined) return undefined;
  const tag = sql.slice(at, start);
  const close = sql.indexOf(tag, start);
  return cutToken("string", sql, at, close < 0 ? undefined : close + tag.length);
}

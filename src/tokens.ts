/** A piece of SQL text. The texts of all tokens, one after the other, are the text that was read. */
export interface Token {
  readonly kind: "space" | "comment" | "word" | "name" | "string" | "number" | "parameter" | "symbol";
  readonly text: string;
  /** Whether the text ends before the closing quote or the end of the comment. */
  readonly open?: true;
}

/** PostgreSQL takes every character beyond ASCII for a letter, also spaces and line separators. */
const LETTER = "A-Za-z_\\u0080-\\uffff";
const SPACE = /[ \t\n\r\f\v]+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const WORD = new RegExp(`[${LETTER}][${LETTER}0-9$]*`, "y");
const NUMBER = /[0-9]+/y;
const PARAMETER = /\$[0-9]+/y;
const DOLLAR_TAG = new RegExp(`\\$(?:[${LETTER}][${LETTER}0-9]*)?\\$`, "y");
const STRING_START = /(?:[eEbBxX]|[uU]&)?'/y;
const NAME_START = /(?:[uU]&)?"/y;
/** Between two parts of one string constant: there has to be a new line, and there may be comments. */
const CONTINUED = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;
/** `::` and `:=` are one token, so that a colon by itself is one. */
const SYMBOL = /::|:=|[\s\S]/y;

/**
 * Takes SQL apart by the lexical rules of PostgreSQL 14 to 18 (scan.l), with `standard_conforming_strings` on.
 * @param sql any text, also one that is no SQL
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

function readToken(sql: string, at: number): Token {
  const plain = (kind: Token["kind"], pattern: RegExp) => {
    const end = findMatchEnd(pattern, sql, at);
    return end === undefined ? undefined : { kind, text: sql.slice(at, end) };
  };
  return (
    plain("space", SPACE) ??
    plain("comment", LINE_COMMENT) ??
    readBlockComment(sql, at) ??
    readString(sql, at) ??
    readQuotedName(sql, at) ??
    readDollarString(sql, at) ??
    plain("word", WORD) ??
    plain("number", NUMBER) ??
    plain("parameter", PARAMETER) ??
    plain("symbol", SYMBOL) ?? { kind: "symbol", text: sql.slice(at) }
  );
}

function findMatchEnd(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : undefined;
}

function cutToken(kind: Token["kind"], sql: string, at: number, end: number | undefined): Token {
  return end === undefined ? { kind, text: sql.slice(at), open: true } : { kind, text: sql.slice(at, end) };
}

/** Comments of this kind nest. */
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

/** A constant that goes on after a new line is one constant, by the rules of its first part. */
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
 * A string constant as one part. `psql` reads line by line and forgets that a constant began with `E` where it goes on
 * in another line.
 */
export function joinParts({ text }: Token): string {
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
  return start === undefined ? undefined : cutToken("name", sql, at, findQuotedEnd(sql, start, '"', false));
}

/** The place behind the closing quote. A quote that stands twice is a character; so is one behind a backslash, with `escapes`. */
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

import { parameterSql } from "../kinds/values.ts";
import { printableLine } from "../printable.ts";
import { joinStringParts, type Token, tokenize } from "../tokens.ts";

/** What ends a statement for `psql`. */
const END: Token = { kind: "symbol", text: ";" };

/**
 * Splits a text into statements as `psql` does: a semicolon between parentheses, or between BEGIN and END in the body of
 * a function, ends none. Spaces and comments alone are no statement.
 */
export function splitStatements(sql: string): readonly (readonly Token[])[] {
  let statement: Token[] = [];
  const statements = [statement];
  let [parentheses, begins] = [0, 0];
  for (const token of tokenize(sql)) {
    if (isSymbol(token, ";") && parentheses === 0 && begins === 0) {
      statement = [];
      statements.push(statement);
      continue;
    }
    if (isSymbol(token, "(")) parentheses += 1;
    if (isSymbol(token, ")")) parentheses = Math.max(0, parentheses - 1);
    begins += countBegins(token, begins, statement);
    statement.push(token);
  }
  return statements.filter((one) => one.some(isMeaningful));
}

/** How many more bodies are open after a word: `BEGIN ATOMIC … END`, and `CASE … END` in it. */
function countBegins(token: Token, begins: number, before: readonly Token[]): number {
  if (token.kind !== "word") return 0;
  const word = token.text.toUpperCase();
  if (word === "END") return -Math.min(begins, 1);
  if (word === "CASE") return Math.min(begins, 1);
  const isBody = word === "BEGIN" && /^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE)/.test(readWords(before, 4).join(" "));
  return Number(isBody);
}

/** The first words of a statement in capitals, without comments, names in quotes, constants and symbols. */
export function readWords(statement: readonly Token[], most = 12): readonly string[] {
  const words = statement.filter(({ kind }) => kind === "word");
  return words.slice(0, most).map(({ text }) => text.toUpperCase());
}

/**
 * Writes SQL for a script: with its values as constants, with a semicolon after each statement that no comment hides, and
 * without a colon that `psql` would read as one of its variables.
 */
export function writeScriptSql(sql: string, values?: readonly unknown[]): string {
  const texts = splitStatements(sql).map((statement) => {
    const end = statement.findLastIndex(isMeaningful) + 1;
    const tokens = [...statement.slice(0, end), END];
    const text = tokens.map((token, at) => writeToken(token, tokens[at - 1], tokens[at + 1], values)).join("");
    const rest = statement.slice(end).map((token) => token.text);
    return `${text.trimStart()} ${rest.join("").trim()}`.trimEnd();
  });
  return texts.join("\n");
}

function writeToken(
  token: Token,
  before: Token | undefined,
  after: Token | undefined,
  values?: readonly unknown[],
): string {
  if (isSymbol(token, ":") && after?.kind !== "space") return ": ";
  if (token.kind === "string") return joinStringParts(token);
  if (token.kind !== "parameter" || values === undefined) return token.text;
  const [left, right] = [before, after].map((one) => (one === undefined || isSeparator(one) ? "" : " "));
  return `${left}${parameterSql(values[Number(token.text.slice(1)) - 1])}${right}`;
}

/** Whether a constant keeps its meaning directly next to a token; `U&` before `'…'` would change it. */
function isSeparator({ kind, text }: Token): boolean {
  return kind === "space" || (kind === "symbol" && "(),;=[]".includes(text));
}

function isMeaningful({ kind }: Token): boolean {
  return kind !== "space" && kind !== "comment";
}

function isSymbol({ kind, text }: Token, symbol: string): boolean {
  return kind === "symbol" && text === symbol;
}

const NO_TRANSACTION =
  /^(VACUUM|(CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)|ALTER (SYSTEM|SUBSCRIPTION)|CLUSTER( VERBOSE)?$|REINDEX( \w+)* ?\b(DATABASE|SYSTEM|SCHEMA|CONCURRENTLY)\b|CREATE (UNIQUE )?INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|ALTER DATABASE .*\bSET TABLESPACE|ALTER TABLE .*\bDETACH PARTITION .*\bCONCURRENTLY$)/;

/** Whether PostgreSQL refuses the statement in a transaction, or the statement ends its transaction, as `DO` may. */
export function needsNoTransaction(statement: readonly Token[]): boolean {
  const words = readWords(statement).join(" ");
  if (/^DO\b/.test(words)) return /\b(?:COMMIT|ROLLBACK)\b/i.test(readBody(statement));
  const named = statement.some(({ kind }) => kind === "name");
  return NO_TRANSACTION.test(words) && !(named && /^CLUSTER/.test(words));
}

/** The words of the code of a `DO`, without comments and constants, which may contain COMMIT too. */
function readBody(statement: readonly Token[]): string {
  const body = statement.find(({ kind }) => kind === "string")?.text ?? "";
  const inside = /^\$[^$]*\$/.test(body) ? body.replace(/^\$[^$]*\$|\$[^$]*\$$/g, "") : body.slice(1, -1);
  return readWords(tokenize(inside), Number.POSITIVE_INFINITY).join(" ");
}

/**
 * Says why a script cannot contain a text; nothing if it can. A run sends each text alone. In a script other statements
 * follow it, and `psql` has commands of its own.
 */
export function scriptProblem(sql: string): string | undefined {
  const tokens = tokenize(sql);
  const open = tokens.find((token) => token.open);
  if (open !== undefined) return `${open.text.slice(0, 20)} … has no end`;
  if (tokens.some((token) => isSymbol(token, "\\"))) return "psql reads a backslash outside of quotes as a command";
  if (tokens.some(({ text }) => text.includes("\0"))) return "it has a zero byte";
  const depth = tokens.reduce((open, token) => open + Number(isSymbol(token, "(")) - Number(isSymbol(token, ")")), 0);
  if (depth !== 0) return "its parentheses do not match";
  const statements = splitStatements(sql);
  const heads = statements.map((statement) => readWords(statement).join(" "));
  const ending = heads.find((head) =>
    /^(BEGIN|START TRANSACTION|COMMIT|END|ROLLBACK(?!( WORK| TRANSACTION)? TO\b)|ABORT|PREPARE TRANSACTION)\b/.test(
      head,
    ),
  );
  if (ending !== undefined)
    return `${ending.split(" ")[0]} begins or ends a transaction, but the script does that itself`;
  if (heads.some((head) => /^COPY\b.*\b(STDIN|STDOUT)\b/.test(head))) return "COPY would read its rows from the script";
  if (statements.length > 1 && statements.some(needsNoTransaction))
    return "a statement that cannot run in a transaction needs a separate op.sql";
  return undefined;
}

/** A text for a one-line comment. It contains no character that any program reads as a line break. */
export function toOneLine(text: string): string {
  return printableLine(text.replace(/[\s\u0085]+/g, " ").trim());
}

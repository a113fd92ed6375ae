/**
 * What a terminal acts upon, or what makes a text look other than it is: control characters, marks that turn the
 * direction of writing, separators of lines, characters without a width that no script needs, halves of a pair.
 */
const UNSAFE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** The same text with what is not to be shown spelt out, `\x1b`; lines and tabs stay. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => (char === "\n" || char === "\t" ? char : escapeCharacter(char)));
}

/** The same for a name or a statement that belongs into one line. */
export function printableLine(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** JSON without such characters: it means the same. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (char) =>
    char === "\n" ? char : Array.from({ length: char.length }, (_, at) => `\\u${hex(char.charCodeAt(at), 4)}`).join(""),
  );
}

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeCharacter(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return SHORT[char] ?? `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\u{${hex(code, 5)}}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, "0");
}

/** Words that a secret follows, and what may stand between: `PASSWORD 'x'`, `password => E'x'`, `password=x`. */
const SECRET_WORD = String.raw`\b\w*(?:passw(?:or)?d|passphrase|secret|api_?key|access_?key|token)\w*(?:"|'(?=\s*,))?`;
const BETWEEN = String.raw`(?:\s|/\*[\s\S]*?\*/|--[^\n]*\n|:?=>?|,|::?)*`;
const STRING = String.raw`(?:[EeBbXxNn]|[Uu]&)?'(?:[^'\\]|''|\\[\s\S])*(?:'|$)`;
const DOLLAR_STRING = String.raw`\$(\w*)\$[\s\S]*?(?:\$\3\$|$)`;
const SECRET = new RegExp(`(${SECRET_WORD}${BETWEEN})(${STRING}|${DOLLAR_STRING})`, "gi");
/** In the text of a connection: `CONNECTION 'host=… password=…'`, `dblink('postgres://user:password@host')`. */
const SECRET_IN_TEXT = /(\bpass(?:word|wd)?\s*=(?!>)\s*)(?:''[^']+''|[^\s'"&;]+)/gi;
const SECRET_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*):[^\s'"]*@/gi;

/** A statement whose passwords are dots. */
export function maskSecrets(sql: string): string {
  return sql.replace(SECRET_IN_TEXT, "$1…").replace(SECRET, "$1'…'").replace(SECRET_IN_URL, "$1:…@");
}

const LONGEST = 500;
const MOST_LINES = 10;

/** The beginning of a statement, as much as a message has room for, without its passwords. */
export function shortStatement(sql: string, longest = LONGEST): string {
  const lines = maskSecrets(sql).split("\n");
  const shown = lines.length <= MOST_LINES ? lines : [...lines.slice(0, 3), `… ${lines.length - 3} more lines`];
  const text = shown.join("\n");
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

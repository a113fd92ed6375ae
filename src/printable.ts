/**
 * Characters that a terminal acts on, or that make a text look different from what it is: control characters, marks that
 * change the direction of writing, line separators, characters of no width, and single surrogates.
 */
const UNSAFE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

const LINE_BREAKS_AND_TABS = /[\n\t]/;

/** The text with unsafe characters written as escapes such as `\x1b`. Line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => (LINE_BREAKS_AND_TABS.test(char) ? char : escapeCharacter(char)));
}

/** As {@link printable}, for a name or a statement that must stay in one line: line breaks and tabs are escaped too. */
export function printableLine(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** JSON with the same meaning, in which unsafe characters are written as escapes. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (char) => {
    if (char === "\n") return char;
    return Array.from({ length: char.length }, (_, at) => `\\u${hex(char.charCodeAt(at), 4)}`).join("");
  });
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

/** Words before a secret, and what may be between the two: `PASSWORD 'x'`, `password => E'x'`, `password=x`. */
const SECRET_WORD = String.raw`\b\w*(?:passw(?:or)?d|passphrase|secret|api_?key|access_?key|token)\w*(?:"|'(?=\s*,))?`;
const BETWEEN = String.raw`(?:\s|/\*[\s\S]*?\*/|--[^\n]*\n|:?=>?|,|::?)*`;
const STRING = String.raw`(?:[EeBbXxNn]|[Uu]&)?'(?:[^'\\]|''|\\[\s\S])*(?:'|$)`;
const DOLLAR_STRING = String.raw`\$(\w*)\$[\s\S]*?(?:\$\3\$|$)`;
const SECRET = new RegExp(`(${SECRET_WORD}${BETWEEN})(${STRING}|${DOLLAR_STRING})`, "gi");
/** In a connection string: `CONNECTION 'host=… password=…'`, `dblink('postgres://user:password@host')`. */
const SECRET_IN_TEXT = /(\bpass(?:word|wd)?\s*=(?!>)\s*)(?:''[^']+''|[^\s'"&;]+)/gi;
const SECRET_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*):[^\s'"]*@/gi;

/** The statement with `…` in the place of each password. */
export function maskSecrets(sql: string): string {
  return sql.replace(SECRET_IN_TEXT, "$1…").replace(SECRET, "$1'…'").replace(SECRET_IN_URL, "$1:…@");
}

const LONGEST = 500;
const MOST_LINES = 10;

/** The beginning of a statement, short enough for a message, with `…` in the place of each password. */
export function shortStatement(sql: string, longest = LONGEST): string {
  const lines = maskSecrets(sql).split("\n");
  if (lines.length > MOST_LINES) lines.splice(3, lines.length, `… ${lines.length - 3} more lines`);
  const text = lines.join("\n");
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

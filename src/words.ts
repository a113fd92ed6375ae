import { byCodeUnit } from "./code-units.ts";

/** `a`, `a and b`, `a, b and c`; `none` for an empty list. From the twelfth name on it only says how many more there are. */
export function joinNames(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 11), `${formatCount(names.length - 11)} more`] : names;
  if (shown.length < 2) return shown[0] ?? "none";
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** `1,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** `1 revision`, `2 revisions`, `1,000 revisions`. */
export function plural(number: number, word: string): string {
  return number === 1 ? `1 ${word}` : `${formatCount(number)} ${word}s`;
}

/**
 * Finds the names that a person may have meant.
 * @param word what the person typed
 * @param names what exists
 * @returns at most three names that are few keystrokes away, the nearest first
 */
export function findNearestWords(word: string, names: readonly string[]): string[] {
  // Two words of two letters that have none in common are two keystrokes apart.
  const limit = Math.min(word.length - 1, Math.max(2, Math.floor(word.length / 3)));
  return names
    .map((name) => ({ name, far: Math.min(countEdits(word, name), countEdits(word, name.slice(0, word.length)) + 1) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far || byCodeUnit(a.name, b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** How many characters have to be inserted, deleted or changed (Levenshtein distance). */
function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, char] of a.split("").entries()) {
    let [left, diagonal] = [i + 1, i];
    const rest = row.slice(1).map((above, j) => {
      left = Math.min(above + 1, left + 1, diagonal + Number(char !== b[j]));
      diagonal = above;
      return left;
    });
    row = [i + 1, ...rest];
  }
  return row.at(-1) ?? 0;
}

/** Whether a text contains a name as a whole word. */
export function hasWord(text: string, name: string): boolean {
  const at = text.indexOf(name);
  if (at < 0) return false;
  const around = [text[at - 1] ?? "", text[at + name.length] ?? ""];
  return around.every((one) => !/[\p{L}\p{N}_]/u.test(one)) || hasWord(text.slice(at + name.length), name);
}

/** Breaks a text into lines of a width. All of its lines have the indentation of the first. */
export function wrapText(text: string, width: number): readonly string[] {
  const indent = (/^ */.exec(text)?.[0] ?? "").slice(0, Math.max(0, Math.floor(width / 2)));
  const room = Math.max(1, width - indent.length);
  const lines: string[] = [];
  for (const word of text
    .trimStart()
    .split(" ")
    .flatMap((word) => pieces(word, room))) {
    const line = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && line.length <= room) lines.splice(-1, 1, line);
    else lines.push(word);
  }
  return lines.map((line) => `${indent}${line}`.trimEnd());
}

function pieces(word: string, room: number): readonly string[] {
  if (word.length <= room) return [word];
  return [word.slice(0, room), ...pieces(word.slice(room), room)];
}

/** A problem, and below it, indented, what to do. */
export function withHint(problem: string, hint: string): string {
  return [problem, ...hint.split("\n")].join("\n  ");
}

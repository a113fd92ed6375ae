import { structuredPatch } from "diff";
import { LONGEST_MS } from "./text.ts";

/** Below this width a line would have no room for a name. */
const LEAST_WIDTH = 40;

/** One line of two texts side by side; undefined if a text has no such line. */
export interface LinePair {
  readonly left?: string;
  readonly right?: string;
}

/**
 * Puts the lines of two texts side by side, in one block for each difference.
 * @param context how many equal lines there are around a difference
 * @returns nothing if they are too different to compare line by line
 */
export function pairTexts(
  before: string,
  after: string,
  context: number,
): readonly (readonly LinePair[])[] | undefined {
  const options = { context, timeout: LONGEST_MS };
  const patch = structuredPatch("", "", before, after, undefined, undefined, options);
  return patch?.hunks.map(({ lines }) => pairLines(lines));
}

/**
 * Prints two texts side by side, as `diff --side-by-side` does: `|` between lines that differ, `<` and `>` next to a
 * line that only one text has, and equal lines only around differences.
 * @param width the width of the terminal, in characters
 * @returns an empty text if they are equal
 */
export function printSideBySide(
  before: string,
  after: string,
  names: readonly [string, string],
  width: number,
): string {
  if (before === after) return "";
  const hunks = pairTexts(before, after, 3);
  if (hunks === undefined) return "(too different to compare line by line)\n";
  const half = Math.floor((Math.max(width, LEAST_WIDTH) - 3) / 2);
  const rule = `${"─".repeat(half)}───${"─".repeat(half)}`;
  const blocks = hunks.map((pairs) => pairs.map((pair) => printPair(pair, half)));
  const body = blocks.map((block) => [rule, ...block].join("\n"));
  return `${[printPair({ left: names[0], right: names[1] }, half, " "), ...body].join("\n")}\n`;
}

/** Puts the lines of a hunk side by side: the first removed line next to the first added one, and so on. */
function pairLines(lines: readonly string[]): readonly LinePair[] {
  const pairs: LinePair[] = [];
  let [removed, added]: [string[], string[]] = [[], []];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) pairs.push(makePair(removed[at], added[at]));
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    const text = line.slice(1);
    if (line.startsWith("-")) removed.push(text);
    else if (line.startsWith("+")) added.push(text);
    else if (line.startsWith(" ")) {
      flush();
      pairs.push({ left: text, right: text });
    }
  }
  flush();
  return pairs;
}

function makePair(left: string | undefined, right: string | undefined): LinePair {
  return { ...(left !== undefined && { left }), ...(right !== undefined && { right }) };
}

function printPair({ left, right }: LinePair, half: number, mark = markOf({ left, right })): string {
  return `${fit(left ?? "", half).padEnd(half)} ${mark} ${fit(right ?? "", half)}`.trimEnd();
}

/** `|` between lines that differ, `<` and `>` next to a line that only one text has, and a space between equal ones. */
export function markOf({
  left,
  right,
}: {
  readonly left?: string | undefined;
  readonly right?: string | undefined;
}): string {
  if (left === right) return " ";
  if (left === undefined) return ">";
  if (right === undefined) return "<";
  return "|";
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

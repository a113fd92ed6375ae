import { structuredPatch } from "diff";
import { dropUndefined } from "../given.ts";
import { printableLine } from "../printable.ts";
import { wrapText } from "../words.ts";
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
 * line that only one text has, and equal lines only around differences. A line that is too long goes on in the next one.
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

/** Puts the lines of a hunk side by side: removed lines next to the added ones that they are most like. */
function pairLines(lines: readonly string[]): readonly LinePair[] {
  const pairs: LinePair[] = [];
  let [removed, added]: [string[], string[]] = [[], []];
  const flush = () => {
    pairs.push(...pairAlike(removed, added));
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

/** Above this number of comparisons lines are not compared. */
const MOST_COMPARISONS = 40_000;
/** Lines that have less in common are not shown as one line that differs. */
const LEAST_ALIKE = 0.5;

/** Pairs lines in their order, so that the pairs have the most words in common. */
function pairAlike(removed: readonly string[], added: readonly string[]): readonly LinePair[] {
  const tooMany = removed.length * added.length > MOST_COMPARISONS;
  const likeness = tooMany ? () => 0 : compareWords(removed, added);
  const best = sumLikeness(removed.length, added.length, likeness);
  const pairs: LinePair[] = [];
  let [at, to] = [0, 0];
  while (at < removed.length || to < added.length) {
    const alike = likeness(at, to);
    const isPair = alike > 0 && best(at, to) === alike + best(at + 1, to + 1);
    const isGone = !isPair && at < removed.length && best(at, to) === best(at + 1, to);
    const [fromLeft, fromRight] = [Number(isPair || isGone), Number(!isGone)];
    const [[left], [right]] = [removed.slice(at, at + fromLeft), added.slice(to, to + fromRight)];
    pairs.push(makePair(left, right));
    at += fromLeft;
    to += fromRight;
  }
  return pairs;
}

/** How much two lines have in common, from 0 to 1; 0 if it is little. */
type Likeness = (removed: number, added: number) => number;

function compareWords(removed: readonly string[], added: readonly string[]): Likeness {
  const [left, right] = [removed, added].map((lines) => lines.map((line) => new Set(line.trim().split(/\s+/))));
  return (at, to) => {
    const [one, other] = [left?.[at], right?.[to]];
    if (one === undefined || other === undefined) return 0;
    const shared = [...one].filter((word) => other.has(word)).length;
    const alike = (2 * shared) / (one.size + other.size);
    return alike < LEAST_ALIKE ? 0 : alike;
  };
}

/** The most that the lines from a place on can have in common. */
function sumLikeness(left: number, right: number, likeness: Likeness): Likeness {
  const sums: number[][] = [];
  const read: Likeness = (at, to) => sums[at]?.[to] ?? 0;
  for (let at = left - 1; at >= 0; at -= 1) {
    const row: number[] = [];
    sums[at] = row;
    for (let to = right - 1; to >= 0; to -= 1) {
      const alike = likeness(at, to);
      const paired = alike > 0 ? alike + read(at + 1, to + 1) : 0;
      row[to] = Math.max(paired, read(at + 1, to), row[to + 1] ?? 0);
    }
  }
  return read;
}

function makePair(left: string | undefined, right: string | undefined): LinePair {
  return dropUndefined({ left, right });
}

/** Prints a pair, in as many lines as its longer side needs: what differs may be at the end. */
function printPair(pair: LinePair, half: number, mark = markOf(pair)): string {
  const [left, right] = [wrapSide(pair.left, half), wrapSide(pair.right, half)];
  const longer = left.length > right.length ? left : right;
  return longer.map((_, at) => `${(left[at] ?? "").padEnd(half)} ${mark} ${right[at] ?? ""}`.trimEnd()).join("\n");
}

/** How much further in a line goes on below itself. */
const HANGING = "    ";

function wrapSide(text: string | undefined, width: number): readonly string[] {
  if (text === undefined) return [];
  const whole = printableLine(text);
  if (whole.length <= width) return [whole];
  const [first = "", ...rest] = wrapText(`${HANGING}${whole}`, width);
  return [first.slice(HANGING.length), ...rest];
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

import { RemodelError } from "../errors.ts";
import { parseJson } from "../json.ts";
import type { Level } from "./level.ts";

/** The size of a table: estimates. */
export interface TableSize {
  readonly rows: number;
  /** With its indexes and its TOAST table. */
  readonly bytes: number;
  readonly writesPerSecond?: number;
}

/** Sizes by table, `schema.table`, as `remodel sizes` prints them. */
export type Sizes = Readonly<Record<string, TableSize>>;

const SMALL_BYTES = 10_000_000;
const LARGE_BYTES = 1_000_000_000;

/** How much work that blocks others matters, by the size of the largest table; an unknown size counts as large. */
export function judgeSize(size: TableSize | undefined): Level {
  if (size === undefined) return "error";
  if (size.bytes < SMALL_BYTES) return "info";
  return size.bytes < LARGE_BYTES ? "warning" : "error";
}

/** How many bytes PostgreSQL reads, builds or writes in a second: a rough figure for an ordinary disk. */
const BYTES_PER_SECOND = { scan: 200_000_000, build: 50_000_000, rewrite: 40_000_000 };

/** The kinds of work on all rows of a table. */
export type Work = keyof typeof BYTES_PER_SECOND;

/** About how long work on a table takes, in words with a space before; empty if its size is not known. */
export function phraseDuration(size: TableSize | undefined, work: Work): string {
  if (size === undefined) return "";
  const seconds = size.bytes / BYTES_PER_SECOND[work];
  if (seconds < 1) return " (less than a second)";
  if (seconds < 120) return ` (about ${Math.ceil(seconds)} s)`;
  return ` (about ${Math.ceil(seconds / 60)} min)`;
}

/**
 * Reads a file of sizes.
 * @param text its text
 * @param file its path, for the message
 * @throws RemodelError `USAGE` if it is not what `remodel sizes` prints
 */
export function parseSizes(text: string, file: string): Sizes {
  const value = parseJson(text.replace(/^\uFEFF/, ""));
  const entries =
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
  const wrong = entries?.find(([, one]) => !isSize(one));
  if (entries === undefined || wrong !== undefined) {
    const what = wrong === undefined ? "it is no JSON object" : `${wrong[0]} has no rows or bytes`;
    throw new RemodelError("USAGE", `${file} is not a file of sizes: ${what}.`, {
      hint: "Make it with: remodel sizes > sizes.json",
    });
  }
  return Object.fromEntries(entries);
}

function isSize(value: unknown): value is TableSize {
  const { rows, bytes } = Object(value);
  return [rows, bytes].every((one) => typeof one === "number" && one >= 0);
}

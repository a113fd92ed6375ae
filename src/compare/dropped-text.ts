import { formatCount } from "../words.ts";
import type { Dropped } from "./dropped.ts";

/** What is lost, in a sentence. */
export function describeDropped({ table, column, rows, estimated }: Dropped): string {
  const [what, word] = column === undefined ? [table, "row"] : [`${table}.${column}`, "value"];
  if (rows === undefined) return `${what} is dropped; its ${word}s could not be counted.`;
  if (rows === 0 && !estimated) return `${what} is dropped; it has no ${word}s.`;
  const count = formatCount(rows);
  return `${what} is dropped: ${estimated ? "about " : ""}${count} ${word}${rows === 1 ? " is" : "s are"} lost.`;
}

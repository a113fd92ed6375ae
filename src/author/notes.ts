import { readFileSync } from "node:fs";
import type { Direction } from "../history/revision.ts";
import { readNotes } from "../revision/note-lines.ts";
import type { Note } from "../schema/dependencies.ts";

/**
 * Reads what a revision says about objects that models do not declare.
 * @param file its path
 * @param direction one of its functions
 */
export function readNotesOf(file: string, direction: Direction): readonly Note[] {
  const text = readFileSync(file, "utf8");
  const [start, end] = ["upgrade", "downgrade"].map((name) => text.search(new RegExp(`^export .*\\b${name}\\b`, "m")));
  if (start === undefined || end === undefined || start > end) return [];
  return readNotes(direction === "upgrade" ? text.slice(start, end) : text.slice(end));
}

import { listByHand, phraseNote, readNoteSentence } from "../kinds/note-text.ts";
import { printableLine } from "../printable.ts";
import type { Note } from "../schema/dependencies.ts";
import { printLiteral } from "./literal.ts";

const SENTENCE = /^\/\/ Note: (.+)$/;
const STATEMENT = /^\/\/ op\.sql\((.*)\);$/;
const DROP = /^\/\/ To drop it first, uncomment (?:this line|these (?<count>\d+) lines):$/;
const CREATE =
  /^\/\/ To create the (?<object>.+?) again, uncomment (?:this line|these (?<count>\d+) lines)(?<parts> \(take out what no longer exists\))?:$/;

/** On which side of its operations a line of a note is. */
export type NoteSide = "above" | "below";

/**
 * The comments above the operations of a change: the sentence of each note, with the statements that drop its object. What
 * uses other objects comes before them.
 * @param notes the notes, in the order in which their objects can be created
 */
export function linesAbove(notes: readonly Note[]): readonly string[] {
  return notes.toReversed().flatMap((note) => {
    const { before } = listByHand(note);
    const sentence = `// Note: ${printableLine(phraseNote(note))}`;
    if (before.length === 0) return [sentence];
    return [sentence, `// To drop it first, uncomment ${countLines(before)}:`, ...before.map(commentStatement)];
  });
}

/**
 * The comments below the operations of a change: the statements that create the objects again.
 * @param notes the notes, in the order in which their objects can be created
 */
export function linesBelow(notes: readonly Note[]): readonly string[] {
  return notes.flatMap((note) => {
    const { after } = listByHand(note);
    if (after.length === 0) return [];
    const parts = note.isWhole ? "" : " (take out what no longer exists)";
    const heading = `// To create the ${printableLine(note.object)} again, uncomment ${countLines(after)}${parts}:`;
    return [heading, ...after.map(commentStatement)];
  });
}

function countLines({ length }: readonly string[]): string {
  return length === 1 ? "this line" : `these ${length} lines`;
}

/** A statement is one line, however long it is, so that a person uncomments whole statements. */
function commentStatement(statement: string): string {
  return `// op.sql(${printLiteral(statement)});`;
}

/**
 * Finds the lines that {@link linesAbove} and {@link linesBelow} wrote. Other comments are a person's.
 * @param lines the statements and comments of a function, in their order
 * @returns for each line on which side of its operations it is, or undefined
 */
export function findNoteLines(lines: readonly string[]): readonly (NoteSide | undefined)[] {
  let side: NoteSide | undefined;
  let statements = 0;
  return lines.map((line) => {
    if (!line.startsWith("//")) return undefined;
    if (STATEMENT.test(line)) return statements-- > 0 ? side : undefined;
    const heading = DROP.exec(line) ?? CREATE.exec(line);
    statements = heading === null ? 0 : Number(heading.groups?.["count"] ?? 1);
    side = findSide(line);
    return side;
  });
}

function findSide(line: string): NoteSide | undefined {
  const [, sentence] = SENTENCE.exec(line) ?? [];
  if (DROP.test(line) || (sentence !== undefined && readNoteSentence(sentence) !== undefined)) return "above";
  if (!CREATE.test(line)) return undefined;
  return "below";
}

/**
 * Reads the notes of a function of a revision file back from its comments. The table is not in them.
 * @param text the text of the function
 */
export function readNotes(text: string): readonly Note[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const sides = findNoteLines(lines);
  let notes: readonly Note[] = [];
  let at = -1;
  for (const [index, line] of lines.entries()) {
    if (sides[index] === undefined) continue;
    const [, sentence = ""] = SENTENCE.exec(line) ?? [];
    const read = readNoteSentence(sentence);
    const [, statement] = STATEMENT.exec(line) ?? [];
    const created = CREATE.exec(line)?.groups;
    if (read !== undefined) {
      notes = [...notes, { ...read, drop: [], create: [] }];
      at = notes.length - 1;
    } else if (created !== undefined) {
      at = notes.findLastIndex(({ object }) => object === created["object"]);
      if (created["parts"] === undefined)
        notes = notes.map((note, place) => (place === at ? { ...note, isWhole: true } : note));
    } else if (statement !== undefined) notes = addStatement(notes, at, sides[index], readString(statement));
  }
  return notes;
}

function addStatement(notes: readonly Note[], place: number, side: NoteSide, text: string): readonly Note[] {
  const part = side === "above" ? "drop" : "create";
  return notes.map((note, at) => (at === place ? { ...note, [part]: [...note[part], text] } : note));
}

/** Reads a text that `printLiteral` printed. */
function readString(literal: string): string {
  if (literal.startsWith("`")) return literal.slice(1, -1).replace(/\\([\\`]|\$\{)/g, "$1");
  return String(JSON.parse(literal));
}

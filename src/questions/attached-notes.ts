import type { Node } from "ts-morph";
import type { Call } from "../revision/calls.ts";
import { findNoteLines, type NoteSide } from "../revision/note-lines.ts";

/** A statement or a comment of a revision file. */
interface Item {
  readonly node: Node;
  readonly line?: { readonly call: Call; readonly notes?: readonly Node[] };
  readonly part: "live" | "ifNo" | "alternatives";
  readonly hasBlankAbove: boolean;
}

/**
 * Attaches to each line the comments of the tool that say what its operation does to other objects, so that they go
 * where the line goes.
 * @param items the statements and comments of a function, in their order
 */
export function attachNotes<One extends Item>(items: readonly One[]): readonly One[] {
  const sides = findNoteLines(items.map(({ node }) => node.getText()));
  if (sides.every((side) => side === undefined)) return items;
  return items.map((item, at) => {
    if (item.line === undefined) return item;
    const notes = [...findAbove(items, sides, at), ...findBelow(items, sides, at)];
    if (notes.length === 0) return item;
    return { ...item, line: { ...item.line, notes } };
  });
}

type Sides = readonly (NoteSide | undefined)[];

/** The notes of a line are in its paragraph. A person may have put lines between. */
function findAbove(items: readonly Item[], sides: Sides, at: number): readonly Node[] {
  const found: Node[] = [];
  for (let above = at - 1; above >= 0; above -= 1) {
    const item = items[above];
    if (item === undefined || isQuestion(item) || sides[above] === "below" || items[above + 1]?.hasBlankAbove) break;
    if (sides[above] === "above") found.push(item.node);
  }
  return found;
}

/** Below a question a blank line comes before them. */
function findBelow(items: readonly Item[], sides: Sides, at: number): readonly Node[] {
  const found: Node[] = [];
  for (const [offset, item] of items.slice(at + 1).entries()) {
    const side = sides[at + 1 + offset];
    const isNext = !item.hasBlankAbove || (side === "below" && found.length === 0);
    if (isQuestion(item) || side === "above" || !isNext) break;
    if (side === "below") found.push(item.node);
  }
  return found;
}

function isQuestion({ line, part }: Item): boolean {
  return line?.call.note === "question" && part === "live";
}

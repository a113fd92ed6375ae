import type { Node } from "ts-morph";

/** Whether a blank line is above the node at a position. */
export function hasBlankAbove(nodes: readonly Node[], at: number): boolean {
  const [above, below] = [nodes[at - 1], nodes[at]];
  if (above === undefined || below === undefined) return false;
  return readLineNumber(below) - readLineNumber(above, above.getEnd()) > 1;
}

/** Reads the number of the line on which a node begins. ts-morph's own method counts the lines on each call. */
export function readLineNumber(node: Node, at = node.getStart()): number {
  return node.getSourceFile().compilerNode.getLineAndCharacterOfPosition(at).line + 1;
}

import { ts } from "ts-morph";
import { lineAt, nodesOf, parse } from "../../scripts/measure.mjs";
import type { Source } from "./architecture.ts";

/** What ends a turn of a loop without work for the processor. */
const PAUSE = /\b(?:pause|sleep|settle|setTimeout)\(/;

/** Loops that await something and are no polling, and why. */
const LICENSED: Readonly<Record<string, string>> = {
  "property/known-check.property.test.ts": "types one command after another, at most six",
  "support/objects-by-hand.ts": "repeats statements until none of them helps another one",
};

/**
 * Where a loop asks again and again without a pause: it takes the processor from what it waits for. `until` pauses.
 * @param sources tests, with their paths below `test/`
 * @returns `test/file.ts:line: what and why`
 */
export function findPolling(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, text }) => {
    if (path in LICENSED || !/\b(?:while|do|for) ?[({]/.test(text)) return [];
    const { tree } = parse(path, text);
    return nodesOf(tree)
      .filter((node) => isOpenLoop(node) && awaitsIn(node).length > 0)
      .filter((node) => !awaitsIn(node).some((one) => PAUSE.test(one.getText(tree))))
      .map((node) => `test/${path}:${lineAt(tree, node.getStart(tree))}: asks again without a pause; use until`);
  });
}

/** A loop that does not go through a list and does not count. */
function isOpenLoop(node: ts.Node): boolean {
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return true;
  if (!ts.isForStatement(node)) return false;
  return node.condition === undefined || node.incrementor === undefined || awaitsIn(node.incrementor).length > 0;
}

/** What a piece of code awaits itself, without the functions in it. */
function awaitsIn(node: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = ts.isAwaitExpression(node) ? [node] : [];
  ts.forEachChild(node, (child) => {
    if (!ts.isFunctionLike(child)) found.push(...awaitsIn(child));
  });
  return found;
}

import { buildGraph, type Graph } from "./graph.ts";
import type { Revision } from "./revision.ts";

/**
 * The history as one database goes through it: where it has some of the revisions that another one replaces, it runs the
 * rest of them, and not the one that replaces them.
 * @param touched the ids of all revisions that are applied or half applied, see {@link foldIds}
 */
export function graphFor(graph: Graph, touched: Iterable<string>): Graph {
  if (graph.squashed.length === 0) return graph;
  const there = new Set(touched);
  const begun = graph.squashed.filter(({ replaces = [] }) => replaces.some((id) => there.has(id)));
  const bypassed = begun.filter(({ replaces = [] }) => replaces.every((id) => graph.given.has(id)));
  if (bypassed.length === 0) return graph;
  return buildGraph([...graph.given.values()], new Set([...graph.bypassed, ...bypassed.map(({ id }) => id)]));
}

/**
 * Counts a revision as applied where all that it replaces is. What it replaces does not count any more then.
 * @param squashed the revisions that replace others
 * @param ids the ids of all applied revisions
 * @param half the ids of half-applied revisions: what they belong to is not complete
 */
export function foldIds(
  squashed: readonly Revision[],
  ids: readonly string[],
  half: readonly string[] = [],
): readonly string[] {
  return squashed.reduce<readonly string[]>((list, { id, replaces = [] }) => {
    const there = new Set(list);
    const hasAll = replaces.every((one) => there.has(one)) && !replaces.some((one) => half.includes(one));
    if (!hasAll && !there.has(id)) return list;
    const rest = list.filter((one) => one !== id && !replaces.includes(one));
    return [...rest, id];
  }, ids);
}

/** The revision that replaces one of these and cannot be run, since files of others that it replaces are missing. */
export function findUnfinished(graph: Graph, missing: readonly string[]): Revision | undefined {
  return graph.squashed.find(({ replaces = [] }) => replaces.some((id) => missing.includes(id)));
}

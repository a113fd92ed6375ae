import { byCodeUnit } from "../code-units.ts";
import { RemodelError } from "../errors.ts";
import { joinNames } from "../words.ts";
import { type ChosenHistory, chooseRevisions } from "./replaced.ts";
import type { Revision } from "./revision.ts";

/** The history: every revision, and which revisions follow it. Made by {@link buildGraph}; plain data, never changed. */
export interface Graph {
  /** All revisions by id, each after those it needs. Those of one line are together; otherwise the order is by id. */
  readonly revisions: ReadonlyMap<string, Revision>;
  /** The revisions whose `down` names this one, sorted by id. */
  readonly followers: ReadonlyMap<string, readonly string[]>;
  /** The revisions whose `dependsOn` names this one, sorted by id. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** The id of the revision that declares a branch label, by label. */
  readonly labels: ReadonlyMap<string, string>;
  /** The revisions that replace others: see {@link Revision}. Those others are not part of the history. */
  readonly squashed: readonly Revision[];
  /** Revisions that are not part of the history, since what they replace is. */
  readonly bypassed: ReadonlySet<string>;
  /** Other ids of revisions of the history: see `chooseRevisions`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** All revisions by id, also those that are replaced. */
  readonly given: ReadonlyMap<string, Revision>;
}

/** Words with a meaning of their own: neither an id nor a branch label. */
const RESERVED = ["head", "heads", "base", "current"];

/**
 * Puts revisions in order and checks that they are one history.
 * @param revisions in any order; the result does not depend on it
 * @param bypassed the revisions instead of which those that they replace are used
 * @throws RemodelError `REVISION_INVALID`, `REVISION_DUPLICATE`, `GRAPH_BROKEN` or `GRAPH_CYCLE`
 */
export function buildGraph(revisions: readonly Revision[], bypassed: ReadonlySet<string> = new Set()): Graph {
  const all = revisions.map(dropRepeats).sort((a, b) => byCodeUnit(a.id, b.id) || byCodeUnit(a.file, b.file));
  const given = indexById(all);
  const { chosen: sorted, squashed, aliases, replacedBy } = chooseRevisions(given, bypassed);
  const byId = new Map(sorted.map((revision) => [revision.id, revision]));
  const labels = indexLabels(sorted, byId);
  const { followers, dependents } = linkRevisions(sorted, labels, { byId, replacedBy });
  const order = topological(sorted, (id) => [...(followers.get(id) ?? []), ...(dependents.get(id) ?? [])]);
  const ordered = new Map(order.map((id) => [id, getRevision({ revisions: byId }, id)]));
  return { revisions: ordered, followers, dependents, labels, squashed, bypassed, aliases, given };
}

/** Which revisions follow each revision, and which depend on it. */
function linkRevisions(
  sorted: readonly Revision[],
  labels: ReadonlyMap<string, string>,
  known: KnownRevisions,
): Record<"followers" | "dependents", Map<string, string[]>> {
  const [followers, dependents] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const revision of sorted) {
    const { id, down, dependsOn = [] } = revision;
    for (const one of down) link(followers, existing(known, revision, "downRevision", one), id);
    for (const name of dependsOn)
      link(dependents, existing(known, revision, "dependsOn", labels.get(name) ?? name), id);
  }
  return { followers, dependents };
}

/**
 * Gets a revision that is known to be in the history.
 * @throws Error if it is not
 */
export function getRevision({ revisions }: Pick<Graph, "revisions">, id: string): Revision {
  const revision = revisions.get(id);
  if (revision === undefined) throw new Error(`the history has no revision ${id}`);
  return revision;
}

/** The revisions that no other follows. With `resolveDependencies` also none that another one depends on. */
export function heads(graph: Graph, options: { readonly resolveDependencies?: boolean } = {}): Revision[] {
  return selectSorted(graph, (id) => {
    if (graph.followers.has(id)) return false;
    return !options.resolveDependencies || !graph.dependents.has(id);
  });
}

/** The revisions that follow no other. */
export function bases(graph: Graph): Revision[] {
  return selectSorted(graph, (_id, { down }) => down.length === 0);
}

/** The revisions that several others follow. */
export function branchPoints(graph: Graph): Revision[] {
  return selectSorted(graph, (id) => (graph.followers.get(id)?.length ?? 0) > 1);
}

/** Which references between revisions count: `down` only, or `dependsOn` too. */
export type Lines = "down" | "all";

/** The given revisions and all that they follow or depend on, directly or not. */
export function ancestors(graph: Graph, ids: Iterable<string>, lines: Lines = "all"): Set<string> {
  return reach(ids, (id) => {
    const revision = graph.revisions.get(id);
    if (revision === undefined) return [];
    if (lines === "down") return revision.down;
    return [...revision.down, ...dependencies(graph, revision)];
  });
}

/** The given revisions and all that follow or depend on them, directly or not. */
export function descendants(graph: Graph, ids: Iterable<string>, lines: Lines = "all"): Set<string> {
  return reach(ids, (id) => {
    const followers = graph.followers.get(id) ?? [];
    if (lines === "down") return followers;
    return [...followers, ...(graph.dependents.get(id) ?? [])];
  });
}

/** For each of two revisions, the ancestors that the other one lacks, oldest first: what a merge of the two joins. */
export function divergence(graph: Graph, a: string, b: string): readonly [readonly Revision[], readonly Revision[]] {
  const [left, right] = [ancestors(graph, [a]), ancestors(graph, [b])];
  const all = [...graph.revisions.values()];
  return [
    all.filter(({ id }) => left.has(id) && !right.has(id)),
    all.filter(({ id }) => right.has(id) && !left.has(id)),
  ];
}

/** A revision, its ancestors and its descendants by `down`, without branches that start at its ancestors. */
export function lineage(graph: Graph, id: string): Set<string> {
  return new Set([...ancestors(graph, [id], "down"), ...descendants(graph, [id], "down")]);
}

/** The ids of the revisions that a revision depends on, branch labels resolved. */
export function dependencies(graph: Graph, revision: Revision): string[] {
  return (revision.dependsOn ?? []).map((name) => graph.labels.get(name) ?? name);
}

function selectSorted(graph: Graph, wanted: (id: string, revision: Revision) => boolean): Revision[] {
  return [...graph.revisions.values()]
    .filter((revision) => wanted(revision.id, revision))
    .sort((a, b) => byCodeUnit(a.id, b.id));
}

/** Removes repeated names. */
function dropRepeats(revision: Revision): Revision {
  const { dependsOn, branchLabels, replaces } = revision;
  return {
    ...revision,
    down: [...new Set(revision.down)],
    ...(dependsOn && { dependsOn: [...new Set(dependsOn)] }),
    ...(branchLabels && { branchLabels: [...new Set(branchLabels)] }),
    ...(replaces && { replaces: [...new Set(replaces)] }),
  };
}

function indexById(sorted: readonly Revision[]): Map<string, Revision> {
  const byId = new Map<string, Revision>();
  for (const revision of sorted) {
    checkWord("id", revision.id, revision);
    const other = byId.get(revision.id);
    if (other !== undefined) throw duplicate(revision, other);
    byId.set(revision.id, revision);
  }
  return byId;
}

function duplicate(revision: Revision, other: Revision): RemodelError {
  const [copy, chosen] = [
    "Delete the copy, or give one of them another id.",
    "Leave out --rev-id, or choose another one.",
  ];
  return new RemodelError(
    "REVISION_DUPLICATE",
    `Two revisions have the id ${revision.id}: ${place(other)} and ${place(revision)}.`,
    { hint: other.file ? copy : chosen, details: { revision: revision.id, files: [other.file, revision.file] } },
  );
}

function indexLabels(sorted: readonly Revision[], byId: ReadonlyMap<string, Revision>): Map<string, string> {
  const labels = new Map<string, string>();
  for (const revision of sorted) {
    const { branchLabels: own = [] } = revision;
    for (const label of own) {
      checkWord("branch label", label, revision);
      const other = byId.get(labels.get(label) ?? label);
      if (other !== undefined)
        throw new RemodelError(
          "REVISION_DUPLICATE",
          `The branch label ${label} of ${place(revision)} is already a name in ${place(other)}.`,
          { hint: "Choose another label.", details: { label, files: [other.file, revision.file] } },
        );
      labels.set(label, revision.id);
    }
  }
  return labels;
}

function checkWord(what: string, word: string, revision: Revision): void {
  if (/^\w+$/.test(word) && !RESERVED.includes(word)) return;
  throw new RemodelError("REVISION_INVALID", `${JSON.stringify(word)} cannot be the ${what} of ${place(revision)}.`, {
    hint: `Use letters, digits and "_", but not the words ${RESERVED.join(", ")}.`,
    details: { revision: revision.id, file: revision.file },
  });
}

/** The revisions of the history by id, and what replaces others. */
interface KnownRevisions extends Pick<ChosenHistory, "replacedBy"> {
  readonly byId: ReadonlyMap<string, Revision>;
}

function existing({ byId, replacedBy }: KnownRevisions, revision: Revision, what: string, id: string): string {
  if (byId.has(id)) return id;
  const other = replacedBy.get(id);
  const gone = "The file may be deleted, renamed or not yet pulled. Restore it, or correct the id.";
  throw new RemodelError(
    "GRAPH_BROKEN",
    `${place(revision)} has ${what} ${JSON.stringify(id)}, which ${other === undefined ? "does not exist" : `${other} replaces`}.`,
    {
      hint: other === undefined ? gone : `Write ${other} there, which also does what came after ${id}.`,
      details: { revision: revision.id, file: revision.file, missing: id },
    },
  );
}

/**
 * Sorts revisions so that each comes after those it needs: a depth-first walk up from the bases, reversed. A new head
 * does not change the order of the others. The stack is a list, as a history may be longer than the call stack.
 */
function topological(sorted: readonly Revision[], above: (id: string) => readonly string[]): string[] {
  const done: string[] = [];
  const state = new Map<string, "open" | "done">();
  const starts = [...sorted.filter(({ down }) => down.length > 0), ...sorted.filter(({ down }) => down.length === 0)];
  for (const start of starts.reverse()) {
    if (state.has(start.id)) continue;
    const stack = [{ id: start.id, rest: [...above(start.id)].sort(byCodeUnit) }];
    state.set(start.id, "open");
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        state.set(top.id, "done");
        done.push(top.id);
        stack.pop();
      } else if (state.get(next) === "open") {
        const ids = stack.map(({ id }) => id);
        throw cycle(ids.slice(ids.indexOf(next)), sorted);
      } else if (!state.has(next)) {
        state.set(next, "open");
        stack.push({ id: next, rest: [...above(next)].sort(byCodeUnit) });
      }
    }
  }
  return done.reverse();
}

function cycle(ids: readonly string[], sorted: readonly Revision[]): RemodelError {
  const members = new Set(ids);
  const files = sorted.filter(({ id }) => members.has(id)).map(place);
  const circle = ids.length > 12 ? [...ids.slice(0, 11), "…"] : ids;
  return new RemodelError(
    "GRAPH_CYCLE",
    `Revisions follow each other in a circle: ${[...circle, ids[0]].join(" → ")}.`,
    {
      hint: `Correct downRevision or dependsOn in one of: ${joinNames(files)}.`,
      details: { cycle: ids, files },
    },
  );
}

function reach(ids: Iterable<string>, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set(ids);
  for (const id of seen) for (const other of next(id)) seen.add(other);
  return seen;
}

/** Adds `to` to a list. Calls come sorted by `to`, so only the last entry can be equal. */
function link(map: Map<string, string[]>, from: string, to: string): void {
  const list = map.get(from);
  if (list === undefined) map.set(from, [to]);
  else if (list.at(-1) !== to) list.push(to);
}

function place(revision: Revision): string {
  return revision.file || `the new revision ${revision.id}`;
}

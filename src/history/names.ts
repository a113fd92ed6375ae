import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { findNearestWords, joinNames } from "../words.ts";
import { currentHeads, refuseMissing } from "./current.ts";
import { ancestors, bases, divergence, type Graph, getRevision, heads, lineage } from "./graph.ts";
import type { Revision } from "./revision.ts";

/** The applied revisions, for names that are relative to them. */
export interface CurrentRevisions {
  /** The ids of all applied revisions, or of the topmost alone; absent where no database is read. */
  readonly current?: readonly string[];
}

/** The revisions that a name means, and its branch. */
export interface RevisionTarget {
  /** None for `base`. */
  readonly ids: readonly string[];
  /** The id of a revision of the branch: for `label@…`, and for steps that start or end at no revision. */
  readonly branch?: string;
}

/** Matches `label@`, a word and a number of steps. The label may be absent, and one of the other two. */
const NAME = /^(?:(\w+)@)?(\w+|(?=[+-]))([+-]\d+)?$/;

/** The shortest beginning of an id that names it: a shorter one is more likely a typing error. */
const MIN_PREFIX = 4;

const LIST_HINT = "To list all revisions, run: remodel history";

/** Whether the meaning of a name depends on the applied revisions. */
export function isRelative(name: string): boolean {
  return /(?:^|@)(?:[+-]|current\b)/.test(name.trim());
}

/**
 * Finds the revisions that a name means.
 * @param name an id or its first four or more characters, a branch label, `head`, `heads`, `base`, `current`; any of
 * these with `+2` or `-2` after it or `label@` before it; or the steps alone, which count from the applied revisions
 * @returns ids; none for `base`
 * @throws RemodelError `REVISION_UNKNOWN`, `REVISION_AMBIGUOUS` or `GRAPH_HEADS`
 */
export function resolveName(graph: Graph, name: string, position: CurrentRevisions = {}): string[] {
  return [...resolveTarget(graph, name, position).ids];
}

/**
 * As {@link resolveName}, for names of exactly one revision.
 * @throws RemodelError also `HISTORY_EMPTY`
 */
export function resolveOne(graph: Graph, name: string, position: CurrentRevisions = {}): Revision {
  const [id, ...others] = resolveName(graph, name, position);
  if (id === undefined && graph.revisions.size === 0)
    throw new RemodelError("HISTORY_EMPTY", `There is no "${name}": the history has no revisions.`, {
      hint: "To write the first revision, run: remodel revision --autogenerate -m MESSAGE",
    });
  if (id === undefined)
    throw new RemodelError("REVISION_UNKNOWN", `"${name}" is the point before the first revision, not a revision.`, {
      hint: LIST_HINT,
    });
  if (others.length > 0) throw ambiguous(name, [id, ...others]);
  return getRevision(graph, id);
}

/** As {@link resolveName}, with the branch. With `clamp`, steps beyond the first or the last revision end there. */
export function resolveTarget(graph: Graph, name: string, position: CurrentRevisions, clamp = false): RevisionTarget {
  const [, label, word, steps] = NAME.exec(name.trim()) ?? [];
  if (word === undefined) throw unknown(graph, name);
  const branch = label && findId(graph, label);
  const lookup = { graph, name, position, onBranch: filterByBranch(graph, branch) };
  if (steps === undefined) return makeTarget(findWord(lookup, word), branch);
  const count = Number(steps);
  const start = word === "" ? findTip(lookup, count) : findWord(lookup, word);
  const ids = walk(lookup, start, count, clamp);
  const isOpen = word === "" || ids.length === 0;
  return makeTarget(ids, isOpen ? (branch ?? start[0]) : branch);
}

function makeTarget(ids: readonly string[], branch: string | undefined): RevisionTarget {
  return { ids, ...dropUndefined({ branch }) };
}

/** Matches two names with a colon between them. Each may be absent, and spaces may be around it. */
const RANGE = /^\s*([^:]*[^:\s])?\s*:\s*([^:]*[^:\s])?\s*$/;

/**
 * Splits a range into its two names: `A:B`, `A:`, `:B`.
 * @param hint what to type instead, if it is not a range
 * @throws RemodelError `USAGE` if it is not a range
 */
export function splitRange(
  range: string,
  hint = "Write FROM:TO, FROM: or :TO, such as base:head.",
): { readonly from?: string; readonly to?: string } {
  const found = RANGE.exec(range);
  if (found === null) throw new RemodelError("USAGE", `"${range}" is not a range.`, { hint });
  const [, from, to] = found;
  return dropUndefined({ from, to });
}

/** Keeps the revisions of one branch, or all if the name has no branch. */
type Filter = (ids: readonly string[]) => readonly string[];

/** A name to resolve, and what it is resolved in. */
interface Lookup {
  readonly graph: Graph;
  readonly name: string;
  readonly position: CurrentRevisions;
  readonly onBranch: Filter;
}

function filterByBranch(graph: Graph, branch: string | undefined): Filter {
  if (branch === undefined) return (ids) => ids;
  const line = lineage(graph, branch);
  return (ids) => ids.filter((id) => line.has(id));
}

/** What the words mean that are neither an id nor a branch label. */
const WORDS: ReadonlyMap<string, (lookup: Lookup) => readonly string[]> = new Map([
  ["base", () => []],
  ["current", (lookup: Lookup) => lookup.onBranch(currentHeads(lookup.graph, readApplied(lookup)))],
  ["heads", findHeads],
  ["head", findHead],
]);

function findHeads({ graph, onBranch }: Lookup): readonly string[] {
  return onBranch(heads(graph).map(({ id }) => id));
}

function findHead(lookup: Lookup): readonly string[] {
  const ids = findHeads(lookup);
  if (ids.length > 1) throw severalHeads(lookup.graph, lookup.name, ids);
  return ids;
}

function findWord(lookup: Lookup, word: string): readonly string[] {
  const { graph, name, onBranch } = lookup;
  const find = WORDS.get(word);
  if (find !== undefined) return find(lookup);
  const id = findId(graph, word, onBranch);
  if (onBranch([id]).length === 0)
    throw new RemodelError("REVISION_UNKNOWN", `"${name}": revision ${id} is not on that branch.`, {
      hint: `Write ${id} alone.`,
    });
  return [id];
}

/** Finds the id that a word means: an id, a branch label, or the beginning of an id, on the branch if it can be. */
function findId(graph: Graph, word: string, onBranch: Filter = (ids) => ids): string {
  const exact = findExact(graph, word);
  if (exact !== undefined) return exact;
  const candidates = listCandidates(graph, word, onBranch);
  const [id, another] = candidates;
  if (id === undefined) throw unknown(graph, word);
  if (word.length < MIN_PREFIX)
    throw new RemodelError("REVISION_UNKNOWN", `"${word}" is too short to name a revision.`, {
      hint: `Give at least ${MIN_PREFIX} characters. Revisions that begin with it: ${joinNames(candidates)}.`,
      details: { candidates },
    });
  if (another !== undefined) throw ambiguous(word, candidates);
  return id;
}

function findExact({ revisions, aliases, labels }: Graph, word: string): string | undefined {
  if (revisions.has(word)) return word;
  return aliases.get(word) ?? labels.get(word);
}

/** The ids that begin with a text: those on the branch, or all where the branch has none. */
function listCandidates({ revisions, aliases }: Graph, word: string, onBranch: Filter): readonly string[] {
  const named = [...revisions.keys(), ...aliases.keys()].filter((id) => id.startsWith(word));
  const all = [...new Set(named.map((id) => aliases.get(id) ?? id))].sort();
  const filtered = onBranch(all);
  return filtered.length > 0 ? filtered : all;
}

/** Finds where steps without a word start: at the one topmost applied revision, of the branch if the name has one. */
function findTip(lookup: Lookup, steps: number): readonly string[] {
  const { graph, name, onBranch } = lookup;
  const applied = readApplied(lookup);
  const tops = onBranch(currentHeads(graph, applied));
  if (tops.length > 1) throw severalHeads(graph, name, tops);
  if (tops.length === 0 && steps < 0)
    throw new RemodelError(
      "REVISION_UNKNOWN",
      `"${name}" counts from an applied revision, but no revision is applied.`,
      { hint: LIST_HINT },
    );
  if (tops.length > 0) return tops;
  return currentHeads(graph, onBranch([...ancestors(graph, applied)]));
}

/** Walks some steps from at most one revision, up or down. */
function walk(lookup: Lookup, start: readonly string[], steps: number, clamp: boolean): readonly string[] {
  let at = start;
  for (let done = 0; done < Math.abs(steps); done += 1) {
    const next = takeStep(lookup, at, steps);
    if (next === undefined) {
      if (clamp) return at;
      throw tooFar(lookup.name, steps, done);
    }
    at = next;
  }
  return at;
}

function takeStep(lookup: Lookup, at: readonly string[], steps: number): readonly string[] | undefined {
  const [id, ...others] = at;
  if (others.length > 0) throw ambiguous(lookup.name, at);
  return steps > 0 ? stepUp(lookup, id) : stepDown(lookup, id);
}

/** From the base, a step up leads to the first revision. */
function stepUp({ graph, name, onBranch }: Lookup, id: string | undefined): readonly string[] | undefined {
  const above = id === undefined ? bases(graph).map((base) => base.id) : (graph.followers.get(id) ?? []);
  const next = onBranch(above);
  if (next.length === 0) return undefined;
  if (next.length > 1) throw ambiguous(name, next);
  return next;
}

/** From a first revision, a step down leads to the base: to no revision. */
function stepDown({ graph, onBranch }: Lookup, id: string | undefined): readonly string[] | undefined {
  if (id === undefined) return undefined;
  return onBranch(getRevision(graph, id).down);
}

function readApplied({ graph, name, position: { current } }: Lookup): readonly string[] {
  if (current !== undefined) return refuseMissing(graph, current);
  throw new RemodelError("USAGE", `"${name}" depends on the state of a database, but this command uses no database.`, {
    hint: "Name the revision, or write head or base.",
  });
}

function unknown(graph: Graph, name: string): RemodelError {
  const [inside] = graph.squashed.flatMap(({ id, replaces = [] }) =>
    replaces.filter((one) => one.startsWith(name)).map((one) => ({ id, one })),
  );
  if (inside !== undefined)
    return new RemodelError("REVISION_UNKNOWN", `"${name}": ${inside.id} replaces the revision ${inside.one}.`, {
      hint: `Name ${inside.id}, or the last revision that it replaces.`,
      details: { candidates: [inside.id] },
    });
  const names = findNearestWords(name, [...graph.revisions.keys(), ...graph.labels.keys(), ...WORDS.keys()]);
  return new RemodelError("REVISION_UNKNOWN", `There is no revision "${name}".`, {
    hint: names.length > 0 ? `Did you mean ${names.join(", ")}?` : LIST_HINT,
    details: { candidates: names },
  });
}

function ambiguous(name: string, candidates: readonly string[]): RemodelError {
  return new RemodelError("REVISION_AMBIGUOUS", `"${name}" can be ${joinNames(candidates)}.`, {
    hint: "Name the revision with more characters, or the branch: label@head, label@+1.",
    details: { candidates },
  });
}

function severalHeads(graph: Graph, name: string, candidates: readonly string[]): RemodelError {
  return new RemodelError(
    "GRAPH_HEADS",
    `"${name}" needs one head, but there are ${candidates.length}: ${joinNames(candidates)}.`,
    {
      hint: severalHeadsHint(graph, name, candidates),
      details: { candidates },
    },
  );
}

function severalHeadsHint(graph: Graph, name: string, candidates: readonly string[]): string {
  const word = name.replace(/^.*@/, "");
  if (/[+-]/.test(word)) return `Write ${candidates.map((id) => `${id}@${word}`).join(" or ")}.`;
  return `Name one of them, or "heads" for all.\n${joinHint(graph, candidates)}`;
}

/** How to have one head again: a rebase where one is enough, and a merge, which is the last since it always does. */
export function joinHint(graph: Graph, heads: readonly string[]): string {
  const merge = 'remodel merge heads -m "…"';
  const [onto = "", other = "", ...more] = heads;
  const [, [first]] = divergence(graph, onto, other);
  if (more.length > 0 || first === undefined || first.down.length > 1) return `To have one head again, run: ${merge}`;
  const rebase = `remodel rebase ${first.id} --onto ${onto}`;
  return `To have one head again, if ${first.id} is not applied in any database, run: ${rebase}\nOtherwise, run: ${merge}`;
}

function tooFar(name: string, steps: number, walked: number): RemodelError {
  const [side, end] = steps > 0 ? ["above", "heads"] : ["below", "base"];
  return new RemodelError(
    "REVISION_UNKNOWN",
    `"${name}" goes too far: ${walked} of ${Math.abs(steps)} revisions are ${side}.`,
    {
      hint: `To go all the way, write: ${end}`,
    },
  );
}

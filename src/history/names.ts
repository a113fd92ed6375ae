import { RemodelError } from "../errors.ts";
import { findNearestWords, joinNames } from "../words.ts";
import { currentHeads, refuseMissing } from "./current.ts";
import { ancestors, bases, divergence, type Graph, heads, lineage } from "./graph.ts";
import type { Revision } from "./revision.ts";

/** Where the database is, for the names that are relative to it. */
export interface CurrentRevisions {
  /** The applied revisions, all of them or only the topmost; absent where no database is asked. */
  readonly current?: readonly string[];
}

/** What a name means: revisions, none for a base, and the branch it was said of. */
export interface RevisionTarget {
  readonly ids: readonly string[];
  /** A revision whose line is meant, where the name is `label@…` or walks off a base. */
  readonly branch?: string;
}

/** `label@`, a word and a number of steps; at least one of the latter two. */
const NAME = /^(?:(\w+)@)?(\w+|(?=[+-]))([+-]\d+)?$/;

/** A shorter beginning of an id is more likely a slip than a name. */
const MIN_PREFIX = 4;

/** Whether only a database makes clear what a name means. */
export function isRelative(name: string): boolean {
  return /(?:^|@)(?:[+-]|current\b)/.test(name.trim());
}

/**
 * Finds the revisions a name means.
 * @param name an id or its first four or more characters, a branch label, `head`, `heads`, `base`, `current`, any of
 * them with `+2` or `-2` behind or `label@` before it, or the steps alone, which count from where the database is
 * @returns ids; none for `base`
 * @throws RemodelError `REVISION_UNKNOWN`, `REVISION_AMBIGUOUS` or `GRAPH_HEADS`
 */
export function resolveName(graph: Graph, name: string, position: CurrentRevisions = {}): string[] {
  return [...resolveTarget(graph, name, position).ids];
}

/** As {@link resolveName}, where exactly one revision is wanted. */
export function resolveOne(graph: Graph, name: string, position: CurrentRevisions = {}): Revision {
  const [id, ...others] = resolveName(graph, name, position);
  if (id === undefined)
    throw new RemodelError("REVISION_UNKNOWN", `"${name}" is the point before the first revision, not a revision.`);
  if (others.length > 0) throw ambiguous(name, [id, ...others]);
  return graph.revisions.get(id)!;
}

/** As {@link resolveName}, keeping the branch. With `clamp` steps end quietly at the first and the last revision. */
export function resolveTarget(graph: Graph, name: string, position: CurrentRevisions, clamp = false): RevisionTarget {
  const [, label, word, steps] = NAME.exec(name.trim()) ?? [];
  if (word === undefined) throw unknown(graph, name);
  const branch = label === undefined ? undefined : lookup(graph, label);
  const line = branch === undefined ? undefined : lineage(graph, branch);
  const only: Filter = (ids) => ids.filter((id) => line?.has(id) ?? true);
  const start =
    word === "" ? tip(graph, name, position, only, Number(steps)) : named(graph, name, word, position, only);
  if (steps === undefined) return { ids: start, ...(branch !== undefined && { branch }) };
  const ids = walk(graph, name, start, Number(steps), only, clamp);
  const from = branch ?? (word === "" || ids.length === 0 ? start[0] : undefined);
  return { ids, ...(from !== undefined && { branch: from }) };
}

/**
 * Takes a range apart: `A:B`, `A:`, `:B`.
 * @throws RemodelError `USAGE` if it is not one
 */
export function splitRange(range: string): { readonly from?: string; readonly to?: string } {
  const [from, to, ...more] = range.split(":").map((part) => part.trim());
  if (from === undefined || to === undefined || more.length > 0)
    throw new RemodelError("USAGE", `"${range}" is not a range.`, {
      hint: "Write FROM:TO, FROM: or :TO, such as base:head.",
    });
  return { ...(from !== "" && { from }), ...(to !== "" && { to }) };
}

/** Keeps the revisions of the branch that was named, or all. */
type Filter = (ids: readonly string[]) => readonly string[];

function named(graph: Graph, name: string, word: string, position: CurrentRevisions, only: Filter): readonly string[] {
  if (word === "base") return [];
  if (word === "current") return only(currentHeads(graph, applied(graph, name, position)));
  if (word === "heads" || word === "head") {
    const ids = only(heads(graph).map(({ id }) => id));
    if (word === "head" && ids.length > 1) throw severalHeads(graph, name, ids);
    return ids;
  }
  const id = lookup(graph, word, only);
  if (only([id]).length === 0)
    throw new RemodelError("REVISION_UNKNOWN", `"${name}": revision ${id} is not on that branch.`, {
      hint: `Write ${id} alone.`,
    });
  return [id];
}

/** The id that a word means: an id, a branch label, or the beginning of an id. */
function lookup(graph: Graph, word: string, only: Filter = (ids) => ids): string {
  if (graph.revisions.has(word)) return word;
  const labelled = graph.labels.get(word);
  if (labelled !== undefined) return labelled;
  const all = [...graph.revisions.keys()].filter((id) => id.startsWith(word)).sort();
  const candidates = only(all).length > 0 ? only(all) : all;
  const [id, another] = candidates;
  if (id !== undefined && word.length < MIN_PREFIX)
    throw new RemodelError("REVISION_UNKNOWN", `"${word}" is too short to name a revision.`, {
      hint: `Give at least ${MIN_PREFIX} characters. It begins ${joinNames(candidates)}.`,
      details: { candidates },
    });
  if (id === undefined) throw unknown(graph, word);
  if (another !== undefined) throw ambiguous(word, candidates);
  return id;
}

/** Where steps without a word before them start: the one topmost applied revision, of a branch if one is named. */
function tip(graph: Graph, name: string, position: CurrentRevisions, only: Filter, steps: number): readonly string[] {
  const present = applied(graph, name, position);
  const tops = only(currentHeads(graph, present));
  if (tops.length > 1) throw severalHeads(graph, name, tops);
  if (tops.length === 0 && steps < 0)
    throw new RemodelError(
      "REVISION_UNKNOWN",
      `"${name}" counts from an applied revision, but no revision is applied.`,
    );
  return tops.length > 0 ? tops : currentHeads(graph, only([...ancestors(graph, present)]));
}

function walk(
  graph: Graph,
  name: string,
  start: readonly string[],
  steps: number,
  only: Filter,
  clamp: boolean,
): readonly string[] {
  let at = start;
  for (let left = Math.abs(steps); left > 0; left -= 1) {
    if (at.length > 1) throw ambiguous(name, at);
    const next = only(steps > 0 ? above(graph, at[0]) : below(graph, at[0]));
    if (steps > 0 && next.length > 1) throw ambiguous(name, next);
    const ends = next.length === 0 && (steps > 0 || at.length === 0);
    if (ends && clamp) break;
    if (ends) throw tooFar(name, steps, Math.abs(steps) - left);
    at = next;
  }
  return at;
}

function above(graph: Graph, id: string | undefined): readonly string[] {
  return id === undefined ? bases(graph).map((base) => base.id) : (graph.followers.get(id) ?? []);
}

function below(graph: Graph, id: string | undefined): readonly string[] {
  return id === undefined ? [] : graph.revisions.get(id)!.down;
}

function applied(graph: Graph, name: string, { current }: CurrentRevisions): readonly string[] {
  if (current !== undefined) return refuseMissing(graph, current);
  throw new RemodelError("USAGE", `"${name}" depends on the state of a database, but this command uses no database.`, {
    hint: "Name the revision, or write head or base.",
  });
}

function unknown(graph: Graph, name: string): RemodelError {
  const names = findNearestWords(name, [...graph.revisions.keys(), ...graph.labels.keys()]);
  return new RemodelError("REVISION_UNKNOWN", `There is no revision "${name}".`, {
    hint: names.length > 0 ? `Did you mean ${names.join(", ")}?` : "To list all revisions, run: remodel history",
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
      hint: /[+-]/.test(name)
        ? `Say which: ${candidates.map((id) => `${id}@${name.replace(/^.*@/, "")}`).join(" or ")}.`
        : `Name one of them, or "heads" for all. To have one head again, run: ${joinHint(graph, candidates)}`,
      details: { candidates },
    },
  );
}

/** The lines of which one is enough where a history has several heads. */
export function joinHint(graph: Graph, heads: readonly string[]): string {
  const merge = 'remodel merge heads -m "…"';
  const [onto = "", other = "", ...more] = heads;
  const [, [first]] = divergence(graph, onto, other);
  if (more.length > 0 || first === undefined || first.down.length > 1) return merge;
  return `${merge}. Or, if ${first.id} is not applied in any database: remodel rebase ${first.id} --onto ${onto}`;
}

function tooFar(name: string, steps: number, walked: number): RemodelError {
  const side = steps > 0 ? "above" : "below";
  return new RemodelError("REVISION_UNKNOWN", `"${name}" goes too far: ${walked} of ${Math.abs(steps)} are ${side}.`, {
    hint: `To go all the way, write: ${steps > 0 ? "heads" : "base"}`,
  });
}

import { RemodelError } from "../errors.ts";
import { joinNames } from "../words.ts";
import { currentHeads, refuseMissing } from "./current.ts";
import { ancestors, bases, descendants, type Graph, heads, lineage } from "./graph.ts";
import { type CurrentRevisions, isRelative, type RevisionTarget, resolveTarget, splitRange } from "./names.ts";
import type { Revision } from "./revision.ts";
import { graphFor } from "./squashed.ts";

/**
 * Lists the revisions to run, in order, so that a target and everything it needs are applied.
 * @param applied the ids of all applied revisions
 * @param name a target, see `resolveName`
 * @throws RemodelError `DATABASE_AHEAD`, `USAGE`, or what `resolveName` throws
 */
export function upgradePlan(history: Graph, applied: readonly string[], name: string): Revision[] {
  const graph = graphFor(history, applied);
  const present = new Set(refuseMissing(graph, applied));
  if (/^(\w+@)?-/.test(name)) throw wrongWay(name, "down", "downgrade");
  const needed = ancestors(graph, resolveTarget(graph, name, { current: applied }).ids);
  return inOrder(graph, (id) => needed.has(id) && !present.has(id));
}

/**
 * Lists the revisions to downgrade, in order, so that a target is the topmost applied revision of its branch.
 * @param applied the ids of all applied revisions
 * @param name a target, see `resolveName`; `label@…` and `-1` downgrade only that branch
 * @param options `withDependents`: also downgrade the revisions of other branches that depend on those
 * @throws RemodelError `DATABASE_AHEAD`, `USAGE`, or what `resolveName` throws
 */
export function downgradePlan(
  history: Graph,
  applied: readonly string[],
  name: string,
  options: { readonly withDependents?: boolean } = {},
): Revision[] {
  const graph = graphFor(history, applied);
  const present = new Set(refuseMissing(graph, applied));
  if (/^(\w+@)?\+/.test(name)) throw wrongWay(name, "up", "upgrade");
  const to = resolveTarget(graph, name, { current: applied });
  const absent = to.ids.filter((id) => !present.has(id));
  if (absent.length > 0)
    throw new RemodelError("USAGE", `The database cannot go down to ${joinNames(absent)}, which is not applied.`, {
      hint: `Topmost applied: ${joinNames(currentHeads(graph, applied))}.`,
    });
  const first = firstAbove(graph, to, ancestors(graph, to.ids));
  const taken = descendants(graph, first);
  const plan = inOrder(graph, (id) => taken.has(id) && present.has(id)).reverse();
  const inLine = onLine(graph, to);
  const expected = descendants(graph, first, "down");
  if (!options.withDependents)
    refuseDependents(
      ids(plan).filter((id) => !expected.has(id) || !inLine(id)),
      name,
    );
  return plan;
}

function refuseDependents(dependents: readonly string[], name: string): void {
  if (dependents.length === 0) return;
  throw new RemodelError(
    "USAGE",
    `A downgrade to ${name} must also downgrade what depends on it: ${joinNames(dependents)}.`,
    { hint: "To downgrade those as well, add --with-dependents.", details: { dependents } },
  );
}

/**
 * Computes the applied revisions of a database that is stamped with some targets. Revisions that follow a target are
 * removed; those of other branches stay.
 * @param applied the ids of all applied revisions; none for `--purge`
 * @returns `applied`: all applied revisions afterwards; `settles`: whether the targets decide if a revision is applied
 * @throws RemodelError `DATABASE_AHEAD`, or what `resolveName` throws
 */
export function stampPlan(
  history: Graph,
  applied: readonly string[],
  targets: readonly string[],
): { readonly applied: string[]; readonly settles: (id: string) => boolean } {
  const graph = graphFor(history, applied);
  const present = new Set(refuseMissing(graph, applied));
  const to = targets.map((name) => resolveTarget(graph, name, { current: applied }));
  const named = to.flatMap((one) => one.ids);
  const kept = ancestors(graph, named);
  const first = to.flatMap((one) => firstAbove(graph, one, kept));
  const dropped = descendants(graph, first);
  const stamped = inOrder(graph, (id) => kept.has(id) || (present.has(id) && !dropped.has(id)));
  return { applied: ids(stamped), settles: (id) => kept.has(id) || dropped.has(id) };
}

/** Where a script starts and ends if its range does not say. */
const ENDS = { upgrade: ["base", "heads"], downgrade: ["heads", "base"] } as const;

/**
 * Plans a script for a database that is not read.
 * @returns `applied`: the revisions that the script needs to be applied; `revisions`: what it runs
 * @param range `FROM:TO`; without FROM an upgrade starts at base and a downgrade at the heads; a name alone is TO
 */
export function offlinePlan(
  graph: Graph,
  direction: "upgrade" | "downgrade",
  range: string,
  options: { readonly withDependents?: boolean } = {},
): { readonly applied: string[]; readonly revisions: Revision[] } {
  const [first, last] = ENDS[direction];
  const given: ReturnType<typeof splitRange> = range.includes(":") ? splitRange(range) : { to: range };
  const { from: start = first, to: end = last } = given;
  const below = ancestors(graph, resolveTarget(graph, start, {}).ids);
  const applied = ids(inOrder(graph, (id) => below.has(id)));
  if (direction === "downgrade") return { applied, revisions: downgradePlan(graph, applied, end, options) };
  const revisions = upgradePlan(graph, applied, end);
  if (revisions.length === 0 && downgradePlan(graph, applied, end, { withDependents: true }).length > 0)
    throw outOfOrder(range, start, end);
  return { applied, revisions };
}

/**
 * Lists the revisions of a range, both ends included, newest first.
 * @param range `A:B`, `A:` or `:B`; steps alone count from the other end (`-3:current`, `A:+2`), or from the applied
 * revisions if both ends are steps
 * @throws RemodelError `USAGE` if A is not below B, or what `resolveName` throws
 */
export function listHistory(graph: Graph, range = ":", position: CurrentRevisions = {}): Revision[] {
  const { from, to } = splitRange(range);
  const [low, high] = resolveEnds(graph, from, to, position);
  const below = ancestors(graph, high.ids);
  const outside = low.ids.filter((id) => !below.has(id));
  if (outside.length > 0) throw outOfOrder(range, joinNames(outside), to ?? "heads");
  const start = low.ids.length > 0 ? low.ids : firstAbove(graph, low, new Set());
  const beyond = descendants(graph, start);
  return inOrder(graph, (id) => below.has(id) && beyond.has(id)).reverse();
}

/** Whether the meaning of a range depends on the applied revisions; steps alone count from its other end. */
export function isRelativeRange(range: string): boolean {
  const { from, to } = splitRange(range);
  if (isSteps(from) && isSteps(to)) return true;
  return [from, to].some((name) => name !== undefined && !isSteps(name) && isRelative(name));
}

/** A number of steps without a revision, such as `+2`. */
type Steps = `${"+" | "-"}${number}`;

function isSteps(name: string | undefined): name is Steps {
  return /^[+-]\d+$/.test(name ?? "");
}

/** Resolves the two ends of a range. */
function resolveEnds(
  graph: Graph,
  from: string | undefined,
  to: string | undefined,
  position: CurrentRevisions,
): [RevisionTarget, RevisionTarget] {
  const read = (name: string, current: CurrentRevisions): RevisionTarget => resolveTarget(graph, name, current, true);
  if (isSteps(from) && !isSteps(to)) {
    const high = read(to ?? "heads", position);
    return [read(from, { current: high.ids }), high];
  }
  const low = read(from ?? "base", position);
  if (isSteps(to)) return [low, read(to, isSteps(from) ? position : { current: low.ids })];
  if (to !== undefined) return [low, read(to, position)];
  return [low, { ids: ids(heads(graph)).filter(onLine(graph, low)) }];
}

/** The revisions directly above a target: without them it is the topmost of its branch. */
function firstAbove(graph: Graph, to: RevisionTarget, kept: ReadonlySet<string>): string[] {
  const inLine = onLine(graph, to);
  return listFollowers(graph, to.ids).filter((id) => !kept.has(id) && inLine(id));
}

/** The revisions that follow some others; the first revisions follow the base, `[]`. */
function listFollowers(graph: Graph, down: readonly string[]): readonly string[] {
  if (down.length === 0) return ids(bases(graph));
  return down.flatMap((id) => graph.followers.get(id) ?? []);
}

/** Makes the test whether a revision belongs to a target's branch; all do if it has none. */
function onLine(graph: Graph, { branch }: RevisionTarget): (id: string) => boolean {
  if (branch === undefined) return () => true;
  const line = lineage(graph, branch);
  return (id) => line.has(id);
}

function outOfOrder(range: string, from: string, to: string): RemodelError {
  return new RemodelError("USAGE", `"${range}": ${from} does not come before ${to}.`, {
    hint: "Write the older revision first.",
  });
}

function wrongWay(name: string, way: string, command: string): RemodelError {
  return new RemodelError("USAGE", `"${name}" goes ${way}.`, { hint: `remodel ${command} ${name}` });
}

function ids(revisions: readonly Revision[]): string[] {
  return revisions.map(({ id }) => id);
}

function inOrder(graph: Graph, wanted: (id: string) => boolean): Revision[] {
  return [...graph.revisions.values()].filter(({ id }) => wanted(id));
}

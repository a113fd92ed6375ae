import { RemodelError } from "../errors.ts";
import { joinNames } from "../words.ts";
import { currentHeads, refuseMissing } from "./current.ts";
import { ancestors, bases, descendants, type Graph, heads, lineage } from "./graph.ts";
import { type CurrentRevisions, isRelative, type RevisionTarget, resolveTarget, splitRange } from "./names.ts";
import type { Revision } from "./revision.ts";

/**
 * What to run, in order, so that a name counts as applied with everything it needs.
 * @param applied the ids of all applied revisions
 * @param name a target, see `resolve`
 * @throws RemodelError `DATABASE_AHEAD`, `USAGE`, or what `resolve` throws
 */
export function upgradePlan(graph: Graph, applied: readonly string[], name: string): Revision[] {
  const present = new Set(refuseMissing(graph, applied));
  if (/^(\w+@)?-/.test(name)) throw wrongWay(name, "down", "downgrade");
  const needed = ancestors(graph, resolveTarget(graph, name, { current: applied }).ids);
  return inOrder(graph, (id) => needed.has(id) && !present.has(id));
}

/**
 * What to take back, in order, so that a name is the topmost applied revision of its line.
 * @param applied the ids of all applied revisions
 * @param name a target, see `resolve`; of `label@…` and `-1` only that line is taken back
 * @param options `withDependents`: also take back what depends on those, in other lines
 * @throws RemodelError `DATABASE_AHEAD`, `USAGE`, or what `resolve` throws
 */
export function downgradePlan(
  graph: Graph,
  applied: readonly string[],
  name: string,
  options: { readonly withDependents?: boolean } = {},
): Revision[] {
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
  const dependents = ids(plan).filter((id) => !expected.has(id) || !inLine(id));
  if (dependents.length > 0 && !options.withDependents)
    throw new RemodelError(
      "USAGE",
      `A downgrade to ${name} must also downgrade what depends on it: ${joinNames(dependents)}.`,
      {
        hint: "To downgrade those as well, add --with-dependents.",
        details: { dependents },
      },
    );
  return plan;
}

/**
 * The full set of applied revisions once a database is declared to be at some targets, without running anything.
 * What is applied in other lines stays; what follows a target goes. `settles`: whether it says something of a revision.
 * @param applied the ids of all applied revisions; none to start afresh (`--purge`)
 * @throws RemodelError `DATABASE_AHEAD`, or what `resolve` throws
 */
export function stampPlan(
  graph: Graph,
  applied: readonly string[],
  targets: readonly string[],
): { readonly applied: string[]; readonly settles: (id: string) => boolean } {
  const present = new Set(refuseMissing(graph, applied));
  const to = targets.map((name) => resolveTarget(graph, name, { current: applied }));
  const named = to.flatMap((one) => one.ids);
  const kept = ancestors(graph, named);
  const first = to.flatMap((one) => firstAbove(graph, one, kept));
  const dropped = descendants(graph, first);
  const stamped = inOrder(graph, (id) => kept.has(id) || (present.has(id) && !dropped.has(id)));
  return { applied: ids(stamped), settles: (id) => kept.has(id) || dropped.has(id) };
}

/**
 * What a script for a database that is not asked contains: where it has to start from, and what it runs.
 * @param range `FROM:TO`; without FROM an upgrade starts at base and a downgrade at the heads; a name alone is TO
 */
export function offlinePlan(
  graph: Graph,
  direction: "upgrade" | "downgrade",
  range: string,
  options: { readonly withDependents?: boolean } = {},
): { readonly applied: string[]; readonly revisions: Revision[] } {
  const { from, to } = range.includes(":") ? splitRange(range) : { to: range };
  const start = from ?? (direction === "upgrade" ? "base" : "heads");
  const below = ancestors(graph, resolveTarget(graph, start, {}).ids);
  const applied = ids(inOrder(graph, (id) => below.has(id)));
  if (direction === "downgrade") return { applied, revisions: downgradePlan(graph, applied, to ?? "base", options) };
  const end = to ?? "heads";
  const revisions = upgradePlan(graph, applied, end);
  if (revisions.length === 0 && downgradePlan(graph, applied, end, { withDependents: true }).length > 0)
    throw outOfOrder(range, start, end);
  return { applied, revisions };
}

/**
 * The revisions of a range, both ends included, newest first.
 * @param range `A:B`, `A:` or `:B`; steps alone count from the other end (`-3:current`, `A:+2`), else from the database
 * @throws RemodelError `USAGE` if A is not below B, or what `resolve` throws
 */
export function listHistory(graph: Graph, range?: string, position: CurrentRevisions = {}): Revision[] {
  const { from, to } = range === undefined ? {} : splitRange(range);
  const [low, high] = ends(graph, from, to, position);
  const below = ancestors(graph, high.ids);
  const outside = low.ids.filter((id) => !below.has(id));
  if (outside.length > 0) throw outOfOrder(range ?? "", joinNames(outside), to ?? "heads");
  const start = low.ids.length > 0 ? low.ids : firstAbove(graph, low, new Set());
  const beyond = descendants(graph, start);
  return inOrder(graph, (id) => below.has(id) && beyond.has(id)).reverse();
}

/** Whether only a database makes clear what a range means; steps alone count from its other end. */
export function isRelativeRange(range: string): boolean {
  const { from, to } = splitRange(range);
  const named = [from, to].filter((name) => name !== undefined && !isSteps(name));
  return named.some((name) => isRelative(name!)) || (isSteps(from) && isSteps(to));
}

function isSteps(name: string | undefined): boolean {
  return /^[+-]\d+$/.test(name ?? "");
}

function ends(
  graph: Graph,
  from: string | undefined,
  to: string | undefined,
  position: CurrentRevisions,
): [RevisionTarget, RevisionTarget] {
  const read = (name: string, current: CurrentRevisions): RevisionTarget => resolveTarget(graph, name, current, true);
  if (isSteps(from) && !isSteps(to)) {
    const high = read(to ?? "heads", position);
    return [read(from!, { current: high.ids }), high];
  }
  const low = read(from ?? "base", position);
  if (isSteps(to)) return [low, read(to!, isSteps(from) ? position : { current: low.ids })];
  if (to !== undefined) return [low, read(to, position)];
  return [low, { ids: ids(heads(graph)).filter(onLine(graph, low)) }];
}

/** The revisions directly above a target that have to go for it to be the topmost of its line. */
function firstAbove(graph: Graph, to: RevisionTarget, kept: ReadonlySet<string>): string[] {
  const next = to.ids.length > 0 ? to.ids.flatMap((id) => graph.followers.get(id) ?? []) : ids(bases(graph));
  const inLine = onLine(graph, to);
  return next.filter((id) => !kept.has(id) && inLine(id));
}

/** Whether a revision belongs to the branch a target names; every one does if it names none. */
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
  return new RemodelError("USAGE", `"${name}" leads ${way}.`, { hint: `remodel ${command} ${name}` });
}

function ids(revisions: readonly Revision[]): string[] {
  return revisions.map(({ id }) => id);
}

function inOrder(graph: Graph, wanted: (id: string) => boolean): Revision[] {
  return [...graph.revisions.values()].filter(({ id }) => wanted(id));
}

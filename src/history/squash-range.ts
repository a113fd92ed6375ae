import { collect } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { joinNames } from "../words.ts";
import { ancestors, dependencies, type Graph } from "./graph.ts";
import { resolveName, resolveOne, splitRange } from "./names.ts";
import type { Revision } from "./revision.ts";

/** Revisions that one is to replace. */
export interface SquashRange {
  /** The revision before them; absent for the beginning of the history. */
  readonly base?: string;
  /** The last of them. */
  readonly last: string;
  /** In their order. */
  readonly revisions: readonly Revision[];
}

/**
 * Finds the revisions of a range that one revision can replace: they begin after one revision and end at one.
 * @param range `BASE:REV`; BASE stays, `base` or nothing is the beginning of the history; without REV it ends at the head
 * @throws RemodelError `SQUASH_REFUSED`, `USAGE`, or what `resolveName` throws
 */
export function findSquashed(graph: Graph, range: string): SquashRange {
  const { from = "base", to = "head" } = splitRange(
    range,
    `Write BASE:REV. BASE stays, and REV is the last that goes in: remodel squash ${range.trim() || "base"}:head`,
  );
  const start = resolveName(graph, from);
  const [base] = start;
  if (start.length > 1) throw refused(`"${from}" is not one revision.`, "Name the revision before the first one.");
  const { id: last } = resolveOne(graph, to);
  const before = ancestors(graph, start, "down");
  const all = ancestors(graph, [last], "down");
  if (!start.every((id) => all.has(id)))
    throw refused(`${last} does not follow ${base}.`, "Write the older revision first: BASE:REV.");
  const revisions = [...graph.revisions.values()].filter(({ id }) => all.has(id) && !before.has(id));
  requireSeveral(revisions, range);
  const ids = new Set(revisions.map(({ id }) => id));
  for (const revision of revisions) refuseOpenEnds(graph, revision, { base, last, ids });
  // Revisions that follow the last one follow the new one, so it ends the list.
  const ordered = [...revisions.filter(({ id }) => id !== last), ...revisions.filter(({ id }) => id === last)];
  return { last, revisions: ordered, ...dropUndefined({ base }) };
}

function requireSeveral(revisions: readonly Revision[], range: string): void {
  if (revisions.length > 1) return;
  throw refused(
    `"${range}" has ${revisions.length === 0 ? "no" : "only one"} revision.`,
    "Name more: BASE stays as it is, and REV is the last that goes in.",
  );
}

/** The header of the revision that replaces a range. */
export function headOf(
  graph: Graph,
  { base, revisions }: SquashRange,
): Pick<Revision, "down" | "branchLabels" | "dependsOn"> & { readonly replaces: readonly string[] } {
  const replaces = revisions.map(({ id }) => id);
  const needs = revisions.flatMap((one) => dependencies(graph, one)).filter((id) => !replaces.includes(id));
  return {
    down: collect(base),
    branchLabels: revisions.flatMap(({ branchLabels = [] }) => branchLabels),
    dependsOn: [...new Set(needs)],
    replaces,
  };
}

/** Between the two ends nothing may come in, and nothing go out. */
function refuseOpenEnds(
  graph: Graph,
  { id, down, replaces = [] }: Revision,
  { base, last, ids }: { readonly base: string | undefined; readonly last: string; readonly ids: ReadonlySet<string> },
): void {
  const outside = down.filter((one) => one !== base && !ids.has(one));
  const leaving = id === last ? [] : (graph.followers.get(id) ?? []).filter((one) => !ids.has(one));
  if (outside.length > 0)
    throw refused(
      `${id} also follows ${joinNames(outside)}, which comes before ${base}.`,
      "Choose a BASE that all of them follow.",
    );
  if (leaving.length > 0)
    throw refused(
      `${joinNames(leaving)} follows ${id}, which would no longer be a revision.`,
      `End at ${id}, or after a merge of both.`,
    );
  if (replaces.length > 0)
    throw refused(
      `${id} replaces others itself.`,
      `Once every database is past ${id} and has had another upgrade, delete the line replaces in its file.`,
    );
}

function refused(message: string, hint: string): RemodelError {
  return new RemodelError("SQUASH_REFUSED", message, { hint });
}

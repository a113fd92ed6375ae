import { joinTexts } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { joinNames } from "../words.ts";
import { ancestors, buildGraph, descendants, divergence, type Graph, heads } from "./graph.ts";
import { type CurrentRevisions, resolveName, resolveOne } from "./names.ts";
import type { Revision } from "./revision.ts";

/** A revision to be written: `down` and `dependsOn` are names, see `resolveName`; without `down` it follows the head. */
export interface NewRevision extends Omit<Revision, "down"> {
  readonly down?: readonly string[];
}

/** A revision with all names resolved, and the history with it. */
export interface Added {
  readonly graph: Graph;
  readonly revision: Revision;
}

/**
 * Adds a revision to the history in memory: what is wrong is found before a file is written.
 * @param options `splice`: it may follow a revision that is not a head; `current`: the applied revisions
 * @throws RemodelError `REVISION_DUPLICATE`, `REVISION_INVALID`, `GRAPH_HEADS`, or what `resolveName` throws
 */
export function addRevision(
  graph: Graph,
  revision: NewRevision,
  options: CurrentRevisions & { readonly splice?: boolean } = {},
): Added {
  const down = unique((revision.down ?? ["head"]).flatMap((name) => resolveName(graph, name, options)));
  if (!options.splice) refuseInner(graph, down, "To create a second head there, add --splice.");
  const { dependsOn: names, ...rest } = revision;
  const dependsOn = unique((names ?? []).flatMap((name) => resolveName(graph, name, options)));
  const added: Revision = { ...rest, down, ...(dependsOn.length > 0 && { dependsOn }) };
  return { graph: buildGraph([...graph.given.values(), added]), revision: added };
}

/**
 * Finds the heads that a merge joins, sorted: its `down`.
 * @param names the heads to join; `["heads"]` for all
 * @throws RemodelError `USAGE` if there is only one, `GRAPH_HEADS` if one is not a head, or what `resolveName` throws
 */
export function resolveMerge(graph: Graph, names: readonly string[], position: CurrentRevisions = {}): string[] {
  const down = unique(names.flatMap((name) => resolveName(graph, name, position))).sort();
  refuseInner(graph, down, `Heads: ${joinNames(heads(graph).map(({ id }) => id))}.`);
  const [only, another] = down;
  if (another !== undefined) return down;
  const why = only === undefined ? "the history is empty" : `${only} is the only head`;
  throw new RemodelError("USAGE", `There is nothing to merge: ${why}.`, {
    hint: "A merge needs two heads or more. To list the heads, run: remodel heads",
  });
}

/**
 * Moves a revision onto another one, most often after a git merge made two heads. No other database may have applied it.
 * @param name the revision to move; those that follow it move with it
 * @param onto the revision that it is to follow
 * @throws RemodelError `USAGE` for a merge, `GRAPH_CYCLE` if `onto` follows it, or what `resolveName` throws
 */
export function moveRevision(graph: Graph, name: string, onto: string, position: CurrentRevisions = {}): Added {
  const moved = resolveOne(graph, name, position);
  const below = resolveOne(graph, onto, position);
  if (moved.down.length > 1)
    throw new RemodelError("USAGE", `Revision ${moved.id} is a merge; it cannot be moved.`, {
      hint: `Delete it, and move one of the two it joins: ${joinNames(moved.down)}.`,
    });
  if (descendants(graph, [moved.id]).has(below.id))
    throw new RemodelError(
      "GRAPH_CYCLE",
      `Revision ${below.id} follows ${moved.id}, so ${moved.id} cannot follow it.`,
      {
        hint: "Name a revision that does not follow it. To list all revisions, run: remodel history",
        details: { revisions: [moved.id, below.id] },
      },
    );
  const revision: Revision = { ...moved, down: [below.id] };
  const others = [...graph.given.values()].filter(({ id }) => id !== moved.id);
  const rebased = buildGraph([...others, revision]);
  refuseNewHead(graph, rebased, moved, below.id);
  return { graph: rebased, revision };
}

/** The revision that the moved one followed must not become a head: then more has to move with it. */
function refuseNewHead(before: Graph, after: Graph, { id, down: [left] }: Revision, onto: string): void {
  if (left === undefined || after.followers.has(left)) return;
  throw new RemodelError("GRAPH_HEADS", `Without ${id}, revision ${left} would be a head.`, {
    hint: moveHint(before, id, onto, left),
    details: { revisions: [left] },
  });
}

function moveHint(graph: Graph, id: string, onto: string, left: string): string {
  const [[first]] = divergence(graph, id, onto);
  if (first === undefined || ancestors(graph, [id]).has(onto)) {
    const own = descendants(graph, [id]);
    const others = heads(graph).flatMap((head) => (own.has(head.id) ? [] : [head.id]));
    const other = others.length > 0 && `, or move it onto another head: ${joinNames(others)}`;
    return `${joinTexts("Leave it there", other)}. To make ${left} a head again, write in the file of ${id}: export const downRevision = ${JSON.stringify(onto)};`;
  }
  return `To move the whole line, run: remodel rebase ${first.id} --onto ${onto}`;
}

function refuseInner(graph: Graph, ids: readonly string[], hint: string): void {
  const inner = ids.filter((id) => graph.followers.has(id));
  if (inner.length === 0) return;
  const [are, them] = inner.length === 1 ? ["is not a head", "it"] : ["are not heads", "them"];
  throw new RemodelError(
    "GRAPH_HEADS",
    `${joinNames(inner)} ${are}: a revision on top of ${them} would create a second head.`,
    { hint, details: { revisions: inner } },
  );
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

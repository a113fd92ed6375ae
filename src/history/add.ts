import { RemodelError } from "../errors.ts";
import { joinNames } from "../words.ts";
import { ancestors, buildGraph, descendants, divergence, type Graph, heads } from "./graph.ts";
import { type CurrentRevisions, resolveName, resolveOne } from "./names.ts";
import type { Revision } from "./revision.ts";

/** A revision about to be written: `down` and `dependsOn` are names, see `resolve`; without `down` it follows the head. */
export interface NewRevision extends Omit<Revision, "down"> {
  readonly down?: readonly string[];
}

/** A revision with all names resolved, and the history that has it. */
export interface Added {
  readonly graph: Graph;
  readonly revision: Revision;
}

/**
 * Puts a revision on the history in memory, so that nothing wrong is ever written.
 * @param options `splice`: it may follow a revision that others follow already; `current`: what is applied
 * @throws RemodelError `REVISION_DUPLICATE`, `REVISION_INVALID`, `GRAPH_HEADS`, or what `resolve` throws
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
  return { graph: buildGraph([...graph.revisions.values(), added]), revision: added };
}

/**
 * The heads that a merge joins, sorted: its `down`.
 * @param names what to join; `["heads"]` for all
 * @throws RemodelError `USAGE` if that is only one, `GRAPH_HEADS` if one is no head, or what `resolve` throws
 */
export function mergeOf(graph: Graph, names: readonly string[], position: CurrentRevisions = {}): string[] {
  const down = unique(names.flatMap((name) => resolveName(graph, name, position))).sort();
  refuseInner(graph, down, `Heads: ${joinNames(heads(graph).map(({ id }) => id))}.`);
  if (down.length > 1) return down;
  throw new RemodelError(
    "USAGE",
    `There is nothing to merge: ${down[0] === undefined ? "the history is empty" : `${down[0]} is the only head`}.`,
    {
      hint: "A merge needs two heads or more. To list the heads, run: remodel heads",
    },
  );
}

/**
 * Moves a revision that was applied nowhere else onto another one, most often after a git merge made two heads.
 * @param name the revision that moves; what follows it moves along
 * @param onto the revision that it follows from then on
 * @throws RemodelError `USAGE` for a merge, `GRAPH_CYCLE` if `onto` stands on it, or what `resolve` throws
 */
export function rebaseOf(graph: Graph, name: string, onto: string, position: CurrentRevisions = {}): Added {
  const moved = resolveOne(graph, name, position);
  const below = resolveOne(graph, onto, position);
  if (moved.down.length > 1)
    throw new RemodelError("USAGE", `Revision ${moved.id} is a merge; it cannot be moved.`, {
      hint: `Delete it, and move one of the two it joins: ${joinNames(moved.down)}.`,
    });
  if (descendants(graph, [moved.id]).has(below.id))
    throw new RemodelError("GRAPH_CYCLE", `Revision ${below.id} follows ${moved.id}, so ${moved.id} cannot follow it.`);
  const revision: Revision = { ...moved, down: [below.id] };
  const others = [...graph.revisions.values()].filter(({ id }) => id !== moved.id);
  const rebased = buildGraph([...others, revision]);
  refuseNewHead(graph, rebased, moved, below.id);
  return { graph: rebased, revision };
}

/** What a revision leaves behind must not be a head: then its line has to be cut further down. */
function refuseNewHead(before: Graph, after: Graph, { id, down: [left] }: Revision, onto: string): void {
  if (left === undefined || after.followers.has(left)) return;
  const [first] = divergence(before, id, onto)[0];
  throw new RemodelError("GRAPH_HEADS", `Without ${id}, revision ${left} would be a head.`, {
    hint:
      first === undefined || ancestors(before, [id]).has(onto)
        ? `Leave it there, or move it onto another head: ${joinNames(heads(before).map((head) => head.id))}.`
        : `To move the whole line, run: remodel rebase ${first.id} --onto ${onto}`,
    details: { revisions: [left] },
  });
}

function refuseInner(graph: Graph, ids: readonly string[], hint: string): void {
  const inner = ids.filter((id) => graph.followers.has(id));
  if (inner.length > 0)
    throw new RemodelError(
      "GRAPH_HEADS",
      `${joinNames(inner)} ${inner.length === 1 ? "is not a head: a revision on top of it" : "are not heads: a revision on top of them"} would create a second head.`,
      {
        hint,
        details: { revisions: inner },
      },
    );
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

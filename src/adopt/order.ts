import { groupBy } from "../group-by.ts";
import type { BaselineNode } from "./nodes.ts";
import type { Address } from "./objects.ts";

/** The order among objects that do not need each other: what is at its end may need what is at its beginning. */
const RANKS = [
  ["default privileges"],
  ["schema"],
  ["extension"],
  ["collation", "text search dictionary", "text search configuration"],
  ["enum type", "domain", "composite type", "range type", "type"],
  ["sequence"],
  ["table", "partitioned table", "partition"],
  ["owned sequence", "default"],
  ["function", "procedure", "aggregate", "operator", "operator family", "operator class", "cast"],
  ["primary key", "unique constraint", "check constraint", "exclusion constraint", "index"],
  ["attached partition"],
  ["view"],
  ["rows"],
  ["foreign key"],
  ["materialized view"],
  ["statistics", "rule", "trigger", "policy"],
  ["row", "fact"],
  ["event trigger"],
];
const RANK_OF = new Map(RANKS.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank])));

/** The nodes in an order in which they can be created, and those that need each other in a circle. */
export interface OrderedNodes {
  readonly ordered: readonly BaselineNode[];
  readonly circle: readonly BaselineNode[];
}

/**
 * Puts nodes in an order in which each comes after what it needs. It is the same for the same nodes.
 * @param edges each address with one that has to come before it
 * @param aliases parts of objects, and the whole
 */
export function orderNodes(
  nodes: readonly BaselineNode[],
  edges: readonly (readonly [Address, Address])[],
  aliases: ReadonlyMap<Address, Address>,
): OrderedNodes {
  const known = new Map(nodes.map((node) => [node.address, node]));
  const needs = new Map(nodes.map(({ address }) => [address, new Set<Address>()]));
  for (const [from, to] of [...edges, ...ownerEdges(nodes)]) {
    const [user, used] = [wholeOf(from, aliases), wholeOf(to, aliases)];
    if (user !== used && known.has(used)) needs.get(user)?.add(used);
  }
  const waiting = [...nodes].sort(compareNodes);
  const done = new Set<Address>();
  const ordered: BaselineNode[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ address }) => [...(needs.get(address) ?? [])].every((one) => done.has(one)));
    const [next] = at < 0 ? [] : waiting.splice(at, 1);
    if (next === undefined) break;
    done.add(next.address);
    ordered.push(next);
  }
  return { ordered, circle: waiting };
}

/** Follows parts to the object that they belong to. */
export function wholeOf(address: Address, aliases: ReadonlyMap<Address, Address>): Address {
  const seen = new Set([address]);
  for (const at of seen) {
    const next = aliases.get(at);
    if (next === undefined || seen.has(next)) return at;
    seen.add(next);
  }
  return address;
}

/** What belongs to an object comes after it. A partition is attached after all that it and its parent have. */
function ownerEdges(nodes: readonly BaselineNode[]): readonly (readonly [Address, Address])[] {
  const parts = groupBy(
    nodes.filter(({ owner }) => owner !== undefined),
    ({ owner }) => owner,
  );
  const owned = nodes.flatMap(({ address, owner }): (readonly [Address, Address])[] =>
    owner === undefined ? [] : [[address, owner]],
  );
  const more = nodes.flatMap(({ address, after = [] }) =>
    after.flatMap((one) => {
      const ready = (parts.get(one) ?? []).filter(({ object }) => IS_BEFORE_ATTACHED.has(object.kind));
      return [one, ...ready.map((part) => part.address)].map((used): readonly [Address, Address] => [address, used]);
    }),
  );
  return [...owned, ...more];
}

const IS_BEFORE_ATTACHED = new Set([
  "primary key",
  "unique constraint",
  "check constraint",
  "exclusion constraint",
  "index",
]);

function compareNodes(a: BaselineNode, b: BaselineNode): number {
  return rankOf(a) - rankOf(b);
}

function rankOf({ object }: BaselineNode): number {
  return RANK_OF.get(object.kind) ?? RANKS.length;
}

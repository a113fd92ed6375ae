import { RemodelError } from "../errors.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { groupBy } from "../group-by.ts";
import { sql } from "../kinds/operations.ts";
import type { Change } from "../schema/operation.ts";
import { type BaselineNode, type BaselineParts, ifRoles, makeNodes } from "./nodes.ts";
import type { Address, CatalogObject, ObjectFact } from "./objects.ts";
import { orderNodes, wholeOf } from "./order.ts";

/** An object of the live database in the answer of `adopt`. */
export interface Carried {
  readonly kind: string;
  readonly name: string;
}

/** A baseline: what makes an empty database what the live one is. */
export interface Baseline {
  readonly upgrade: readonly Change[];
  readonly downgrade: readonly Change[];
  readonly carried: readonly Carried[];
  readonly notCarried: readonly (Carried & { readonly why: string })[];
  /** The roles that its statements name. */
  readonly roles: readonly string[];
}

/**
 * Makes the baseline of what was found in a database.
 * @param rows steps that insert rows
 * @throws RemodelError `BASELINE_CIRCLE` for objects that need each other in a circle
 */
export function makeBaseline(parts: Omit<BaselineParts, "late">, rows: readonly BaselineNode[] = []): Baseline {
  const { nodes, circle, aliases } = order(parts, rows);
  if (circle.length > 0) throw circleError(circle.filter(({ object }) => object.kind !== "fact"));
  const { objects } = parts.found;
  const refused = objects.filter(({ create }) => create === undefined);
  return {
    upgrade: nodes.map(({ create, heading }) => ({ operations: create, ...dropUndefined({ heading }) })),
    downgrade: downgradeOf(nodes, parts.found.edges, aliases),
    carried: nodes
      .filter(({ object }) => !["fact", "row"].includes(object.kind))
      .map(({ object: { kind, name } }) => ({ kind, name })),
    notCarried: refused.map((object) => ({
      ...nameCarried(object, objects),
      why: object.why ?? "PostgreSQL gives no statement for it",
    })),
    roles: [...new Set([...objects.flatMap(({ roles }) => roles), ...parts.found.facts.flatMap(rolesOf)])].sort(),
  };
}

function nameCarried({ kind, name, table }: CatalogObject, objects: readonly CatalogObject[]): Carried {
  const owner = objects.find(({ address }) => address === table);
  return { kind, name: owner === undefined ? name : `${name} of ${owner.name}` };
}

/** Puts all in order. Where functions and tables need each other, defaults and checks come after their tables. */
function order(parts: Omit<BaselineParts, "late">, rows: readonly BaselineNode[]) {
  const first = orderWith({ ...parts, late: new Set() }, rows);
  if (first.circle.length === 0) return first;
  const stuck = new Set(first.circle.map(({ address }) => address));
  const late = parts.found.objects.filter(
    ({ kind, table }) => LATE.includes(kind) && table !== undefined && stuck.has(table),
  );
  return orderWith({ ...parts, late: new Set(late.map(({ address }) => address)) }, rows);
}

/** What may come after its table. */
const LATE = ["default", "check constraint"];

function orderWith(parts: BaselineParts, rows: readonly BaselineNode[]) {
  const { nodes, aliases } = makeNodes(parts);
  const facts = factNodes(parts, nodes, aliases);
  const { ordered, circle } = orderNodes([...nodes, ...facts, ...rows], parts.found.edges, aliases);
  return { nodes: ordered, circle, aliases };
}

/** A node for what each object has besides its definition. */
function factNodes(
  { found }: BaselineParts,
  nodes: readonly BaselineNode[],
  aliases: ReadonlyMap<Address, Address>,
): readonly BaselineNode[] {
  const known = new Map(nodes.map((node) => [node.address, node]));
  const placed = found.facts.flatMap((fact) => {
    const owner = known.get(wholeOf(fact.address, aliases));
    // The statement that creates such a table has the names of its NOT NULL.
    const isSaid = fact.what === "NOT NULL" && owner?.heading !== undefined;
    return owner === undefined || isSaid ? [] : [{ fact, owner }];
  });
  return [...groupBy(placed, ({ owner }) => owner.address)].flatMap(([address, list]): BaselineNode[] => {
    const [first] = list;
    if (first === undefined) return [];
    const { kind, name } = first.owner.object;
    const what = [...new Set(list.map(({ fact }) => fact.what))].join(", ");
    return [
      {
        address: `fact ${address}`,
        object: { kind: "fact", name },
        heading: `${what} of ${kind} ${name}`,
        create: list.map(({ fact }) => sql(ifRoles(rolesOf(fact), fact.statement))),
        drop: [],
        owner: address,
      },
    ];
  });
}

const ROLE = /\b(?:OWNER TO|TO|FROM) ((?:"(?:[^"]|"")+")|[^\s"]+)(?: WITH GRANT OPTION)?$/;

/** The role that gets rights, or loses them, or is the owner: it ends the statement. */
export function rolesOf({ what, statement }: Pick<ObjectFact, "what" | "statement">): readonly string[] {
  if (!/^(?:owner|privileges)/.test(what)) return [];
  const [, role = "PUBLIC"] = ROLE.exec(statement) ?? [];
  if (role === "PUBLIC") return [];
  return [role.startsWith('"') ? role.slice(1, -1).replaceAll('""', '"') : role];
}

/**
 * Drops all in the other order. What belongs to a table goes with it, unless something that it needs is dropped before that
 * table.
 */
function downgradeOf(
  nodes: readonly BaselineNode[],
  edges: readonly (readonly [Address, Address])[],
  aliases: ReadonlyMap<Address, Address>,
): readonly Change[] {
  const order = new Map(nodes.map((node, at) => [node.address, { at, node }]));
  const needs = groupBy(edges, ([from]) => wholeOf(from, aliases));
  const findOrder = (address: Address) => {
    const found = order.get(wholeOf(address, aliases));
    return order.get(found?.node.owner ?? "") ?? found;
  };
  const goesWithOwner = ({ address, owner }: BaselineNode) => {
    const table = mapGiven(owner, (name) => order.get(name));
    return table !== undefined && (needs.get(address) ?? []).every(([, to]) => isBefore(findOrder(to), table.at));
  };
  return nodes
    .filter((node) => node.drop.length > 0 && !goesWithOwner(node))
    .toReversed()
    .map(({ drop, heading }) => ({ operations: drop, ...dropUndefined({ heading }) }));
}

function isBefore(place: { readonly at: number } | undefined, at: number): boolean {
  return place === undefined || place.at <= at;
}

function circleError(stuck: readonly BaselineNode[]): RemodelError {
  const names = stuck.map(({ object: { kind, name } }) => `${kind} ${name}`);
  return new RemodelError(
    "BASELINE_CIRCLE",
    `These need each other, so none can be created first: ${names.join(", ")}.`,
    {
      hint: "Take one of them out of the circle, or keep the old migrations: remodel adopt --wrap",
      details: { objects: names },
    },
  );
}

import { divergence, type Graph } from "../history/graph.ts";
import type { Operation } from "../schema/operation.ts";
import { type CallTarget, callTarget, type NewName, readNewName } from "./calls.ts";

/** What one of two heads does to something. */
export interface HeadChanges {
  readonly head: string;
  /** Its operations in short: `addColumn area`. */
  readonly operations: readonly string[];
}

/** Something that two heads touch both, each without knowing of the other. */
export interface Overlap {
  /** `table shop`, `enum type shop_status_enum`. */
  readonly object: string;
  readonly sides: readonly [HeadChanges, HeadChanges];
}

/** What two heads both change, and the revisions that may change anything. */
export interface Overlaps {
  readonly overlaps: readonly Overlap[];
  /** Ids of revisions with SQL or code of their own: what these change is unknown. */
  readonly unknownEffects: readonly string[];
}

/**
 * Finds what several heads touch both, from the operations of the revisions that each has and the other lacks.
 * @param operationsOf what a revision does on its way up
 */
export function findOverlaps(
  graph: Graph,
  heads: readonly string[],
  operationsOf: (id: string) => readonly Operation[],
): Overlaps {
  const pairs = heads.flatMap((left, at) => heads.slice(at + 1).map((right) => [left, right] as const));
  const sides = pairs.map(([left, right]) => divergence(graph, left, right));
  const apart = new Set(sides.flat(2).map(({ id }) => id));
  return {
    overlaps: pairs.flatMap(([left, right], at) => {
      const [ours, theirs] = sides[at]!.map((list) => touched(list.flatMap(({ id }) => operationsOf(id))));
      return [...ours!].flatMap(([object, operations]): readonly Overlap[] => {
        const other = theirs!.get(object);
        return other === undefined
          ? []
          : [
              {
                object,
                sides: [
                  { head: left, operations },
                  { head: right, operations: other },
                ],
              },
            ];
      });
    }),
    unknownEffects: [...apart].filter((id) => operationsOf(id).some(({ custom }) => custom !== undefined)),
  };
}

/** What operations touch, each with those that do. */
function touched(operations: readonly Operation[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const operation of operations)
    for (const object of objectsOf(operation)) found.set(object, [...(found.get(object) ?? []), inShort(operation)]);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** By every name that is in use before or after, and the tables that are locked, such as one that a key references. */
function objectsOf(operation: Operation): ReadonlySet<string> {
  const target = callTarget(operation);
  // A row of TypeORM's metadata goes with the view or column that it is about.
  if (target === undefined || target.kind === "row of TypeORM's metadata") return new Set();
  const names = namesOf(target, readNewName(operation));
  const word = target.owner === "" ? target.kind : "table";
  const locked = (operation.locks ?? []).filter(({ on, onDependents }) => !onDependents && !names.includes(on));
  return new Set([...names.map((one) => `${word} ${one}`), ...locked.map(({ on }) => `table ${on}`)]);
}

/** Constraints, columns and indexes belong to their table, values to their enum type. */
function namesOf({ kind, owner, name }: CallTarget, given: NewName | undefined): readonly string[] {
  if (owner !== "") return [owner];
  return given?.kind === kind ? [given.from, given.to] : [name];
}

/** The operation and what it is about, without the table. */
function inShort(operation: Operation): string {
  const { owner = "", name = "" } = callTarget(operation) ?? {};
  return owner === "" || name === "" ? operation.name : `${operation.name} ${name}`;
}

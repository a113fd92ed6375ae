import { byCodeUnit } from "../code-units.ts";
import { divergence, type Graph } from "../history/graph.ts";
import type { Operation } from "../schema/operation.ts";
import { type CallTarget, callTarget, type NewName, readNewName } from "./calls.ts";

/** What one of two heads does to an object. */
export interface HeadChanges {
  readonly head: string;
  /** Its operations in short, such as `addColumn area`. */
  readonly operations: readonly string[];
}

/** An object that two heads change, each without the changes of the other. */
export interface Overlap {
  /** `table shop`, `enum type shop_status_enum`. */
  readonly object: string;
  readonly sides: readonly [HeadChanges, HeadChanges];
}

/** What two heads both change, and the revisions that may change anything. */
export interface Overlaps {
  readonly overlaps: readonly Overlap[];
  /** Ids of revisions with custom SQL or code: what these change is unknown. */
  readonly unknownEffects: readonly string[];
}

/**
 * Finds what several heads change, from the operations of the revisions that one head has and another lacks.
 * @param listOperations the operations of a revision's `upgrade`, by its id
 */
export function findOverlaps(
  graph: Graph,
  heads: readonly string[],
  listOperations: (id: string) => readonly Operation[],
): Overlaps {
  const pairs = heads.flatMap((left, at) => heads.slice(at + 1).map((right) => [left, right] as const));
  const diverged = new Set(pairs.flatMap(([left, right]) => divergence(graph, left, right).flat()).map(({ id }) => id));
  return {
    overlaps: pairs.flatMap(([left, right]) => compareHeads(graph, left, right, listOperations)),
    unknownEffects: [...diverged].filter((id) => listOperations(id).some(({ custom }) => custom !== undefined)),
  };
}

function compareHeads(
  graph: Graph,
  left: string,
  right: string,
  listOperations: (id: string) => readonly Operation[],
): readonly Overlap[] {
  const [ofLeft, ofRight] = divergence(graph, left, right);
  const other = groupByObject(ofRight.flatMap(({ id }) => listOperations(id)));
  return [...groupByObject(ofLeft.flatMap(({ id }) => listOperations(id)))].flatMap(([object, operations]) => {
    const same = other.get(object);
    if (same === undefined) return [];
    const sides = [
      { head: left, operations },
      { head: right, operations: same },
    ] as const;
    return [{ object, sides }];
  });
}

/** Groups operations by the objects that they change, sorted by object. */
function groupByObject(operations: readonly Operation[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const operation of operations)
    for (const object of listObjects(operation))
      found.set(object, [...(found.get(object) ?? []), printInShort(operation)]);
  return new Map([...found].sort(([a], [b]) => byCodeUnit(a, b)));
}

/** Lists the objects by their names before and after, and the locked tables, such as one that a foreign key references. */
function listObjects(operation: Operation): ReadonlySet<string> {
  const target = callTarget(operation);
  // A row of TypeORM's metadata changes together with the view or column that it is about.
  if (target === undefined || target.kind === "row of TypeORM's metadata") return new Set();
  const names = listNames(target, readNewName(operation));
  const word = target.owner === "" ? target.kind : "table";
  const { locks = [] } = operation;
  const locked = locks.filter(({ on, onDependents }) => !onDependents && !names.includes(on));
  return new Set([...names.map((one) => `${word} ${one}`), ...locked.map(({ on }) => `table ${on}`)]);
}

/** Constraints, columns and indexes count as their table, values as their enum type. */
function listNames({ kind, owner, name }: CallTarget, given: NewName | undefined): readonly string[] {
  if (owner !== "") return [owner];
  return given?.kind === kind ? [given.from, given.to] : [name];
}

/** Prints an operation and its object, without the table. */
function printInShort(operation: Operation): string {
  const target = callTarget(operation);
  if (target === undefined || target.owner === "" || target.name === "") return operation.name;
  return `${operation.name} ${target.name}`;
}

import { collect } from "../collect.ts";
import { columns } from "../kinds/columns.ts";
import type { Operation, OperationTarget } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { siblingName } from "../sql.ts";
import { type Aside, tablesAside } from "./asides.ts";
import {
  constraintKey,
  type HeldNames,
  keysOfSequence,
  listHeldNames,
  type MovedKey,
  moveKey,
  type NameHolder,
  relationKey,
  typeKey,
} from "./held-names.ts";
import type { Step } from "./order.ts";
import { nameAfter, type Rename } from "./renames.ts";

/** What the names that steps take and give up are found from. */
export interface NamesAround {
  /** In its own names. */
  readonly before: Schema;
  readonly after: Schema;
  readonly renames: readonly Rename[];
  /** What has given up its names before the first step. */
  readonly asides: readonly Aside[];
}

/** The keys of names, see {@link HeldNames}. */
interface Keys {
  readonly takes: readonly string[];
  readonly gives: readonly string[];
}

const NO_KEYS: Keys = { takes: [], gives: [] };

/**
 * Finds what has to give up its name first: what still has a name when a step gives that name to something else, or an
 * item of a table that moves to a schema where its name is taken.
 */
export function findNameConflict(steps: readonly Step[], around: NamesAround): NameHolder | undefined {
  const { holders } = listHeldNames(around.before);
  const aside = new Set(around.asides.map(describeNameHolder));
  const [keysOf, partsOf] = [keyFinder(around), partsFinder(around)];
  const free = new Set<string>();
  /** What has come to another schema with its table. */
  const arrived = new Map<string, NameHolder>();
  const holderOf = (key: string) => {
    const holder = arrived.get(key) ?? (free.has(key) ? undefined : holders.get(key));
    return holder === undefined || aside.has(describeNameHolder(holder)) ? undefined : holder;
  };
  for (const step of steps)
    for (const operation of step.change.operations) {
      const { takes, gives } = keysOf(step, operation);
      for (const key of takes) {
        const holder = holderOf(key);
        if (holder !== undefined && !isItself(holder, operation, around.renames)) return holder;
      }
      for (const key of gives) {
        free.add(key);
        arrived.delete(key);
      }
      for (const { from, to } of partsOf(operation)) {
        const part = holderOf(from);
        if (part === undefined) continue;
        if (holderOf(to) !== undefined) return part;
        free.add(from);
        arrived.delete(from);
        arrived.set(to, part);
      }
    }
  return undefined;
}

/** Text that is the same for the same holder. */
export function describeNameHolder({ table, list, name }: NameHolder): string {
  return `${table}\0${list}\0${name}`;
}

/** Whether an operation changes the column that has the sequence already. */
function isItself({ table, list, name }: NameHolder, { target }: Operation, renames: readonly Rename[]): boolean {
  if (target === undefined || list !== columns.list) return false;
  const isTable = target.table === nameAfter(renames, "tables", table);
  return target.kind === "column" && isTable && target.name === nameAfter(renames, "columns", name, table);
}

/** Finds the names that go to another schema with their table: of its keys, indexes and sequences. */
function partsFinder({ before, asides }: NamesAround): (operation: Operation) => readonly MovedKey[] {
  const { holders, ofOwners } = listHeldNames(before);
  /** The names that tables had before the first step, by those that they have in between. */
  const oldNames = new Map(tablesAside(asides).map(({ from, to }) => [to, from]));
  return ({ target }) => {
    if (target?.kind !== "table" || target.to === undefined) return [];
    const { name, to, effect } = target;
    const oldName = oldNames.get(name) ?? name;
    oldNames.delete(name);
    oldNames.set(to, oldName);
    if (effect !== "move") return [];
    const parts = (ofOwners.get(oldName) ?? []).filter((key) => holders.get(key)?.table === oldName);
    return parts.flatMap((key) => moveKey(key, to));
  };
}

function keyFinder({ before, after, renames }: NamesAround): (step: Step, operation: Operation) => Keys {
  const [held, wanted] = [listHeldNames(before), listHeldNames(after)];
  const oldNames = new Map(renames.filter(({ list }) => list === "tables").map(({ from, to }) => [to, from]));
  const oldTable = (name: string) => oldNames.get(name) ?? name;
  return (step, { target }) => {
    if (target === undefined) return NO_KEYS;
    const { kind, table = "", name, to = name } = target;
    switch (kind) {
      case "view":
        return keysOfRelation(target, step, held, wanted, name);
      case "table":
        return keysOfRelation(target, step, held, wanted, oldTable(name));
      case "enum type":
        return changeKeys(target, [typeKey(name)], [typeKey(to)]);
      case "sequence":
        return changeKeys(target, [relationKey(name)], [relationKey(to)]);
      case "column":
        return keysOfColumn(target, after, held, oldTable(table));
      default:
        return keysOfPart(target, step, oldTable(table));
    }
  };
}

/** An index or a constraint. */
function keysOfPart(target: OperationTarget, { kind }: Step, oldTable: string): Keys {
  const { table = "", name, to = name } = target;
  const inTable = (owner: string, own: string) =>
    collect(
      kind.ownsRelationName && relationKey(siblingName(owner, own)),
      kind.isConstraint && constraintKey(oldTable, own),
    );
  if (target.kind !== "index" && target.kind !== "constraint") return NO_KEYS;
  return changeKeys(target, inTable(oldTable, name), inTable(table, to));
}

/** @param from the keys of its name before, if it is there @param to the keys of its name afterwards */
function changeKeys({ effect }: OperationTarget, from: readonly string[], to: readonly string[]): Keys {
  if (effect === "create") return { takes: to, gives: [] };
  if (effect === "drop") return { takes: [], gives: from };
  return effect === "rename" || effect === "move" ? { takes: to, gives: from } : NO_KEYS;
}

/** A table comes with its keys and goes with all that it has; its other items have operations of their own. */
function keysOfRelation(
  target: OperationTarget,
  { kind }: Step,
  held: HeldNames,
  wanted: HeldNames,
  oldName: string,
): Keys {
  const { name, to = name, effect } = target;
  if (effect === "create") return { takes: wanted.ofOwners.get(name) ?? [], gives: [] };
  if (effect === "drop") return { takes: [], gives: held.ofOwners.get(oldName) ?? [] };
  const own = (one: string) => [relationKey(one), ...collect(kind.ownsTypeName && typeKey(one))];
  return changeKeys(target, own(name), own(to));
}

function keysOfColumn(
  { effect, table = "", name }: OperationTarget,
  { tables = [] }: Schema,
  { holders, ofOwners }: HeldNames,
  oldTable: string,
): Keys {
  const column = tables.find((one) => one.name === table)?.columns.find((one) => one.name === name);
  if (effect === "drop")
    return {
      takes: [],
      gives: (ofOwners.get(oldTable) ?? []).filter((key) => {
        const holder = holders.get(key);
        return holder?.list === columns.list && holder.name === name;
      }),
    };
  if (column === undefined || (effect !== "create" && effect !== "alter")) return NO_KEYS;
  return { takes: keysOfSequence(column, table), gives: [] };
}

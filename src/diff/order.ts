import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, byName, change, itemsOf } from "../kinds/kind.ts";
import { tables } from "../kinds/tables.ts";
import type { Change } from "../schema/operation.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";

/** A change, and what its place among the others depends on. */
export interface Step {
  /**
   * Renames come first, then what others lean on is let go, then what is new, then what is dropped for good. Constraints
   * and indexes are renamed once those are gone whose names they may take.
   */
  readonly move: "rename" | "drop" | "create" | "end";
  readonly kind: AnyKind;
  readonly table?: string;
  /** The name of what it is about, where it is one item. */
  readonly name?: string;
  /** The place among its like. */
  readonly place?: number;
  readonly change: Change;
}

const MOVES = ["rename", "drop", "create", "end"];

/**
 * Puts steps in the order in which PostgreSQL takes them. Inside a move, what belongs to the schema comes before
 * tables, and each table keeps its own steps together; foreign keys come last, so that cycles need no thought.
 * The order is the same whatever order the steps come in from the catalog.
 */
export function ordered(steps: readonly Step[]): readonly Step[] {
  return steps
    .map((step, at) => ({ step, rank: [...rankOf(step), at] }))
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .map(({ step }) => step);
}

type Rank = readonly (string | number)[];

function rankOf({ move, kind, table = "", place = 0, change: { createAfter, beforeOtherColumns: soon } }: Step): Rank {
  const first = MOVES.indexOf(move);
  const [ofSchema, ofTable] = [schemaKinds.indexOf(kind), tableKinds.indexOf(kind)];
  const isTable = kind === tables;
  if (move === "rename" && ofTable > 0) return [MOVES.indexOf("drop"), 1, table, ofTable];
  if (move === "rename") return [first, isTable || ofTable === 0 ? 0 : 1, isTable ? 0 : 1, table];
  if (move === "drop") return kind.replaceLast ? [first, -Infinity, -ofSchema, -place] : [first, -ofTable, table];
  if (move === "create") {
    if (kind.createFirst) return [-1, ofSchema];
    if (kind.replaceLast) return [first, 3, ofSchema, place];
    if (ofSchema >= 0 && !isTable) return [first, 0, ofSchema];
    if (kind.createAfterTables) return [first, 2, table];
    const later = { columns: 0.5, constraints: tableKinds.length };
    return [first, 1, table, createAfter ? later[createAfter] : soon ? -0.5 : ofTable];
  }
  return [first, isTable ? 1 : ofTable >= 0 ? 0 : 2, ofTable >= 0 ? table : "", -ofSchema];
}

function compareRanks(a: Rank, b: Rank): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [x, y] = [a[at]!, b[at]!];
    if (x !== y) return typeof x === typeof y ? (x < y ? -1 : 1) : typeof x === "number" ? -1 : 1;
  }
  return a.length - b.length;
}

/** The schema with its lists by name, whatever order they came in; columns and views keep their own. */
export function listed(schema: Schema): Schema {
  const lists = (owner: Schema | Table, kinds: readonly AnyKind[]) =>
    kinds.flatMap(({ list, keepsOrder }) => {
      const items: unknown = (owner as unknown as Readonly<Record<string, unknown>>)[list];
      return Array.isArray(items) && !keepsOrder ? [[list, items.toSorted(byName)] as const] : [];
    });
  const tables = schema.tables?.map((table) => ({ ...table, ...Object.fromEntries(lists(table, tableKinds)) }));
  const sorted = { ...schema, ...(tables && { tables }) };
  return { ...sorted, ...Object.fromEntries(lists(sorted, schemaKinds)) };
}

/** Tables go after those that reference them; where tables reference each other, the reference goes first. */
export function dropsInOrder(gone: readonly Table[], owner: Schema): readonly Step[] {
  const left = new Map(gone.map((table) => [table.name, table]));
  const pointers = new Map(gone.map(({ name }) => [name, new Set<string>()]));
  for (const table of gone)
    for (const { to } of referencesOf(table)) if (to !== table.name) pointers.get(to)?.add(table.name);
  const steps: Step[] = [];
  const isFree = (name: string) => pointers.get(name)?.size === 0;
  const queue = [...left.keys()].filter(isFree);
  while (left.size > 0) {
    const name = queue.shift() ?? firstOf(left);
    const table = left.get(name);
    if (table === undefined) continue;
    left.delete(name);
    for (const pointing of pointers.get(name) ?? []) steps.push(...dropReferences(left.get(pointing), name));
    steps.push({ move: "end", kind: tables, table: name, change: change(tables.drop(table, owner)) });
    for (const { to } of referencesOf(table))
      if (pointers.get(to)?.delete(name) && isFree(to) && left.has(to)) queue.push(to);
  }
  return steps;
}

function firstOf(left: ReadonlyMap<string, Table>): string {
  const [name] = left.keys();
  if (name === undefined) throw new Error("No table is left.");
  return name;
}

interface Reference {
  readonly kind: AnyKind;
  readonly item: Named;
  /** The table that it needs. */
  readonly to: string;
}

function referencesOf(table: Table): readonly Reference[] {
  return tableKinds.flatMap((kind) => {
    const { list, references } = kind;
    return references === undefined ? [] : itemsOf(table, list).map((item) => ({ kind, item, to: references(item) }));
  });
}

function dropReferences(table: Table | undefined, to: string): readonly Step[] {
  if (table === undefined) return [];
  const items = referencesOf(table).filter((reference) => reference.to === to);
  return items.map(({ kind, item }) => ({
    move: "drop",
    kind,
    table: table.name,
    change: change(kind.drop(item, table)),
  }));
}

import { dropUndefined } from "../given.ts";
import { columns } from "../kinds/columns.ts";
import { OF_NOT_NULL, OWN_NOT_NULL, RESET_BY_TYPE } from "../kinds/kept-facts.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import type { MarkedNames } from "../kinds/marks.ts";
import type { Dependent, Fact } from "../schema/dependencies.ts";
import type { Operation } from "../schema/operation.ts";
import type { Named, Table, View } from "../schema/schema.ts";
import { listHolders } from "./dependents.ts";

/** What decides which facts an operation sets to their defaults. */
export type Resetting = Pick<Operation, "target" | "resets">;

/** An item that an operation creates, and what it was in the live database. */
export interface Recreated {
  readonly kind: AnyKind;
  readonly table?: Table | View;
  readonly from: Named;
  readonly to: Named;
  /** It is a column of a table that has it from another one. */
  readonly isInherited?: true;
}

/** Whether an operation takes a fact from an item. NOT NULL that a table has itself does not change with that of another one. */
export function isReset({ target, resets }: Resetting, what: string, { isInherited }: Recreated): boolean {
  if (target?.effect === "create" || resets === "all") return true;
  return resets?.includes(what) === true && (isInherited !== true || RESET_BY_TYPE.includes(what));
}

/** Whether rows may be in the way of a fact: a column that comes back with one of another table has no values there. */
export function isRefusedInRows({ what }: Fact, { isInherited }: Recreated): boolean {
  return isInherited === true && [OWN_NOT_NULL, ...OF_NOT_NULL].includes(what);
}

/** Whether a fact is a note, and no statement of the revision. */
export function isLeftToPeople(fact: Fact, item: Recreated, isBack: boolean): boolean {
  return fact.bySuperuser === true || (fact.isUncreatable === true && !isBack) || isRefusedInRows(fact, item);
}

/** What the marks mean in the statements of an item. */
export function namesOf({ kind, table, to: { name } }: Recreated): MarkedNames {
  if (table === undefined) return { relation: name, name };
  return { relation: table.name, name, ...(kind === columns && { column: name }) };
}

/**
 * The columns that go and change with one of ours: those of tables that inherit it.
 * @param item what is ours
 * @param heirs tables that inherit, by name, in the order in which they can be created
 * @param ours what has operations of its own
 */
export function listInherited(
  item: Recreated,
  heirs: ReadonlyMap<string, Dependent>,
  ours: ReadonlyMap<string, unknown>,
): readonly Recreated[] {
  const { kind, table } = item;
  if (kind !== columns || table === undefined) return [];
  const names = [...listHolders(table.name, heirs)].filter((name) => !ours.has(name));
  return names.map((name) => ({ ...item, table: { ...table, name }, isInherited: true }));
}

/** A table without some of its items. */
export function withoutItems(table: Table, items: readonly Recreated[]): Table {
  const gone = new Set(items.map(({ to }) => to));
  const lists = new Set(items.map(({ kind }) => kind));
  const kept = [...lists].map(({ list, isSingle }) => {
    const left = itemsOf(table, list).filter((one) => !gone.has(one));
    return [list, isSingle || left.length === 0 ? undefined : left] as const;
  });
  const body = { ...table, ...Object.fromEntries(kept) };
  return dropUndefined(body) as unknown as Table;
}

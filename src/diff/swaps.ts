import { isDeepStrictEqual } from "node:util";
import { storedType } from "../kinds/column-types.ts";
import { isLossless } from "../kinds/lossless.ts";
import type { Column, Table } from "../schema/schema.ts";
import { targetsOf } from "./pointers.ts";

/** Two columns that seem to have swapped their names, and why. */
export interface Swap {
  readonly columns: readonly [Column, Column];
  readonly reason: string;
}

/**
 * Finds columns that seem to have swapped their names: each has all that the other had. Their types alone are no sign of
 * it, since two columns may change their types in opposite ways.
 * @param before the table, in the names that tables have after the renames
 * @param after the same table afterwards
 * @param answered the columns about which a person answered
 */
export function swappedColumns(before: Table, after: Table, answered: ReadonlySet<string>): readonly Swap[] {
  const targets = new Map(after.columns.map((column) => [column.name, column]));
  const moved = before.columns.filter((column) => {
    const next = targets.get(column.name);
    return next !== undefined && storedType(next.type) !== storedType(column.type) && !answered.has(column.name);
  });
  const taken = new Set<Column>();
  return moved.flatMap((a, at) => {
    if (taken.has(a)) return [];
    const b = moved.slice(at + 1).find((one) => !taken.has(one) && isSwap(a, one, before, after));
    if (b === undefined) return [];
    taken.add(a).add(b);
    const [one, other] = [storedType(a.type), storedType(b.type)];
    return [{ columns: [a, b], reason: `their types are exchanged: ${one} and ${other}` }];
  });
}

function isSwap(a: Column, b: Column, before: Table, after: Table): boolean {
  const [typeOfA, typeOfB] = [storedType(a.type), storedType(b.type)];
  if (isLossless(typeOfA, typeOfB) || isLossless(typeOfB, typeOfA)) return false;
  const find = ({ name }: Column) => after.columns.find((column) => column.name === name);
  const [nextA, nextB] = [find(a), find(b)];
  if (nextA === undefined || nextB === undefined) return false;
  const [oldA, oldB] = [traitsOf(a, before), traitsOf(b, before)];
  if (!isDeepStrictEqual(oldA, traitsOf(nextB, after)) || !isDeepStrictEqual(oldB, traitsOf(nextA, after)))
    return false;
  const { type: _, ...signsOfA } = oldA;
  const { type: __, ...signsOfB } = oldB;
  return !isDeepStrictEqual(signsOfA, signsOfB);
}

/** What a column is, apart from its name. */
function traitsOf(column: Column, table: Table) {
  const { type, nullable, default: value, collation, comment, asExpression, generatedIdentity } = column;
  return {
    type: storedType(type),
    ...{ nullable, value, collation, comment, asExpression, generatedIdentity },
    targets: targetsOf(table, column).map((target) => target.table),
    keys: [
      table.primaryKey?.columns.includes(column.name) ?? false,
      countUses(table.uniques, column),
      countUses(table.indexes, column),
    ],
  };
}

function countUses(items: readonly { readonly columns: readonly string[] }[] = [], { name }: Column): number {
  return items.filter(({ columns }) => columns.includes(name)).length;
}

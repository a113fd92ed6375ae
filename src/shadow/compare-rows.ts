import { collect } from "../collect.ts";
import type { TableContent } from "./content.ts";
import { matchRows } from "./match-rows.ts";
import type { CellValue } from "./values.ts";

/** A place where the rows of two databases differ. */
export interface RowDifference {
  /** `schema.table`, or `schema.table.column`. */
  readonly place: string;
  /** How many rows each has, or the first value that differs in each. */
  readonly values: readonly [one: number | CellValue | undefined, other: number | CellValue | undefined];
}

/**
 * Lists where the rows of two databases with the same catalog differ. Tables and columns are the same by their names: what
 * was made in another order has other numbers.
 */
export function compareRows(one: readonly TableContent[], other: readonly TableContent[]): readonly RowDifference[] {
  return one.flatMap((table) => {
    const same = other.find(({ name }) => name === table.name);
    if (same === undefined) return [];
    const counts = [table.rows.length, same.rows.length] as const;
    return counts[0] === counts[1] ? compareColumns(table, same) : [{ place: table.name, values: counts }];
  });
}

function compareColumns(one: TableContent, other: TableContent): readonly RowDifference[] {
  const positions = new Map(other.columns.map(({ name }, at) => [name, at]));
  const common = one.columns.flatMap(({ name }, at) => {
    const then = positions.get(name);
    return collect(then !== undefined && { name, at, then });
  });
  const rows = matchRows(
    one,
    other,
    common.map(({ name }) => ({ from: name, to: name })),
  );
  return common.flatMap(({ name, at, then }) => {
    const [row, now] = rows.find(([before, after]) => after === undefined || after[then] !== before[at]) ?? [];
    return collect(row !== undefined && { place: `${one.name}.${name}`, values: [row[at], now?.[then]] as const });
  });
}

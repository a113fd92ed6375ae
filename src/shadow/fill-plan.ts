import type { FillReference, FillTable } from "./fill-catalog.ts";

/** A table in the order of filling. */
export interface FillStep {
  readonly table: FillTable;
  /** The foreign keys that are set when all tables have their rows: they are part of a cycle. */
  readonly later: readonly FillReference[];
}

/** Puts tables after those that they reference. In a cycle, foreign keys that may be NULL are set later, else any. */
export function orderTables(tables: readonly FillTable[]): readonly FillStep[] {
  const known = new Set(tables.map(({ oid }) => oid));
  const done = new Set<number>();
  const open = new Set(tables);
  const steps: FillStep[] = [];
  while (open.size > 0) {
    const table = chooseNext([...open], (reference) => known.has(reference.table) && !done.has(reference.table));
    steps.push({ table, later: table.references.filter((one) => known.has(one.table) && !done.has(one.table)) });
    open.delete(table);
    done.add(table.oid);
  }
  return steps;
}

/** The table that waits for the fewest others; foreign keys that may be NULL count little. */
function chooseNext(open: readonly FillTable[], isOpen: (reference: FillReference) => boolean): FillTable {
  const weighed = open.map((table) => {
    const waiting = table.references.filter((one) => isOpen(one) && one.table !== table.oid);
    const hard = waiting.filter((one) => !mayBeNull(table, one)).length;
    return { table, weight: hard * open.length * 10 + waiting.length };
  });
  const least = weighed.reduce((best, one) => (one.weight < best.weight ? one : best));
  return least.table;
}

/** Whether a foreign key is satisfied if one of its columns is NULL. */
export function mayBeNull({ columns }: FillTable, reference: FillReference): boolean {
  return columns.some(({ name, nullable }) => nullable && reference.columns.includes(name));
}

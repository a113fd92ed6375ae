import { countDropped, type Dropped } from "../compare/dropped.ts";
import { pairNames } from "../compare/renamed.ts";
import { does } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";

/** A column or table whose values a downgrade drops. */
export interface DroppedValues {
  /** `shop.fax`, or `shop`. */
  readonly name: string;
  readonly dropped: Dropped;
}

/**
 * Finds the columns and tables with values that a downgrade drops. Where the values cannot be counted, there may be some.
 * @param revisions the revisions that it undoes
 */
export async function findDroppedValues(
  session: Session,
  revisions: readonly LoadedRevision[],
): Promise<readonly DroppedValues[]> {
  const operations = revisions.flatMap(({ downgrade }) => downgrade.map(({ operation }) => operation));
  const { schema } = await session.server();
  const db = await session.connection();
  const dropped = await countDropped(db, operations, pairNames(listDropped(operations), []), schema);
  return dropped.flatMap((one) => {
    const name = one.column === undefined ? one.table : `${one.table}.${one.column}`;
    if (one.rows === 0 && !one.estimated) return [];
    return [{ name, dropped: one }];
  });
}

/** The table that an operation is about, or whose part it is about, and the name of that part. */
function nameTarget({ target }: Operation): { readonly table?: string; readonly column: string } {
  if (target === undefined) return { column: "" };
  return { table: target.table ?? target.name, column: target.name };
}

/** The tables and columns that operations drop, as a schema. What the same run has created has no values yet. */
function listDropped(operations: readonly Operation[]): Schema {
  const tables = new Map<string, string[]>();
  const created = new Set<string>();
  for (const operation of operations) {
    const { table, column } = nameTarget(operation);
    if (table === undefined) continue;
    const path = `${table}.${column}`;
    if (does(operation, "create", "table")) created.add(table);
    if (does(operation, "create", "column")) created.add(path);
    if (created.has(table) || created.has(path)) continue;
    const known = tables.get(table) ?? [];
    if (does(operation, "drop", "table")) tables.set(table, known);
    if (does(operation, "drop", "column")) tables.set(table, [...known, column]);
  }
  const list = [...tables].map(([name, columns]) => {
    return { name, columns: columns.map((column) => ({ name: column, type: "text" })) };
  });
  return { tables: list };
}

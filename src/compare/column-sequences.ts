import { hasSequence, isSerial, storedType } from "../kinds/column-types.ts";
import { sequenceAt } from "../kinds/serials.ts";
import type { Column, Schema, Table } from "../schema/schema.ts";
import { literal, typeName } from "../sql.ts";
import type { Comparable } from "./comparable.ts";

/**
 * Lets the sequence of a serial or identity column keep its name. If the models write a default as the next value of a
 * sequence, it is compared as such, even if the column owns the sequence.
 */
export function alignSequences(live: Schema, models: Schema): Pick<Comparable, "live" | "models"> {
  return {
    live: { ...live, tables: mapColumns(live.tables, models.tables, writeDefault) },
    models: { ...models, tables: mapColumns(models.tables, live.tables, keepSequence) },
  };
}

/** Changes the columns of tables that the other side has too. */
function mapColumns(
  tables: readonly Table[] = [],
  others: readonly Table[] = [],
  change: (column: Column, other: Column | undefined, table: string) => Column,
): readonly Table[] {
  const byName = new Map(others.map((table) => [table.name, table]));
  return tables.map((table) => {
    const other = byName.get(table.name);
    if (other === undefined) return table;
    const columns = new Map(other.columns.map((column) => [column.name, column]));
    return { ...table, columns: table.columns.map((one) => change(one, columns.get(one.name), table.name)) };
  });
}

function writeDefault(live: Column, model: Column | undefined, table: string): Column {
  if (!isSerial(live.type) || model?.default === undefined || !/\bnextval\(/i.test(model.default)) return live;
  const { sequence: _, ...rest } = live;
  const value = `nextval(${literal(typeName(sequenceAt(table, live)))}::regclass)`;
  return { ...rest, type: storedType(live.type), default: value };
}

function keepSequence(model: Column, live: Column | undefined): Column {
  if (live?.sequence === undefined || !hasSequence(live) || !hasSequence(model)) return model;
  return { ...model, sequence: live.sequence };
}

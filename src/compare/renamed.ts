import { collect } from "../collect.ts";
import { applyRenames, type Rename } from "../diff/renames.ts";
import type { Column, Named, Schema, Table } from "../schema/schema.ts";

/** An item of the live database, and the same with the names that the models have. */
export interface Renamed<Item> {
  readonly own: Item;
  readonly renamed: Item;
}

/** A table under both names, with its columns. */
export interface RenamedTable extends Renamed<Table> {
  readonly columns: readonly Renamed<Column>[];
}

/** The live schema in its own names and in those of the models. */
export interface RenamedSchema extends Renamed<Schema> {
  readonly renames: readonly Rename[];
  readonly tables: readonly RenamedTable[];
}

/**
 * Pairs the names of the live database with those of the models.
 * @param own the live schema
 * @param renames what the models call otherwise
 */
export function pairNames(own: Schema, renames: readonly Rename[]): RenamedSchema {
  const renamed = applyRenames(own, renames);
  const tables = pairItems(own.tables, renamed.tables).map((table) => ({
    ...table,
    columns: pairItems(table.own.columns, table.renamed.columns),
  }));
  return { own, renamed, renames, tables };
}

/** Pairs the items of a list with those of the same list after renames, which keep their order. */
export function pairItems<Item extends Named>(
  own: readonly Item[] = [],
  renamed: readonly Item[] = [],
): readonly Renamed<Item>[] {
  return own.flatMap((item, at) => {
    const other = renamed[at];
    return collect(other !== undefined && { own: item, renamed: other });
  });
}

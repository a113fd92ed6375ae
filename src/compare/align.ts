import { applySpelling, type Equivalents, spellingWithout } from "../diff/equivalents.ts";
import { applyRenames, invert } from "../diff/renames.ts";
import { dropUndefined } from "../given.ts";
import type { Column, Schema } from "../schema/schema.ts";
import type { RenamedSchema } from "./renamed.ts";

/**
 * Writes the models as PostgreSQL would print them, in the column order of the database, so that the text of the two
 * differs only where the schemas do.
 * @param models the models
 * @param live the database
 * @param spelling SQL of the models that PostgreSQL reads as SQL of the database
 * @returns the models in their own names
 */
export function alignModels(models: Schema, live: RenamedSchema, spelling: Equivalents): Schema {
  const renamed = live.renames.filter(({ list }) => list !== "tables");
  const aligned = applySpelling(applyRenames(models, invert(live.renames)), spellingWithout(spelling, renamed));
  const columns = new Map((live.own.tables ?? []).map((table) => [table.name, table.columns]));
  const ordered = (aligned.tables ?? []).map((table) => ({
    ...table,
    columns: sortColumns(table.columns, columns.get(table.name) ?? []),
  }));
  const { tables = [] } = applyRenames({ ...aligned, tables: ordered }, live.renames);
  return { ...aligned, ...dropUndefined({ enums: models.enums }), tables };
}

/** First the columns that the other table has too, in its order; then the new ones. */
function sortColumns(columns: readonly Column[], others: readonly Column[]): readonly Column[] {
  const positions = new Map(others.map(({ name }, position) => [name, position]));
  const findPosition = ({ name }: Column) => positions.get(name) ?? others.length;
  return [...columns].sort((a, b) => findPosition(a) - findPosition(b));
}

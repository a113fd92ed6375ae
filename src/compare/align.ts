import { applySpelling, type Equivalents, spellingWithout } from "../diff/equivalents.ts";
import { applyRenames, invert, type Rename } from "../diff/renames.ts";
import type { Column, Schema } from "../schema/schema.ts";

/**
 * One schema as the other would print it, for people: in its spelling and its order of columns, so that the two texts
 * differ only where the schemas do.
 * @param schema the schema, in its own names
 * @param other the schema it is read beside
 * @param renames what leads from the names of `other` to those of `schema`
 * @param spelling SQL of `schema` that PostgreSQL reads as SQL of `other`
 */
export function alike(schema: Schema, other: Schema, renames: readonly Rename[], spelling: Equivalents): Schema {
  const gone = renames.filter(({ list }) => list !== "tables");
  const spelt = applySpelling(applyRenames(schema, invert(renames)), spellingWithout(spelling, gone));
  const places = new Map((other.tables ?? []).map((table) => [table.name, table.columns.map(({ name }) => name)]));
  const tables = (spelt.tables ?? []).map((table) => ({
    ...table,
    columns: inOrder(table.columns, places.get(table.name) ?? []),
  }));
  const { tables: renamed } = applyRenames({ ...spelt, tables }, renames);
  return { ...spelt, ...(schema.enums && { enums: schema.enums }), tables: renamed ?? [] };
}

/** The columns that have a place there in the order of those places, then the others in their own. */
function inOrder(columns: readonly Column[], names: readonly string[]): readonly Column[] {
  const place = ({ name }: Column) => (names.includes(name) ? names.indexOf(name) : names.length);
  return [...columns].sort((a, b) => place(a) - place(b));
}

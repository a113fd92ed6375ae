import { applySpelling, type Equivalents, spellingKey, spellingWithout } from "../diff/equivalents.ts";
import { applyRenames, invert, listTypeNames, type Rename } from "../diff/renames.ts";
import { dropUndefined } from "../given.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import type { Column, Schema } from "../schema/schema.ts";
import { tokenize } from "../tokens.ts";
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

/**
 * Writes the new names of enum types into SQL texts, such as `'open'::shop_status_enum` of a default, so that a text of the
 * schema shows no old name. PostgreSQL does the same when the type is renamed.
 */
export function renameTypesInTexts(schema: Schema, renames: readonly Rename[]): Schema {
  const types = listTypeNames(renames);
  if (types.size === 0) return schema;
  const list = (owner: Parameters<typeof itemsOf>[0], kinds: readonly AnyKind[], table: string) =>
    kinds.flatMap((kind) =>
      itemsOf(owner, kind.list).flatMap((item) =>
        (kind.expressions?.(item) ?? []).flatMap(({ key, text }) => {
          const after = renameCasts(text, types);
          return after === text ? [] : [[spellingKey(table, kind.list, item.name, key, text), after] as const];
        }),
      ),
    );
  const tables = (schema.tables ?? []).flatMap((table) => list(table, tableKinds, table.name));
  return applySpelling(schema, new Map([...tables, ...list(schema, schemaKinds, "")]));
}

/** PostgreSQL prints each use of an enum type in an expression as a cast. */
function renameCasts(text: string, types: ReadonlyMap<string, string>): string {
  const parts = tokenize(text).map((token) => token.text);
  for (const [at, part] of parts.entries()) {
    if (part !== "::") continue;
    const length = parts[at + 2] === "." ? 3 : 1;
    const name = types.get(parts.slice(at + 1, at + 1 + length).join(""));
    if (name !== undefined) parts.splice(at + 1, length, name, ...Array.from({ length: length - 1 }, () => ""));
  }
  return parts.join("");
}

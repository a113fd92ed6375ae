import { tableKinds } from "../kinds/all.ts";
import { itemsOf } from "../kinds/kind.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { id } from "../sql.ts";
import { nameOfToken, type Token, tokenize } from "../tokens.ts";
import { applySpelling, spellingKey } from "./equivalents.ts";
import { applyRenames, type Rename } from "./renames.ts";

/**
 * The schema as it is before columns get the names that they have in it.
 * @param schema the schema
 * @param renames renames of columns, from the names in the schema, with their tables as the schema calls them
 */
export function renameColumnsBack(schema: Schema, renames: readonly Rename[]): Schema {
  if (renames.length === 0) return schema;
  const texts = (schema.tables ?? []).flatMap((table) => textsBack(table, namesIn(table, renames)));
  return applyRenames(applySpelling(schema, new Map(texts)), renames);
}

function namesIn({ name }: Table, renames: readonly Rename[]): ReadonlyMap<string, string> {
  return new Map(renames.filter(({ table }) => table === name).map(({ from, to }) => [from, to]));
}

/** The SQL texts of a table with the other names, as `applySpelling` wants them. */
function textsBack(
  table: Table,
  names: ReadonlyMap<string, string>,
): readonly (readonly [key: string, text: string])[] {
  if (names.size === 0) return [];
  return tableKinds.flatMap(({ list, expressions }) =>
    itemsOf(table, list).flatMap((item) =>
      (expressions?.(item) ?? []).map(
        ({ key, text }) => [spellingKey(table.name, list, item.name, key, text), renameInText(text, names)] as const,
      ),
    ),
  );
}

/** An expression over the columns of one table with other names for them. Types and functions are none. */
function renameInText(sql: string, names: ReadonlyMap<string, string>): string {
  const tokens = tokenize(sql);
  const isText = ({ kind }: Token) => kind !== "space" && kind !== "comment";
  return tokens
    .map((token, at) => {
      const name = names.get(nameOfToken(token) ?? "");
      const isOther =
        tokens.slice(at + 1).find(isText)?.text === "(" || tokens.slice(0, at).findLast(isText)?.text === "::";
      return name === undefined || isOther ? token.text : id(name);
    })
    .join("");
}

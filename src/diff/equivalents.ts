import { collect } from "../collect.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { readAllNames } from "../kinds/expression-names.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";

/** SQL texts that PostgreSQL reads as the same: by {@link spellingKey} of one side, the text of the other side. */
export type Equivalents = ReadonlyMap<string, string>;

/** The key of a text: the table ("" for the schema), the list and the item that have it, the item's key, and the text. */
export function spellingKey(table: string, list: string, item: string, key: string, text: string): string {
  return [table, list, item, key, text].join("\0");
}

/**
 * Writes a schema's SQL as the other side does, where both are the same to PostgreSQL. A table in which nothing changes
 * stays the same object.
 * @param schema the schema, in the names of the other side
 * @param spelling what is the same
 */
export function applySpelling(schema: Schema, spelling: Equivalents): Schema {
  if (spelling.size === 0) return schema;
  const respellTable = (table: Table) => respellLists(table, tableKinds, table.name, spelling);
  const respelled = respellLists(schema, schemaKinds, "", spelling);
  return { ...respelled, tables: (schema.tables ?? []).map(respellTable) };
}

function respellLists<Owner extends Schema | Table>(
  owner: Owner,
  kinds: readonly AnyKind[],
  table: string,
  spelling: Equivalents,
): Owner {
  const lists = kinds.flatMap((kind) => {
    const items = itemsOf(owner, kind.list);
    const respelled = items.map((item) => respell(item, kind, table, spelling));
    return collect(respelled.some((item, at) => item !== items[at]) && ([kind.list, respelled] as const));
  });
  if (lists.length === 0) return owner;
  return { ...owner, ...Object.fromEntries(lists) };
}

function respell(item: Named, { list, expressions, withText }: AnyKind, table: string, spelling: Equivalents): Named {
  let respelled = item;
  for (const { key, text } of expressions?.(item) ?? []) {
    const other = spelling.get(spellingKey(table, list, item.name, key, text));
    if (other !== undefined) respelled = withText?.(respelled, key, other) ?? { ...respelled, [key]: other };
  }
  return respelled;
}

/**
 * The spelling without texts that are the same only if these names change: one text has the old name, the other the new
 * one.
 */
export function spellingWithout(
  spelling: Equivalents,
  names: readonly { readonly from: string; readonly to: string }[],
): Equivalents {
  if (names.length === 0) return spelling;
  const dependsOnNames = (key: string, other: string) => {
    const [own, others] = [readAllNames(key.slice(key.lastIndexOf("\0") + 1)), readAllNames(other)];
    const has = (found: ReadonlySet<string>, name: string) =>
      [name, ...readAllNames(name)].some((one) => found.has(one));
    return names.some(({ from, to }) => (has(own, from) && has(others, to)) || (has(own, to) && has(others, from)));
  };
  return new Map([...spelling].filter(([key, other]) => !dependsOnNames(key, other)));
}

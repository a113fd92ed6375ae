import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, type Expression, itemsOf } from "../kinds/kind.ts";
import type { Named, Schema } from "../schema/schema.ts";

/** SQL texts that PostgreSQL reads as the same, by where they stand: what one side writes, and what the other does. */
export type Equivalents = ReadonlyMap<string, string>;

/** Where a text stands. */
export function spellingKey(table: string, list: string, item: string, key: string, text: string): string {
  return [table, list, item, key, text].join("\0");
}

/**
 * Writes a schema's SQL as the other side does, where both are the same to PostgreSQL.
 * @param schema the schema, in the names of the other side
 * @param spelling what is the same
 */
export function applySpelling(schema: Schema, spelling: Equivalents): Schema {
  if (spelling.size === 0) return schema;
  const kinds = tableKinds.filter((kind) => kind.expressions !== undefined);
  const beside = schemaKinds.flatMap((kind) => {
    const items = kind.expressions === undefined ? [] : itemsOf(schema, kind.list);
    return items.length === 0 ? [] : [[kind.list, items.map((item) => respelt(item, kind, "", spelling))] as const];
  });
  return {
    ...schema,
    ...Object.fromEntries(beside),
    tables: (schema.tables ?? []).map((table) => {
      const lists = kinds.flatMap((kind) => {
        const items = itemsOf(table, kind.list);
        if (items.length === 0) return [];
        return [[kind.list, items.map((item) => respelt(item, kind, table.name, spelling))] as const];
      });
      return { ...table, ...Object.fromEntries(lists) };
    }),
  };
}

function respelt(item: Named, { list, expressions, withText }: AnyKind, table: string, spelling: Equivalents): Named {
  let spelt = item;
  for (const { key, text } of expressions!(item) as readonly Expression[]) {
    const other = spelling.get(spellingKey(table, list, item.name, key, text));
    if (other !== undefined) spelt = withText?.(spelt, key, other) ?? { ...spelt, [key]: other };
  }
  return spelt;
}

/** The spelling without what is the same only if these names change: one text has the old name, the other the new one. */
export function spellingWithout(
  spelling: Equivalents,
  names: readonly { readonly from: string; readonly to: string }[],
): Equivalents {
  if (names.length === 0) return spelling;
  const leans = (key: string, other: string) => {
    const text = key.slice(key.lastIndexOf("\0") + 1);
    return names.some(
      ({ from, to }) => (mentions(text, from) && mentions(other, to)) || (mentions(text, to) && mentions(other, from)),
    );
  };
  return new Map([...spelling].filter(([key, other]) => !leans(key, other)));
}

function mentions(text: string, name: string): boolean {
  const isWord = /^[\p{L}\p{N}_$]+$/u.test(name);
  return isWord ? text.split(/[^\p{L}\p{N}_$]+/u).includes(name) : text.includes(name.replaceAll('"', '""'));
}

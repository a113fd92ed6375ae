import { isDeepStrictEqual } from "node:util";
import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import type { Named, PrimaryKey, Unique } from "../schema/schema.ts";

/** A unique constraint that says what the primary key or another one says already. */
export interface Repeated {
  readonly table: string;
  readonly unique: Unique;
  /** The name of the one that is in the schema; absent where that is the primary key. */
  readonly like?: string;
}

/** What two decorators declare in the same words, under the same name, is one. */
export function withoutDoubles<Item extends Named>(items: readonly Item[]): readonly Item[] {
  return items.filter((item, at) => items.findIndex((other) => isDeepStrictEqual(other, item)) === at);
}

/**
 * The unique constraints over columns that the primary key or an earlier one is over: PostgreSQL does not keep them in
 * CREATE TABLE.
 * @param table the table
 * @param uniques its unique constraints, in the order in which they are declared
 * @param key its primary key
 */
export function findRepeated(
  table: string,
  uniques: readonly Unique[],
  key: PrimaryKey | undefined,
): readonly Repeated[] {
  const form = ({ columns, deferrable }: Omit<Unique, "name">) => JSON.stringify([columns, deferrable]);
  const seen = new Map<string, string | undefined>(collect(key !== undefined && [form(key), undefined]));
  const repeated: Repeated[] = [];
  for (const unique of uniques) {
    const like = seen.get(form(unique));
    if (!seen.has(form(unique))) seen.set(form(unique), unique.name);
    else repeated.push({ table, unique, ...dropUndefined({ like }) });
  }
  return repeated;
}

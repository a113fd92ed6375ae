import { isDeepStrictEqual } from "node:util";
import type { Named, PrimaryKey, Unique } from "../schema/schema.ts";

/** A unique constraint that says what the primary key or another one says already. */
export interface Repeated {
  readonly table: string;
  readonly unique: Unique;
  /** The name of the one that is in the schema; absent where that is the primary key. */
  readonly like?: string;
}

/** What two decorators declare in the same words, under the same name, is one. */
export function withoutDoubles(items: readonly Named[]): readonly Named[] {
  return items.filter((item, at) => items.findIndex((other) => isDeepStrictEqual(other, item)) === at);
}

/** The first of the unique constraints over the same columns, as PostgreSQL keeps it in CREATE TABLE. */
export function withoutRepeated(
  table: string,
  uniques: readonly Unique[],
  key: PrimaryKey | undefined,
  repeated: Repeated[],
): readonly Unique[] {
  const form = ({ columns, deferrable }: Omit<Unique, "name">) => JSON.stringify([columns, deferrable]);
  const seen = new Map<string, string | undefined>(key === undefined ? [] : [[form(key), undefined]]);
  return uniques.filter((unique) => {
    const like = seen.get(form(unique));
    const first = !seen.has(form(unique));
    if (first) seen.set(form(unique), unique.name);
    else repeated.push({ table, unique, ...(like !== undefined && { like }) });
    return first;
  });
}

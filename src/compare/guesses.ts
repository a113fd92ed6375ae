import type { Guess } from "../diff/guess.ts";
import { nameAfter, type Rename } from "../diff/renames.ts";
import type { Schema } from "../schema/schema.ts";

/**
 * Keeps the guesses about tables that are compared. Guesses are made once, before it is known what is left out.
 * @param guesses what may have another name in the models
 * @param live the live schema, without what is left out
 * @param models the models, without what is left out
 */
export function keepGuesses(guesses: readonly Guess[], live: Schema, models: Schema): readonly Guess[] {
  const [before, after] = [listTables(live), listTables(models)];
  const all = guesses.flatMap(({ renames }) => renames);
  const isKept = ({ list, table, from, to }: Rename) => {
    if (list === "tables") return before.has(from) && after.has(to);
    return table !== undefined && before.has(table) && after.has(nameAfter(all, "tables", table));
  };
  return guesses.flatMap((guess): readonly Guess[] => {
    const renames = guess.renames.filter(isKept);
    if (renames.length === 0) return [];
    if (guess.renames[0]?.list !== "tables") return [{ ...guess, renames }];
    const { rivals = [], ...rest } = guess;
    const kept = rivals.filter((name) => before.has(name));
    const others = guess.others.filter(({ to }) => after.has(to));
    return [{ ...rest, renames, others, ...(kept.length > 0 && { rivals: kept }) }];
  });
}

function listTables({ tables = [] }: Schema): ReadonlySet<string> {
  return new Set(tables.map(({ name }) => name));
}

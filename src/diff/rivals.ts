import type { Guess } from "./guess.ts";
import { nameAfter, type Rename } from "./renames.ts";

/** By table, the columns that may have got a name which was guessed to be another's. */
export type Rivals = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Finds the rivals of the columns that are renamed.
 * @param guesses the guesses that are right
 * @param renames all renames, those of tables among them
 */
export function rivalsByTable(guesses: readonly Guess[], renames: readonly Rename[]): Rivals {
  const found = new Map<string, Map<string, string>>();
  for (const {
    renames: [first],
    rivals = [],
  } of guesses) {
    if (first?.list !== "columns" || first.table === undefined) continue;
    const table = nameAfter(renames, "tables", first.table);
    const ofTable = found.get(table) ?? new Map<string, string>();
    for (const name of rivals) ofTable.set(name, first.to);
    found.set(table, ofTable);
  }
  return found;
}

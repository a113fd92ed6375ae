import type { Guess } from "../diff/guess.ts";
import { parseName } from "../sql.ts";
import type { Session } from "../state/session.ts";
import type { Comparable } from "./comparable.ts";
import { unknownTables } from "./unknown-tables.ts";

/** Why such a table is left alone. */
export const OF_OTHERS = "no revision created it, and no model names its schema any more";

/**
 * The tables that the database has in schemas which no model names any more, and that neither moved out of there nor were
 * made by a revision: other programs share such a schema.
 * @param session the project
 * @param sides the whole database, and the models
 * @param guesses what may have another name in the models
 */
export async function listTablesOfOthers(
  session: Session,
  { live, models }: Pick<Comparable, "live" | "models">,
  guesses: readonly Guess[],
): Promise<readonly string[]> {
  const named = new Set((await session.models()).schemas);
  const moved = new Set(guesses.flatMap(({ renames }) => renames.map(({ from }) => from)));
  const tables = (live.tables ?? []).filter(({ name }) => {
    const { schema } = parseName(name);
    return schema !== undefined && !named.has(schema) && !moved.has(name);
  });
  if (tables.length === 0) return [];
  return [...(await unknownTables(session, { live: { tables }, models }))];
}

import { ask } from "../database.ts";
import { parseName } from "../sql.ts";
import { parseSavedSchema, type SavedSchema } from "./saved-schema.ts";
import type { Session } from "./session.ts";
import { type LastSchema, readLastSchemaText } from "./state.ts";

/**
 * Reads the schema that the last run or stamp saved.
 * @param session the project and the database
 * @param last the newest row of the state table
 * @returns `undefined` if none is saved
 * @throws RemodelError `STATE_DAMAGED`
 */
export async function readSavedSchema(
  session: Session,
  { revision, fingerprint }: LastSchema,
): Promise<SavedSchema | undefined> {
  if (fingerprint === undefined) return undefined;
  const state = await session.state();
  const text = await readLastSchemaText(await session.connection(), state, revision);
  if (text === undefined) return undefined;
  return parseSavedSchema(text, { stateTable: state.names[0], revision, fingerprint });
}

/**
 * Finds the tables and views that were in other schemas when the last run or stamp ended. A comparison needs them even if
 * no model and no revision names their schema any more, since the models may move or drop them. The names come from a
 * table that other roles may write: they are only sent as a parameter, and the names in the result are those of the server.
 * @param session the project and the database
 * @param saved the schema that the last run or stamp saved
 * @returns bare names by schema
 */
export async function findSavedTablesElsewhere(
  session: Session,
  saved: SavedSchema,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (saved.own !== (await session.server()).schema) return new Map();
  const found = new Map<string, Set<string>>();
  const { tables = [], views = [] } = saved.schema;
  for (const { name, schema } of [...tables, ...views].map((one) => parseName(one.name)))
    if (schema !== undefined) found.set(schema, (found.get(schema) ?? new Set()).add(name));
  if (found.size === 0) return found;
  const rows = await ask<{ name: string }>(
    await session.connection(),
    "SELECT nspname::text AS name FROM pg_namespace WHERE nspname::text = ANY ($1::text[]) AND nspname !~ '^(pg_|information_schema$)'",
    [[...found.keys()]],
  );
  return new Map(rows.map(({ name }) => [name, found.get(name) ?? new Set()]));
}

import { ask } from "../database.ts";
import { parseName } from "../sql.ts";
import { parseSavedSchema } from "./saved-schema.ts";
import type { Session } from "./session.ts";
import { readLastSchema, readLastSchemaText } from "./state.ts";

/**
 * Reads which tables were in other schemas when the last run or stamp ended. A comparison needs them even if no model and
 * no revision names their schema any more, since the models may move them to another schema. The names come from a table
 * that other roles may write: they are only sent as a parameter, and the names in the result are those of the server.
 * @param session the project and the database
 * @returns bare names by schema
 * @throws RemodelError `STATE_DAMAGED`
 */
export async function readLastTablesElsewhere(session: Session): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const db = await session.connection();
  const state = await session.state();
  const last = await readLastSchema(db, state);
  if (last?.fingerprint === undefined) return new Map();
  const { revision, fingerprint } = last;
  const text = await readLastSchemaText(db, state, revision);
  if (text === undefined) return new Map();
  const saved = parseSavedSchema(text, { stateTable: state.names[0], revision, fingerprint });
  if (saved.own !== (await session.server()).schema) return new Map();
  const found = new Map<string, Set<string>>();
  for (const { name, schema } of (saved.schema.tables ?? []).map((table) => parseName(table.name)))
    if (schema !== undefined) found.set(schema, (found.get(schema) ?? new Set()).add(name));
  const rows = await ask<{ name: string }>(
    db,
    "SELECT nspname::text AS name FROM pg_namespace WHERE nspname::text = ANY ($1::text[]) AND nspname !~ '^(pg_|information_schema$)'",
    [[...found.keys()]],
  );
  return new Map(rows.map(({ name }) => [name, found.get(name) ?? new Set()]));
}

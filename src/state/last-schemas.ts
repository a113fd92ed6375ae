import { ask } from "../database.ts";
import { parseName } from "../sql.ts";
import { parseSavedSchema } from "./saved-schema.ts";
import type { Session } from "./session.ts";
import { readLastSchema, readLastSchemaText } from "./state.ts";

/**
 * The tables in other schemas that were there when the last run or stamp ended: they are looked at when neither a model
 * nor a revision names their schema any more, so that they can be moved out of it. Their names come from a table, so the
 * server only gets them as a parameter, and answers with its own.
 * @param session the project and the database
 * @returns bare names by schema
 * @throws RemodelError `STATE_DAMAGED`
 */
export async function readLastTablesElsewhere(session: Session): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const db = await session.connection();
  const state = await session.state();
  const left = await readLastSchema(db, state);
  if (left?.fingerprint === undefined) return new Map();
  const text = await readLastSchemaText(db, state, left.revision);
  if (text === undefined) return new Map();
  const { revision, fingerprint } = left;
  const kept = parseSavedSchema(text, { stateTable: state.names[0], revision, fingerprint });
  if (kept.own !== (await session.server()).schema) return new Map();
  const found = new Map<string, Set<string>>();
  for (const { name, schema } of (kept.schema.tables ?? []).map((table) => parseName(table.name)))
    if (schema !== undefined) found.set(schema, (found.get(schema) ?? new Set()).add(name));
  const rows = await ask<{ name: string }>(
    db,
    "SELECT nspname::text AS name FROM pg_namespace WHERE nspname::text = ANY ($1::text[]) AND nspname !~ '^(pg_|information_schema$)'",
    [[...found.keys()]],
  );
  return new Map(rows.map(({ name }) => [name, found.get(name) ?? new Set()]));
}

import { ask } from "../database.ts";
import { findOwnTables } from "../read/own-table.ts";
import { FIRST_OID, literal, parseName, qualifiedName } from "../sql.ts";
import type { Session } from "./session.ts";

/**
 * Leaves out the schemas that have a state table of their own: such a schema has another history, perhaps with the same
 * revisions.
 */
export async function excludeHistories(session: Session, schemas: readonly string[]): Promise<readonly string[]> {
  if (schemas.length === 0) return [];
  const { name } = parseName(session.settings.stateTable);
  const states = await findOwnTables(await session.connection(), schemas, [name]);
  return schemas.filter((schema) => !states.some((state) => state.schema === schema));
}

/** The columns that the state table, and its log, have had in every version. */
const SHAPES = [
  ["revision", "message", "applied_at", "duration_ms", "applied_by", "checksum"],
  ["at", "by", "action", "revision", "direction", "step"],
];

/**
 * Finds the state tables and logs of all histories in the database: a second history may have its own in the same schema,
 * and no model declares them.
 * @param schemas the other schemas that may be read
 * @returns their names, with the schema
 */
export async function findHistoryTables(session: Session, schemas: readonly string[]): Promise<readonly string[]> {
  const { schema: own, shared } = await session.server();
  // A shared database may have a thousand other schemas, which are not read.
  const inSchemas = shared && `n.nspname IN (${[own, ...schemas].map(literal).join(", ")})`;
  const shapes = SHAPES.map((columns) => {
    const list = columns.map((name) => literal(name)).join(", ");
    return `${columns.length} = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN (${list}))`;
  });
  const rows = await ask<{ schema: string; name: string }>(
    await session.connection(),
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.oid >= ${FIRST_OID} AND ${inSchemas ?? "true"} AND (${shapes.join(" OR ")}) ORDER BY 1, 2`,
  );
  const found = rows.map(({ schema, name }) => qualifiedName(name, schema));
  return [...new Set([...(await session.state()).names, ...found])];
}

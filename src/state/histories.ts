import { ask } from "../database.ts";
import { findOwnTables } from "../read/own-table.ts";
import { createdSchemas } from "../revision/folder.ts";
import { literal, parseName, qualifiedName } from "../sql.ts";
import type { Session } from "./session.ts";

/**
 * Schemas that revisions create, but for those that have a state of their own: they are other databases, as far as this
 * history goes, which may have the same revisions.
 */
export async function findRevisionSchemas(session: Session): Promise<readonly string[]> {
  return await excludeHistories(session, createdSchemas(session.folder));
}

/** Those of the schemas that have no state of their own. */
export async function excludeHistories(session: Session, schemas: readonly string[]): Promise<readonly string[]> {
  if (schemas.length === 0) return [];
  const { name } = parseName(session.settings.stateTable);
  const states = await findOwnTables(await session.connection(), schemas, [name]);
  return schemas.filter((schema) => !states.some((state) => state.schema === schema));
}

/** What every version of the two tables has. */
const SHAPES = [
  ["revision", "message", "applied_at", "duration_ms", "applied_by", "checksum"],
  ["at", "by", "action", "revision", "direction", "step"],
];

/**
 * The names of the state table and its log, and of those of other histories: a second one may have its own in the same
 * schema, and they are nobody's models.
 */
export async function findHistoryTables(session: Session): Promise<readonly string[]> {
  const shapes = SHAPES.map((columns) => {
    const list = columns.map((name) => literal(name)).join(", ");
    return `${columns.length} = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN (${list}))`;
  });
  const rows = await ask<{ schema: string; name: string }>(
    await session.connection(),
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND (${shapes.join(" OR ")}) ORDER BY 1, 2`,
  );
  const found = rows.map(({ schema, name }) => qualifiedName(name, schema));
  return [...new Set([...(await session.state()).names, ...found])];
}

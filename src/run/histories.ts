import { findOwnTables } from "../read/own-table.ts";
import { createdSchemas } from "../revision/folder.ts";
import { parseName } from "../sql.ts";
import type { Session } from "./session.ts";

/**
 * Schemas that revisions create, but for those that have a state of their own: they are other databases, as far as this
 * history goes, which may have the same revisions.
 */
export async function schemasOfRevisions(session: Session): Promise<readonly string[]> {
  return await withoutHistories(session, createdSchemas(session.folder));
}

/** Those of the schemas that have no state of their own. */
export async function withoutHistories(session: Session, schemas: readonly string[]): Promise<readonly string[]> {
  if (schemas.length === 0) return [];
  const { name } = parseName(session.settings.stateTable);
  const states = await findOwnTables(await session.connection(), schemas, [name]);
  return schemas.filter((schema) => !states.some((state) => state.schema === schema));
}

import { readSchemaNow } from "../compare/drift.ts";
import { ask } from "../database.ts";
import type { Schema } from "../schema/schema.ts";
import type { Session } from "../state/session.ts";
import { readContent, type TableContent } from "./content.ts";
import { listOwnTables } from "./own-tables.ts";

const EXTENSIONS_SQL = "SELECT extname::text AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1";

/** A catalog and its rows. */
export interface Snapshot {
  readonly schema: Schema;
  readonly content: readonly TableContent[];
}

/**
 * Reads the catalog and all rows of a throwaway.
 * @param session the project with the throwaway as its database
 * @param known the catalog, if it was read already
 */
export async function readSnapshot(session: Session, known?: Schema): Promise<Snapshot> {
  const db = await session.connection();
  const content = await readContent(db, await listOwnTables(session));
  // A run does not save extensions, since they belong to the server.
  const extensions = await ask<{ name: string }>(db, EXTENSIONS_SQL);
  return { schema: { ...(known ?? (await readSchemaNow(session))), extensions }, content };
}

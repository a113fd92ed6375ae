import { readSchemaNow } from "../compare/drift.ts";
import type { Schema } from "../schema/schema.ts";
import type { Session } from "../state/session.ts";
import { readContent, type TableContent } from "./content.ts";
import { listOwnTables } from "./own-tables.ts";

/** A catalog and its rows. */
export interface Snapshot {
  readonly schema: Schema;
  readonly content: readonly TableContent[];
}

/**
 * Reads the catalog and all rows of a throwaway.
 * @param session the project with the throwaway as its database
 */
export async function readSnapshot(session: Session): Promise<Snapshot> {
  const content = await readContent(await session.connection(), await listOwnTables(session));
  return { schema: await readSchemaNow(session), content };
}

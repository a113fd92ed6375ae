import { readCatalog } from "../read/catalog.ts";
import type { Schema } from "../schema/schema.ts";
import type { Session } from "../state/session.ts";
import { readSurroundings } from "./surroundings.ts";

/** Reads the schema that the live database has, with the other schemas that models and revisions name. */
export async function readLive(session: Session): Promise<Schema> {
  const { revisionSchemas, revisionTables, modelSchemas, historyTables } = await readSurroundings(session);
  const server = await session.server();
  const schemas = [...new Set([...revisionSchemas, ...modelSchemas])];
  const whole = new Set([server.schema, ...schemas]);
  const { schema } = await readCatalog(await session.connection(), {
    server,
    schemas,
    only: new Map([...revisionTables].filter(([name]) => !whole.has(name))),
    exclude: [...session.settings.exclude, ...historyTables],
  });
  return schema;
}

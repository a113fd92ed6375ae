import { readCatalog } from "../read/catalog.ts";
import { hashJson } from "../state/hash-json.ts";
import { computeFingerprint } from "../state/saved-schema.ts";
import type { Session } from "../state/session.ts";
import { listLeftOut, listSchemas, selectSaved } from "./drift.ts";
import { readSurroundings } from "./surroundings.ts";
import { listTypeormTables } from "./typeorm-tables.ts";

/** A live schema as two hashes. Databases that have equal ones compare alike. */
export interface Fingerprints {
  /** The fingerprint of what a run saves of the schema. */
  readonly saved: string;
  /** The hash of all that a comparison reads, such as extensions and the rows of TypeORM's own table. */
  readonly whole: string;
}

/** Reads the catalog of a database and keeps only its hashes. */
export async function readFingerprints(session: Session): Promise<Fingerprints> {
  const surroundings = await readSurroundings(session);
  const server = await session.server();
  const { metadataTable } = listTypeormTables(await session.options());
  const { schema, partitioned, handMade, unmodelled } = await readCatalog(await session.connection(), {
    server,
    schemas: listSchemas(surroundings),
    exclude: listLeftOut(session, surroundings),
    metadataTable,
  });
  // A definition may name the schema of its tenant.
  const named = unmodelled.map(({ definition: _, ...rest }) => rest);
  const major = Math.floor(server.version / 10000);
  return {
    saved: computeFingerprint(selectSaved(schema)),
    whole: hashJson([major, server.missing, schema, partitioned, handMade, named]),
  };
}

import { RemodelError } from "../errors.ts";
import { findCreatedSchemas, findTablesElsewhere } from "../revision/folder.ts";
import { excludeHistories, findHistoryTables } from "../state/histories.ts";
import { readSavedSchema } from "../state/last-schemas.ts";
import type { SavedSchema } from "../state/saved-schema.ts";
import type { Session } from "../state/session.ts";
import type { LastSchema } from "../state/state.ts";

/** Bare names of tables, by PostgreSQL schema. */
export type TablesBySchema = ReadonlyMap<string, ReadonlySet<string>>;

/** What is found out before the catalog is read, for a comparison and for drift. Schemas of other histories are left out. */
export interface Surroundings {
  /** The tables in which this history and others keep their state. */
  readonly historyTables: readonly string[];
  /** The schemas that revisions create. */
  readonly revisionSchemas: readonly string[];
  /** The tables that revisions name in other schemas than the connection's own. */
  readonly revisionTables: TablesBySchema;
  /** The other schemas that models name; empty if there are no models, which a run does not need. */
  readonly modelSchemas: readonly string[];
  /** Reads the schema that is saved with the last revision, once as long as that is the same. */
  readonly readSaved: (last: LastSchema) => Promise<SavedSchema | undefined>;
}

/**
 * Finds out what has to be read of the database.
 * @param options `withoutModels`: leaves out the schemas that only models name
 */
export async function readSurroundings(
  session: Session,
  options: { readonly withoutModels?: boolean } = {},
): Promise<Surroundings> {
  const created = findCreatedSchemas(session.files());
  const named = findTablesElsewhere(session.files());
  const ofModels = options.withoutModels ? [] : await listModelSchemas(session);
  const schemas = [...new Set([...created, ...named.keys(), ...ofModels])];
  const ours = new Set(await excludeHistories(session, schemas));
  return {
    historyTables: await findHistoryTables(session, schemas),
    revisionSchemas: created.filter((schema) => ours.has(schema)),
    revisionTables: new Map([...named].filter(([schema]) => ours.has(schema))),
    modelSchemas: ofModels.filter((schema) => ours.has(schema)),
    readSaved: rememberSaved(session),
  };
}

async function listModelSchemas(session: Session): Promise<readonly string[]> {
  const { schema: own } = await session.server();
  try {
    const { schemas } = await session.models();
    return schemas.filter((schema) => schema !== own);
  } catch (error) {
    if (error instanceof RemodelError) return [];
    throw error;
  }
}

function rememberSaved(session: Session): Surroundings["readSaved"] {
  let known: { readonly key: string; readonly saved: Promise<SavedSchema | undefined> } | undefined;
  return async (last) => {
    const key = JSON.stringify([last.revision, last.fingerprint]);
    if (known?.key !== key) known = { key, saved: readSavedSchema(session, last) };
    return await known.saved;
  };
}

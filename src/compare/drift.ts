import { runInTransaction } from "../connection/transaction.ts";
import { ask, type Database, OWN_SETTINGS } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { schemaKinds } from "../kinds/all.ts";
import { readCatalog } from "../read/catalog.ts";
import { excludes } from "../read/exclude.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { namedElsewhere } from "../revision/folder.ts";
import type { Change } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { excludeHistories, findHistoryTables, findRevisionSchemas } from "../state/histories.ts";
import { computeFingerprint, parseSavedSchema, type SavedSchema } from "../state/saved-schema.ts";
import type { Session } from "../state/session.ts";
import { readLastSchema, readLastSchemaText, writeLastSchema } from "../state/state.ts";
import { compareTexts, TYPEORM_TABLES, typeormTables } from "./compare.ts";

/** What was done to a database beside its revisions since the last one. */
export interface Drift {
  /** The revision that left the schema as it was. */
  readonly revision: string;
  /** From what it left to what is there. */
  readonly changes: readonly Change[];
  readonly left: Schema;
  readonly live: Schema;
}

/**
 * Notes what the schema is like after a run or a stamp. Nobody writes the state meanwhile, so what is read belongs to
 * the revision that it is noted with. A run that has done its work does not fail for it: then nothing is known of drift.
 * @param session the project and the database
 * @returns why it could not be noted, where that is so
 */
export async function noteSchema(session: Session): Promise<string | undefined> {
  const { lockTimeout } = session.settings;
  const db = await session.connection();
  try {
    const { schema: own, version } = await session.server();
    const state = await session.state();
    const schemas = await lookedAt(session);
    const lock = `LOCK TABLE ${state.table} IN SHARE ROW EXCLUSIVE MODE`;
    await runInTransaction(db, [OWN_SETTINGS, `SET LOCAL lock_timeout = ${lockTimeout}`, lock], async () => {
      const left = await readLastSchema(db, state);
      if (left === undefined) return;
      const schema = await readSchema(session, schemas, true);
      const kept: SavedSchema = { own, schemas, exclude: session.settings.exclude, schema, version };
      const fingerprint = computeFingerprint(schema);
      await writeLastSchema(db, state, { revision: left.revision, fingerprint, schema: JSON.stringify(kept) });
    });
    return undefined;
  } catch (error) {
    // What was to be done is done.
    return (error as Error).message;
  }
}

/**
 * Compares the live schema with what the last run left.
 * @param session the project and the database
 * @returns `undefined` if they are equal, or if nothing is known of what was left
 */
export async function readDrift(session: Session): Promise<Drift | undefined> {
  const { exclude } = session.settings;
  const db = await session.connection();
  const state = await session.state();
  const left = await readLastSchema(db, state);
  if (left?.fingerprint === undefined) return undefined;
  const now = await readSchema(session, await lookedAt(session));
  if (computeFingerprint(now) === left.fingerprint) return undefined;
  const text = await readLastSchemaText(db, state, left.revision);
  const server = await session.server();
  const { revision, fingerprint } = left;
  const kept =
    text === undefined ? undefined : parseSavedSchema(text, { stateTable: state.names[0], revision, fingerprint });
  if (kept === undefined || kept.own !== server.schema || isPrintedElsewhere(kept, server)) return undefined;
  const project = await session.project();
  const { leave } = await session.models();
  const patterns = [...exclude, ...(kept.exclude ?? []), ...leave, ...typeormTables(project.dataSource).tables];
  const live = without(await readSchema(session, await namespacesIn(db, kept.schemas)), patterns, server.schema);
  const { models, changes } = compareTexts(live, without(kept.schema, patterns, server.schema));
  return changes.length === 0 ? undefined : { revision, changes, left: models, live };
}

/** Another major version prints the same expression in another way, and the kept text is never put before a server. */
function isPrintedElsewhere({ version }: SavedSchema, server: ServerInfo): boolean {
  return version !== undefined && Math.floor(version / 10000) !== Math.floor(server.version / 10000);
}

/** Which of these names are schemas: names that come from a table go to the server as a parameter. */
async function namespacesIn(db: Database, names: readonly string[]): Promise<readonly string[]> {
  const rows = await ask<{ name: string }>(
    db,
    "SELECT nspname::text AS name FROM pg_namespace WHERE nspname::text = ANY ($1::text[])",
    [names],
  );
  return rows.map(({ name }) => name).sort();
}

/** The schemas that revisions made or named, or that models name. */
async function lookedAt(session: Session): Promise<readonly string[]> {
  const ofModels = await schemasOfModels(session);
  const named = await excludeHistories(session, [...namedElsewhere(session.files()).keys(), ...ofModels]);
  return [...new Set([...(await findRevisionSchemas(session)), ...named])].sort();
}

/** A run needs no models: where they cannot be read, it only notes less. */
async function schemasOfModels(session: Session): Promise<readonly string[]> {
  try {
    const server = await session.server();
    const { schemas } = await session.models();
    return schemas.filter((schema) => schema !== server.schema);
  } catch (error) {
    if (error instanceof RemodelError) return [];
    throw error;
  }
}

/** Reads what is saved of a schema: extensions belong to the server, and rows of TypeORM's own table are data. */
async function readSchema(session: Session, schemas: readonly string[], inTransaction = false): Promise<Schema> {
  const { exclude } = session.settings;
  const { schema } = await readCatalog(await session.connection(), {
    server: await session.server(),
    schemas,
    exclude: [...exclude, ...(await findHistoryTables(session)), ...TYPEORM_TABLES],
    ...(inTransaction && { inTransaction }),
  });
  const left = schemaKinds.filter(({ rule }) => rule === undefined).map(({ list }) => list);
  return Object.fromEntries(Object.entries(schema).filter(([list]) => !left.includes(list)));
}

function without(schema: Schema, patterns: readonly string[], own: string): Schema {
  const ours = ({ name }: { readonly name: string }) => !excludes(patterns, name, own);
  return { ...schema, tables: (schema.tables ?? []).filter(ours), views: (schema.views ?? []).filter(ours) };
}

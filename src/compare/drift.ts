import { runInTransaction } from "../connection/transaction.ts";
import { ask, type Database, OWN_SETTINGS } from "../database.ts";
import { diff } from "../diff/diff.ts";
import { guessRenames, invertGuesses, renamesOf } from "../diff/rename-candidates.ts";
import { schemaKinds } from "../kinds/all.ts";
import { readCatalog } from "../read/catalog.ts";
import { excludes } from "../read/exclude.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Change } from "../schema/operation.ts";
import type { Named, Schema } from "../schema/schema.ts";
import { readWholeState, type State } from "../state/half-applied.ts";
import { computeFingerprint, type SavedSchema } from "../state/saved-schema.ts";
import type { Session } from "../state/session.ts";
import { readLastSchema, writeLastSchema } from "../state/state.ts";
import { acceptDowngradeQuestions } from "./accept.ts";
import { alignModels } from "./align.ts";
import { pairNames } from "./renamed.ts";
import { readSurroundings, type Surroundings } from "./surroundings.ts";
import { listTypeormTables, TYPEORM_TABLES } from "./typeorm-tables.ts";

/** Changes of a database since the last run that no revision made. */
export interface Drift {
  /** The last revision. */
  readonly revision: string;
  /** From the schema after that revision to the live one. */
  readonly changes: readonly Change[];
  /** The schema after the last revision. */
  readonly left: Schema;
  readonly live: Schema;
}

/** What {@link noteSchema} did. */
export interface Noted {
  /** What was saved; absent if no revision is applied. */
  readonly schema?: Schema;
  /** Why the schema could not be saved. */
  readonly unnoted?: string;
}

/**
 * Saves the live schema after a run or a stamp, with the newest row of the state table. That table is locked until then, so
 * the schema belongs to that row. A failure does not fail the run: then drift is unknown.
 * @param session the project and the database
 */
export async function noteSchema(session: Session): Promise<Noted> {
  const { lockTimeout, exclude } = session.settings;
  const db = await session.connection();
  try {
    const { schema: own, version } = await session.server();
    const state = await session.state();
    const surroundings = await readRunSurroundings(session);
    const schemas = listSchemas(surroundings);
    const lock = `LOCK TABLE ${state.table} IN SHARE ROW EXCLUSIVE MODE`;
    const before = [OWN_SETTINGS, `SET LOCAL lock_timeout = ${lockTimeout}`, lock];
    return await runInTransaction(db, before, async () => {
      const last = await readLastSchema(db, state);
      if (last === undefined) return {};
      const schema = await readLiveSchema(session, surroundings, schemas, { inTransaction: true });
      const saved: SavedSchema = { own, schemas, exclude, schema, version };
      const fingerprint = computeFingerprint(schema);
      await writeLastSchema(db, state, { revision: last.revision, fingerprint, schema: JSON.stringify(saved) });
      return { schema };
    });
  } catch (error) {
    // The run succeeded; only drift is unknown.
    return { unnoted: (error as Error).message };
  }
}

/**
 * Saves the live schema where a run was killed before it could, or where a script ran. Until then drift is unknown.
 * @param state what the database has; nothing is left to be run
 */
export async function noteUnsaved(session: Session, { applied, half }: State): Promise<void> {
  if (half.length === 0 && applied.at(-1)?.unsaved) await noteSchema(session);
}

/**
 * Compares the live schema with the one after the last run.
 * @param session the project and the database
 * @param surroundings what was found out before
 * @returns `undefined` if they are equal, if the schema after the last run is unknown, or if a revision is half applied
 */
export async function readDrift(session: Session, surroundings?: Surroundings): Promise<Drift | undefined> {
  const db = await session.connection();
  const state = await session.state();
  const last = await readLastSchema(db, state);
  if (last?.fingerprint === undefined) return undefined;
  const around = surroundings ?? (await readRunSurroundings(session));
  const now = await readLiveSchema(session, around, listSchemas(around));
  if (computeFingerprint(now) === last.fingerprint) return undefined;
  const { half } = await readWholeState(db, state);
  if (half.length > 0) return undefined; // What it has done so far is no drift, and it is not known where that ends.
  const saved = await around.readSaved(last);
  const server = await session.server();
  if (saved === undefined || saved.own !== server.schema || isPrintedElsewhere(saved, server)) return undefined;
  const patterns = await listExcluded(session, saved);
  const found = await readLiveSchema(session, around, await findNamespaces(db, saved.schemas));
  const live = leaveOut(found, patterns, server.schema);
  const { left, changes } = compareSaved(leaveOut(saved.schema, patterns, server.schema), live);
  if (changes.length === 0) return undefined;
  return { revision: last.revision, changes, left, live };
}

/** The live schema, and its fingerprint. */
export interface LiveSchema {
  readonly schema: Schema;
  readonly fingerprint: string;
}

function readRunSurroundings(session: Session): Promise<Surroundings> {
  return readSurroundings(session, { withoutModels: session.runsWithoutModels === true });
}

/**
 * Compares a saved schema with the live one as data: any role that may write the state table may have written it, so no
 * text of it goes to the server.
 */
export function compareSaved(saved: Schema, live: Schema): Pick<Drift, "left" | "changes"> {
  const guesses = guessRenames(live, saved);
  const spelling = new Map<string, string>();
  const changes = diff(saved, live, { guesses: invertGuesses(guesses), spelling });
  return {
    left: alignModels(saved, pairNames(live, renamesOf(live, saved, guesses)), spelling),
    changes: acceptDowngradeQuestions(changes).changes,
  };
}

/** Another major version prints the same expression in another way, and no saved text goes to a server. */
function isPrintedElsewhere({ version }: SavedSchema, server: ServerInfo): boolean {
  return version !== undefined && Math.floor(version / 10000) !== Math.floor(server.version / 10000);
}

/** Reads the schema as a run saves it: what revisions and models name, and all of the connection's own schema. */
export async function readSchemaNow(session: Session): Promise<Schema> {
  const surroundings = await readRunSurroundings(session);
  return await readLiveSchema(session, surroundings, listSchemas(surroundings));
}

/** Finds out which of these names are schemas. They come from a table, so the server gets them as a parameter. */
async function findNamespaces(db: Database, names: readonly string[]): Promise<readonly string[]> {
  const rows = await ask<{ name: string }>(
    db,
    "SELECT nspname::text AS name FROM pg_namespace WHERE nspname::text = ANY ($1::text[])",
    [names],
  );
  return rows.map(({ name }) => name).sort();
}

/** Lists the schemas that revisions created or named, or that models name. */
export function listSchemas({ revisionSchemas, revisionTables, modelSchemas }: Surroundings): readonly string[] {
  return [...new Set([...revisionSchemas, ...revisionTables.keys(), ...modelSchemas])].sort();
}

/** Lists the patterns of tables that are excluded now, or were when the schema was saved. */
async function listExcluded(session: Session, saved: SavedSchema): Promise<readonly string[]> {
  if (session.runsWithoutModels) return [...session.settings.exclude, ...(saved.exclude ?? []), ...TYPEORM_TABLES];
  const { leave } = await session.models();
  return [
    ...session.settings.exclude,
    ...(saved.exclude ?? []),
    ...leave,
    ...listTypeormTables(await session.options()).tables,
  ];
}

/** Reads what is saved of a schema. */
async function readLiveSchema(
  session: Session,
  surroundings: Surroundings,
  schemas: readonly string[],
  options: { readonly inTransaction?: true } = {},
): Promise<Schema> {
  const { schema } = await readCatalog(await session.connection(), {
    server: await session.server(),
    schemas,
    exclude: listLeftOut(session, surroundings),
    ...options,
  });
  return selectSaved(schema);
}

/** The patterns of tables that are never saved. */
export function listLeftOut(session: Session, { historyTables }: Surroundings): readonly string[] {
  return [...session.settings.exclude, ...historyTables, ...TYPEORM_TABLES];
}

/** Selects what is saved of a schema: extensions belong to the server, and rows of TypeORM's own table are data. */
export function selectSaved(schema: Schema): Schema {
  const left = new Set(schemaKinds.filter(({ rule }) => rule === undefined).map(({ list }) => list));
  return Object.fromEntries(Object.entries(schema).filter(([list]) => !left.has(list)));
}

function leaveOut(schema: Schema, patterns: readonly string[], own: string): Schema {
  const isKept = ({ name }: Named) => !excludes(patterns, name, own);
  return { ...schema, tables: (schema.tables ?? []).filter(isKept), views: (schema.views ?? []).filter(isKept) };
}

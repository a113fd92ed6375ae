import { ask, type Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { upgradePlan } from "../history/plan.ts";
import { does } from "../kinds/targets.ts";
import { upgrade } from "../run/run.ts";
import type { Schema } from "../schema/schema.ts";
import { id } from "../sql.ts";
import { readSavedSchema } from "../state/last-schemas.ts";
import { createsSchema, type LoadedRevision, loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readLastSchema } from "../state/state.ts";
import { enterThrowaway, type Throwaway } from "./throwaway.ts";

/** What the revisions of a history make of an empty database. */
export interface BuiltHistory {
  /** The project with the throwaway as its database. */
  readonly session: Session;
  /** The schema after the last revision, as a run saves it. */
  readonly schema: Schema;
  /** The fingerprint of that schema. A database has the same one if it was made by the same revisions on the same major. */
  readonly fingerprint: string;
}

/**
 * Runs revisions in a throwaway.
 * @param throwaway an empty database
 * @param session the project
 * @param upTo a name of a revision, see `resolveName`; it and all revisions that it needs are run
 * @throws RemodelError `EXTENSION_MISSING`, and what `upgrade` throws
 */
export async function buildHistory(throwaway: Throwaway, session: Session, upTo = "heads"): Promise<BuiltHistory> {
  const entered = await enterThrowaway(throwaway, session);
  await prepareThrowaway(throwaway, entered, upTo);
  const { unnoted } = await upgrade(entered, upTo);
  const db = throwaway.connection;
  const last = await readLastSchema(db, await entered.state());
  const saved = last && (await readSavedSchema(entered, last));
  if (last?.fingerprint === undefined || saved === undefined)
    throw new RemodelError("HISTORY_EMPTY", unnoted ?? `No revision leads to ${upTo}.`);
  return { session: entered, schema: saved.schema, fingerprint: last.fingerprint };
}

/**
 * Makes what the revisions expect of an empty database: the project's own schema, and the extensions that the data source
 * names and no revision creates.
 * @param session the project with the throwaway as its database
 * @returns the extensions that the data source names and no revision creates
 * @throws RemodelError `EXTENSION_MISSING`
 */
export async function prepareThrowaway(
  throwaway: Throwaway,
  session: Session,
  upTo: string,
): Promise<readonly string[]> {
  const db = throwaway.connection;
  const loaded = await loadRevisions(session.loader, upgradePlan(session.graph(), [], upTo));
  const server = await session.server();
  if (server.missing && !loaded.some((one) => createsSchema(one, server.schema)))
    await db.query(`CREATE SCHEMA ${id(server.schema)}`);
  const created = listCreatedExtensions(loaded);
  const extra = (await listModelExtensions(session)).filter((name) => !isMentioned(loaded, created, name));
  await refuseMissingExtensions(throwaway, [...created, ...extra]);
  for (const name of extra) await db.query(`CREATE EXTENSION IF NOT EXISTS ${id(name)}`);
  return extra;
}

/**
 * Drops the extensions that no revision creates and none needs: a new database would lack them, so a comparison has to find
 * them missing.
 * @param names what `prepareThrowaway` returned
 */
export async function dropUnusedExtensions({ connection: db }: Throwaway, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await db.query(`DROP EXTENSION ${id(name)}`);
    } catch (error) {
      if (error instanceof RemodelError) throw error;
    }
  }
}

function listCreatedExtensions(loaded: readonly LoadedRevision[]): readonly string[] {
  const operations = loaded.flatMap(({ upgrade: calls }) => calls.map(({ operation }) => operation));
  return operations.flatMap((one) => (does(one, "create", "extension") && one.target ? [one.target.name] : []));
}

/** Whether a revision creates an extension, with an operation or with a statement of its own. */
function isMentioned(loaded: readonly LoadedRevision[], created: readonly string[], name: string): boolean {
  const creates = (sql: string) => /create\s+extension/i.test(sql) && sql.includes(name);
  const inText = loaded.some(({ upgrade: calls }) => calls.some(({ operation }) => operation.sql.some(creates)));
  return created.includes(name) || inText;
}

/** What the models need; nothing if there are no models, which a history does not need. */
async function listModelExtensions(session: Session): Promise<readonly string[]> {
  try {
    return ((await session.models()).schema.extensions ?? []).map(({ name }) => name);
  } catch (error) {
    if (error instanceof RemodelError) return [];
    throw error;
  }
}

/**
 * Refuses a throwaway without extensions that are needed.
 * @throws RemodelError `EXTENSION_MISSING`
 */
export async function refuseMissingExtensions({ connection, on }: Throwaway, names: readonly string[]): Promise<void> {
  const missing = await findMissingExtensions(connection, names);
  if (missing.length === 0) return;
  throw new RemodelError(
    "EXTENSION_MISSING",
    `The throwaway database (${on}) does not have the extension ${missing.join(", ")}.`,
    {
      hint: "Name a server that has it and on which the role may create databases: --on postgres://…",
      details: { extensions: missing },
    },
  );
}

async function findMissingExtensions(db: Database, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const rows = await ask<{ name: string }>(db, "SELECT name::text FROM pg_available_extensions");
  const available = new Set(rows.map(({ name }) => name));
  return [...new Set(names)].filter((name) => !available.has(name));
}

import { stamp } from "../author/stamp.ts";
import { readSchemaNow } from "../compare/drift.ts";
import { runInTransaction } from "../connection/transaction.ts";
import { ask, PINNED_SETTINGS, setLocalSql } from "../database.ts";
import { diff } from "../diff/diff.ts";
import { searchPathSql } from "../read/server-info.ts";
import type { Schema } from "../schema/schema.ts";
import { id } from "../sql.ts";
import type { Session } from "../state/session.ts";
import { readKnownIds } from "../state/unknown-revisions.ts";
import { refuseMissingExtensions } from "./build-history.ts";
import type { Throwaway } from "./throwaway.ts";

/** What a live database has, as far as a throwaway needs it. */
export interface LiveCopy {
  readonly schema: Schema;
  readonly extensions: readonly string[];
  /** The applied revisions. */
  readonly applied: readonly string[];
}

/** Reads the schema of the live database, without its rows. */
export async function readLiveCopy(session: Session): Promise<LiveCopy> {
  const rows = await ask<{ name: string }>(
    await session.connection(),
    "SELECT extname::text AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1",
  );
  return {
    schema: await readSchemaNow(session),
    extensions: rows.map(({ name }) => name),
    applied: await readKnownIds(session),
  };
}

/**
 * Makes the schema of a live database in an empty throwaway. What models cannot declare is left out.
 * @param session the project with the throwaway as its database
 * @throws RemodelError `EXTENSION_MISSING`
 */
export async function copyLive(throwaway: Throwaway, session: Session, live: LiveCopy): Promise<void> {
  const db = throwaway.connection;
  await refuseMissingExtensions(throwaway, live.extensions);
  const { schema, missing } = await session.server();
  if (missing) await db.query(`CREATE SCHEMA ${id(schema)}`);
  for (const name of live.extensions) await db.query(`CREATE EXTENSION IF NOT EXISTS ${id(name)}`);
  const settings = [setLocalSql(PINNED_SETTINGS), searchPathSql(await session.server())];
  await runInTransaction(db, settings, async () => {
    for (const { operations } of diff({}, live.schema))
      for (const sql of operations.flatMap((operation) => operation.sql)) await db.query(sql);
  });
  if (live.applied.length > 0) await stamp(session, live.applied);
}

import { readUrl } from "../connection/address.ts";
import type { Connection } from "../connection/connect.ts";
import { type ConnectionTarget, connect } from "../connection/connect.ts";
import { isEmbedded } from "../connection/embedded-url.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { readServerInfo } from "../read/server-info.ts";
import { once } from "../state/once.ts";
import { createStateReaders, type Session } from "../state/session.ts";
import { createOnServer } from "./server-throwaways.ts";
import { untilAborted } from "./until-aborted.ts";

/** An empty database to try something in. Closing it removes it. */
export interface Throwaway {
  readonly connection: Connection;
  /** `pglite`, or the server without its password. */
  readonly on: string;
  close(): Promise<void>;
}

/** The value of `--on` for the embedded PostgreSQL. */
export const EMBEDDED = "pglite";

/**
 * Opens a throwaway database: PostgreSQL inside this process, or a database of its own on a server.
 * @param session the project; its own database is not opened
 * @param on `pglite`, or how to connect to a server on which the role may create databases
 * @param copy what an embedded database begins with, instead of nothing
 * @throws RemodelError what `connect` throws; `PEER_MISSING` without PGlite
 */
export async function openThrowaway(
  { loader, folder }: Session,
  on: ConnectionTarget = EMBEDDED,
  copy?: Blob,
): Promise<Throwaway> {
  if (isOnEmbedded(on)) {
    const connection = await connect("pglite:memory", loader, folder, dropUndefined({ copy })).catch(addHint);
    return { connection, on: EMBEDDED, close: () => connection.close() };
  }
  const { connection, drop } = await createOnServer(on, loader, folder);
  return { connection, on: connection.label.replace(/\/[^/]*$/, ""), close: drop };
}

/** Where to try something, and when to stop. */
export interface ThrowawayOptions {
  /** `pglite`, or how to connect to a server. */
  readonly on?: ConnectionTarget;
  /** Aborted: the work ends at once, also in the middle of a statement. */
  readonly signal?: AbortSignal;
}

/**
 * Works in a throwaway database, which is removed afterwards: also after an error, and after a signal.
 * @param project the project; its own database is not opened
 * @throws RemodelError `CANCELLED`, and what {@link openThrowaway} throws
 */
export async function withThrowaway<Result>(
  project: Session,
  { on, signal }: ThrowawayOptions,
  work: (throwaway: Throwaway) => Promise<Result>,
): Promise<Result> {
  const opening = openThrowaway(project, on);
  try {
    return await untilAborted(
      opening.then((throwaway) => {
        signal?.throwIfAborted();
        return work(throwaway);
      }),
      signal,
    );
  } finally {
    await (await opening.catch(() => undefined))?.close();
  }
}

/** Whether a throwaway is an embedded database. */
export function isOnEmbedded(on: ConnectionTarget): boolean {
  return on === EMBEDDED || isEmbedded(readUrl(on) ?? "");
}

/** PGlite is an optional package, and a server does as well. */
function addHint(error: unknown): never {
  if (!(error instanceof RemodelError) || error.code !== "PEER_MISSING") throw error;
  const hint = `${error.hint?.replace("install ", "install --save-dev ")}. Or name a server on which the role may create databases: --on postgres://…`;
  throw new RemodelError(error.code, error.message, { hint, cause: error });
}

/**
 * The project with the throwaway as its database: the files, the models and the configuration stay.
 * @param throwaway its database
 * @param session the project
 */
export async function enterThrowaway({ connection }: Throwaway, session: Session): Promise<Session> {
  const schema = await session.schema();
  const server = await readServerInfo(connection, schema);
  const read = async () => (server.missing ? await readServerInfo(connection, schema) : server);
  // Imported when it is needed: it loads TypeORM.
  const models = once(async () => (await import("../read/models.ts")).readModels(await session.project(), server));
  const parts = { ...session, connection: async () => connection, server: read, models };
  return { ...parts, ...createStateReaders(parts), close: async () => undefined };
}

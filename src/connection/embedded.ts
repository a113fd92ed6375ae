import { mkdirSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { ClientConfig } from "pg";
import { RemodelError } from "../errors.ts";
import type { Loader } from "../load/load.ts";
import { lockFolder } from "./folder-lock.ts";

/** PostgreSQL inside this process, for which no server is needed. */
export interface Embedded {
  /** What `pg` connects with. */
  readonly config: ClientConfig;
  /** The database as it may be shown. */
  readonly label: string;
  close(): Promise<void>;
}

/** Extensions that come with PGlite and that the columns of models may need. */
const EXTENSIONS = ["btree_gist", "citext", "cube", "hstore", "ltree", "pg_trgm", "pgcrypto", "uuid_ossp"];

/**
 * Opens PGlite. Two processes on one folder would write over each other's pages, so that the folder is taken first.
 * @param url `pglite:DIR` or `pglite:memory`
 * @param folder what `pglite:DIR` is relative to
 * @throws RemodelError `USAGE`, `PEER_MISSING`, `DATABASE_BUSY`, `DATABASE_UNREACHABLE`
 */
export async function openEmbedded(url: string, loader: Loader, folder: string): Promise<Embedded> {
  const where = url.slice("pglite:".length);
  if (where === "")
    throw new RemodelError("USAGE", "pglite: needs a folder.", { hint: "Write pglite:DIR or pglite:memory." });
  const { PGlite } = loader.require("@electric-sql/pglite") as typeof import("@electric-sql/pglite");
  const { createPgConfig } = loader.require(
    "@electric-sql/pglite/node-postgres",
  ) as typeof import("@electric-sql/pglite/node-postgres");
  const extensions = loadExtensions(loader);
  const dataDir = where === "memory" ? undefined : resolveFolder(where, folder);
  const unlock = dataDir === undefined ? () => undefined : await lock(dataDir, url);
  try {
    const db = await PGlite.create({ ...(dataDir !== undefined && { dataDir }), extensions });
    const close = async () => await db.close().finally(unlock);
    return { config: createPgConfig(db) as ClientConfig, label: url, close };
  } catch (cause) {
    unlock();
    throw unusableError(url, cause);
  }
}

function resolveFolder(where: string, folder: string): string {
  return isAbsolute(where) ? where : resolve(folder, where);
}

async function lock(folder: string, url: string): Promise<() => void> {
  try {
    mkdirSync(folder, { recursive: true });
    return await lockFolder(folder);
  } catch (cause) {
    throw cause instanceof RemodelError ? cause : unusableError(url, cause);
  }
}

function unusableError(url: string, cause: unknown): RemodelError {
  return new RemodelError("DATABASE_UNREACHABLE", `${url} cannot be opened: ${(cause as Error).message}`, {
    hint: "Check the folder and its permissions, or name another one: --url pglite:DIR",
    cause,
  });
}

function loadExtensions(loader: Loader): Record<string, never> {
  return Object.fromEntries(
    EXTENSIONS.map((name) => {
      const module = loader.require(`@electric-sql/pglite/contrib/${name}`) as Record<string, never>;
      return [name, module[name]!];
    }),
  );
}

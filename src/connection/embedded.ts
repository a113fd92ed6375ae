import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { RemodelError, readError } from "../errors.ts";
import type { Loader } from "../load/load.ts";
import { resolvePackage } from "../load/package.ts";
import { type ClientOptions, loadPglite } from "./driver.ts";
import { openInMemory } from "./embedded-template.ts";
import { lockFolder } from "./folder-lock.ts";

/** PostgreSQL inside this process. It needs no server. */
export interface Embedded {
  /** The options with which a client of `pg` connects to it. */
  readonly options: ClientOptions;
  /** The database in messages. */
  readonly label: string;
  close(): Promise<void>;
}

/** Whether a URL names an embedded database. */
export function isEmbedded(url: string): boolean {
  return url.startsWith("pglite:");
}

/**
 * Opens PGlite. It locks the folder first: two processes on one folder would overwrite each other's pages.
 * @param url `pglite:DIR` or `pglite:memory`
 * @param folder what `pglite:DIR` is relative to
 * @throws RemodelError `USAGE`, `PEER_MISSING`, `DATABASE_BUSY`, `DATABASE_UNREACHABLE`
 */
export async function openEmbedded(url: string, loader: Loader, folder: string): Promise<Embedded> {
  const where = url.slice("pglite:".length);
  if (where === "")
    throw new RemodelError("USAGE", "pglite: needs a folder.", { hint: "Write pglite:DIR or pglite:memory." });
  const open = loadPglite(loader);
  const dataDir = where === "memory" ? undefined : resolve(folder, where);
  const unlock = dataDir === undefined ? () => undefined : await lock(dataDir, url);
  try {
    const module = resolvePackage("@electric-sql/pglite", join(folder, "_"));
    const { db, options } = await (dataDir === undefined ? openInMemory(open, module) : open({ dataDir }));
    return { options, label: url, close: () => db.close().finally(unlock) };
  } catch (cause) {
    unlock();
    throw unusableError(url, cause);
  }
}

async function lock(folder: string, url: string): Promise<() => void> {
  try {
    mkdirSync(folder, { recursive: true });
    return await lockFolder(folder);
  } catch (cause) {
    if (cause instanceof RemodelError) throw cause;
    throw unusableError(url, cause);
  }
}

function unusableError(url: string, cause: unknown): RemodelError {
  return new RemodelError("DATABASE_UNREACHABLE", `${url} cannot be opened: ${readError(cause).message}`, {
    hint: "Check the folder and its permissions, or name another one: --url pglite:DIR",
    cause,
  });
}

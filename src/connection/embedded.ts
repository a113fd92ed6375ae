import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { RemodelError, readError } from "../errors.ts";
import type { Loader } from "../load/load.ts";
import { resolvePackage } from "../load/package.ts";
import { loadPglite, type OpenedPglite } from "./driver.ts";
import { copyDatabase, openInFolder, openInMemory, readVersion } from "./embedded-template.ts";
import { findDataFolder, SCHEME } from "./embedded-url.ts";
import { lockFolder } from "./folder-lock.ts";
import { type Embedded, openKept } from "./keep-embedded.ts";

/**
 * Opens PGlite. It locks the folder first: two processes on one folder would overwrite each other's pages.
 * @param url `pglite:DIR` or `pglite:memory`
 * @param folder what `pglite:DIR` is relative to
 * @param copy what a database in memory begins with
 * @throws RemodelError `USAGE`, `PEER_MISSING`, `DATABASE_BUSY`, `DATABASE_UNREACHABLE`
 */
export async function openEmbedded(url: string, loader: Loader, folder: string, copy?: Blob): Promise<Embedded> {
  const where = url.slice(SCHEME.length);
  if (where === "")
    throw new RemodelError("USAGE", "pglite: needs a folder.", { hint: "Write pglite:DIR or pglite:memory." });
  const open = loadPglite(loader);
  const dataDir = findDataFolder(url, folder);
  if (dataDir !== undefined) {
    return await openKept(dataDir, () => openFolder(open, findModule(folder), dataDir, url));
  }
  try {
    const opened = await openInMemory(open, findModule(folder), copy);
    return { ...describeOpened(opened, url, () => undefined), copy: () => copyDatabase(opened) };
  } catch (cause) {
    throw unusableError(url, cause);
  }
}

/**
 * Reads the version of the PGlite that a project in a folder uses.
 * @throws Error where it is not found
 */
export function readEmbeddedVersion(folder: string): string {
  return readVersion(findModule(folder));
}

function findModule(folder: string): string | undefined {
  return resolvePackage("@electric-sql/pglite", join(folder, "_"));
}

async function openFolder(
  open: ReturnType<typeof loadPglite>,
  module: string | undefined,
  dataDir: string,
  url: string,
): Promise<Embedded> {
  const unlock = await lock(dataDir, url);
  try {
    return describeOpened(await openInFolder(open, module, dataDir), url, unlock);
  } catch (cause) {
    unlock();
    throw unusableError(url, cause);
  }
}

function describeOpened({ db, options }: OpenedPglite, label: string, unlock: () => void): Embedded {
  const reset = async () => {
    await db.exec("ROLLBACK");
    await db.exec("DISCARD ALL");
  };
  return { options, label, reset, close: () => db.close().finally(unlock) };
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

import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { RemodelError } from "../errors.ts";
import { explainFile } from "../file-errors.ts";
import type { Loader } from "../load/load.ts";
import { resolvePackage } from "../load/package.ts";
import { loadPglite, type OpenedPglite } from "./driver.ts";
import { copyDatabase, openInFolder, openInMemory, readVersion } from "./embedded-template.ts";
import { findDataFolder, isUnmade, SCHEME } from "./embedded-url.ts";
import { lockFolder } from "./folder-lock.ts";
import { type Embedded, openKept } from "./keep-embedded.ts";

/** How to open an embedded database. */
export interface OpenEmbeddedOptions {
  /** What a database in memory begins with. */
  readonly copy?: Blob;
  /** Whether a database is made in a folder that has none. Otherwise an empty one in memory takes its place. Default: true. */
  readonly makesDatabase?: boolean;
}

/**
 * Opens PGlite. It locks the folder first: two processes on one folder would overwrite each other's pages.
 * @param url `pglite:DIR` or `pglite:memory`
 * @param folder what `pglite:DIR` is relative to
 * @throws RemodelError `USAGE`, `PEER_MISSING`, `DATABASE_BUSY`, `DATABASE_UNREACHABLE`
 */
export async function openEmbedded(
  url: string,
  loader: Loader,
  folder: string,
  { copy, makesDatabase = true }: OpenEmbeddedOptions = {},
): Promise<Embedded> {
  const where = url.slice(SCHEME.length);
  if (where === "")
    throw new RemodelError("USAGE", "pglite: needs a folder.", { hint: "Write pglite:DIR or pglite:memory." });
  const open = loadPglite(loader);
  const dataDir = findDataFolder(url, folder);
  const standsIn = !makesDatabase && isUnmade(url, folder);
  if (dataDir !== undefined && !standsIn) {
    return await openKept(dataDir, () => openFolder(open, findModule(folder), dataDir, url));
  }
  try {
    const opened = await openInMemory(open, findModule(folder), copy);
    const label = standsIn ? `${url} (does not exist yet)` : url;
    return { ...describeOpened(opened, label, () => undefined), copy: () => copyDatabase(opened), standsIn };
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
  return { options, label, reset, standsIn: false, close: () => db.close().finally(unlock) };
}

async function lock(folder: string, url: string): Promise<() => void> {
  try {
    mkdirSync(folder, { recursive: true });
    refuseOtherFiles(folder, url);
    return await lockFolder(folder);
  } catch (cause) {
    if (cause instanceof RemodelError) throw cause;
    throw unusableError(url, cause);
  }
}

/** What PostgreSQL and the lock write into a new folder before `PG_VERSION` is there, and files that are hidden. */
const OF_DATABASE = /^(?:base$|global$|pg_|postgresql|postmaster|remodel-|\.)/;

/** A new database would be mixed with the files of a project. PostgreSQL's own initdb refuses such a folder too. */
function refuseOtherFiles(folder: string, url: string): void {
  const names = readdirSync(folder);
  const [other] = names.filter((name) => !OF_DATABASE.test(name)).sort();
  if (other === undefined || names.includes("PG_VERSION")) return;
  throw new RemodelError(
    "DATABASE_UNREACHABLE",
    `${url} is no database: its folder has other files, such as ${other}.`,
    {
      hint: "Name the folder of a database, or a new one: --url pglite:DIR",
      details: { folder },
    },
  );
}

function unusableError(url: string, cause: unknown): RemodelError {
  return new RemodelError("DATABASE_UNREACHABLE", `${url} cannot be opened: ${explainFile(cause)}`, {
    hint: "Check the folder and its permissions, or name another one: --url pglite:DIR",
    cause,
  });
}

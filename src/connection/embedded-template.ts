import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { openPrivate } from "../load/cache-folder.ts";
import { findNearestFile } from "../load/tsconfig.ts";
import type { EmbeddedOptions, OpenedPglite } from "./driver.ts";

type Open = (options: EmbeddedOptions) => Promise<OpenedPglite>;

/** The fastest level; higher ones save little. */
const LEVEL = 1;

/** PostgreSQL's smallest files of the log, 1 MB and not 16, since each database in memory begins with a copy of one. */
const SMALL_LOG = { initDbStartParams: ["--wal-segsize=1"] };

/**
 * Opens an empty PGlite in memory. The first one of a version is made by PostgreSQL's `initdb`, which takes some seconds;
 * later ones start with a copy of what `initdb` made, which is in a folder of this user below the temporary folder.
 * @param open opens PGlite
 * @param module the file of the project's PGlite, which has its version; without it no copy is used
 * @param copy what the database begins with, instead of nothing; a damaged one is left out
 */
export async function openInMemory(open: Open, module: string | undefined, copy?: Blob): Promise<OpenedPglite> {
  const opened = copy && (await open({ loadDataDir: copy }).catch(() => undefined));
  return opened ?? (await openEmpty(open, module));
}

/**
 * Opens the PGlite in a folder. A new one begins with a copy too.
 * @param open opens PGlite
 * @param module the file of the project's PGlite, as for {@link openInMemory}
 * @param dataDir the folder, which exists
 */
export async function openInFolder(open: Open, module: string | undefined, dataDir: string): Promise<OpenedPglite> {
  if (existsSync(join(dataDir, "PG_VERSION"))) return await open({ dataDir });
  const template = await findOrMakeTemplate(open, module);
  return await open({ dataDir, ...(template ? { loadDataDir: template } : SMALL_LOG) });
}

/** The folder itself is no template, since the lock of this process is in it. */
async function findOrMakeTemplate(open: Open, module: string | undefined): Promise<Blob | undefined> {
  const file = findTemplate(module);
  if (file === undefined) return undefined;
  const found = readTemplate(file);
  if (found !== undefined) return found;
  const { db } = await makeTemplate(open, file);
  await db.close();
  return readTemplate(file);
}

async function makeTemplate(open: Open, file: string): Promise<OpenedPglite> {
  const opened = await open(SMALL_LOG);
  await writeTemplate(file, opened);
  return opened;
}

async function openEmpty(open: Open, module: string | undefined): Promise<OpenedPglite> {
  const file = findTemplate(module);
  if (file === undefined) return await open(SMALL_LOG);
  const template = readTemplate(file);
  if (template !== undefined) return await open({ loadDataDir: template }).catch(() => open(SMALL_LOG));
  return await makeTemplate(open, file);
}

/** A failure (no rights, a full disk) only costs time. */
function findTemplate(module: string | undefined): string | undefined {
  try {
    const version = readVersion(module);
    const home = openPrivate(join(tmpdir(), `typeorm-remodel-${userInfo().uid}`));
    return join(home, `pglite-${version}.tar.gz`);
  } catch {
    return undefined;
  }
}

/**
 * Reads the version of the project's PGlite.
 * @param module its file
 * @throws Error where it is not found
 */
export function readVersion(module: string | undefined): string {
  const description: unknown = JSON.parse(readFileSync(findNearestFile(module ?? "", "package.json") ?? "", "utf8"));
  const { version } = Object(description);
  if (!/^[\w.-]+$/.test(version)) throw new Error(`${module} has no version.`);
  return version;
}

function readTemplate(file: string): Blob | undefined {
  try {
    return unpackCopy(readFileSync(file));
  } catch {
    return undefined;
  }
}

/**
 * Reads what {@link packCopy} returned.
 * @throws Error where bytes are missing or differ
 */
export function unpackCopy(content: Uint8Array): Blob {
  const { buffer, byteOffset, byteLength } = gunzipSync(content);
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  // Node reads a blob in small pieces, which takes longer than to start PostgreSQL.
  return Object.assign(new Blob([]), { arrayBuffer: async () => bytes });
}

/** Makes a copy of a database small, for a file. */
export async function packCopy(copy: Blob): Promise<Buffer> {
  return gzipSync(Buffer.from(await copy.arrayBuffer()), { level: LEVEL });
}

/** Copies an embedded database with its rows, so that another one can begin with it. No transaction may be open. */
export async function copyDatabase({ db }: OpenedPglite): Promise<Blob> {
  await db.exec("CHECKPOINT");
  return await db.dumpDataDir("none");
}

async function writeTemplate(file: string, opened: OpenedPglite): Promise<void> {
  try {
    const content = await packCopy(await copyDatabase(opened));
    const draft = `${file}.${randomBytes(4).toString("hex")}`;
    writeFileSync(draft, content, { flag: "wx", mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // The next one is made by initdb again.
  }
}

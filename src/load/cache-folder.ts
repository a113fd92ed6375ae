import { createHash, randomInt } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { readError } from "../errors.ts";
import { findNearestFile } from "./tsconfig.ts";

/** Files by the hash of everything that they were made from. A failure (no rights, a full disk) only costs time. */
export interface CacheFolder {
  /** @returns what the file has; nothing if there is none, or it is not ours */
  readonly load: (name: string) => Buffer | undefined;
  readonly save: (name: string, content: string | Buffer) => void;
}

const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 30 * DAY;
const KEPT_BYTES = 100 * 1024 * 1024;
/** Copies of databases are large, and only the last ones are used again. */
const KEPT_COPIES = 8;

/** How the name of a copy of a database ends. */
export const COPY = ".copy.gz";

/** Matches the names of the cache's files, and no other names. */
const CACHED = /^[0-9a-f]{40}(?:(?:\.map)?\.json|\.copy\.gz)$/;
const DRAFT = /^[0-9a-f]{40}(?:\.map|\.copy)?\.\d+\.tmp$/;

/**
 * Opens the cache of the project at or above a folder. Its content is believed, so no other user may write to it.
 */
export function openCacheFolder(folder: string): CacheFolder {
  const modules = findNearestFile(folder, "node_modules");
  let home: string | undefined;
  let pruned = false;
  const open = () => {
    home ??= openHome(modules);
    return home;
  };
  return {
    load: (name) =>
      attempt(() => {
        const file = join(open(), name);
        const is = lstatSync(file);
        if (!is.isFile() || !isOwn(is)) return undefined;
        const content = readFileSync(file);
        if (Date.now() - is.mtimeMs > (name.endsWith(COPY) ? 0 : DAY))
          attempt(() => utimesSync(file, new Date(), new Date()));
        return content;
      }),
    save: (name, content) =>
      attempt(() => {
        writeWhole(open(), name, content);
        if (!pruned || name.endsWith(COPY)) prune(open());
        pruned = true;
      }),
  };
}

/** A hash of texts, as the name of a file of the cache. */
export function hashTexts(texts: readonly string[]): string {
  return createHash("sha1").update(JSON.stringify(texts)).digest("hex");
}

/**
 * Says where the cache of a project is, and whether it can be used.
 * @param folder as for {@link openCacheFolder}
 */
export function probeCache(folder: string): { readonly folder: string; readonly problem?: string } {
  const home = placeHome(findNearestFile(folder, "node_modules"));
  try {
    accessSync(openPrivate(home), constants.W_OK);
    return { folder: home };
  } catch (error) {
    return { folder: home, problem: readError(error).message };
  }
}

/** Without a cache everything works, but takes longer. */
export function phraseCacheProblem(place: string, problem: string): string {
  return `${place} cannot be used: ${problem}. Each command compiles the project again.`;
}

function writeWhole(home: string, name: string, content: string | Buffer): void {
  // In containers that share a folder, processes have the same number.
  const draft = join(home, `${name.replace(/\.\w+$/, "")}.${process.pid}${randomInt(1e9)}.tmp`);
  try {
    rmSync(draft, { force: true });
    writeFileSync(draft, content, { flag: "wx", mode: 0o600 });
    renameSync(draft, join(home, name));
  } catch {
    rmSync(draft, { force: true });
  }
}

/** Opens a folder in node_modules, or a temporary folder of this user if there is no node_modules. */
function openHome(modules: string | undefined): string {
  return openPrivate(placeHome(modules));
}

function placeHome(modules: string | undefined): string {
  if (modules === undefined) return join(tmpdir(), `typeorm-remodel-${userInfo().uid}`);
  return join(modules, ".cache", "typeorm-remodel");
}

/**
 * Makes a folder that only this user may read. A link, or a folder of another user, is not used. If others may write to
 * a folder of this user, its files are removed; then its permissions are corrected.
 */
export function openPrivate(folder: string): string {
  mkdirSync(dirname(folder), { recursive: true });
  attempt(() => mkdirSync(folder, { mode: 0o700 }));
  const is = lstatSync(folder);
  if (!is.isDirectory() || !isOwn(is)) throw new Error(`${folder} is not ours`);
  if ((is.mode & 0o022) !== 0) for (const name of listCached(folder)) rmSync(join(folder, name), { force: true });
  if ((is.mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return folder;
}

/** Whether a path is such a folder, or a file directly in it. */
export function isCacheFile(path: string): boolean {
  return /[\\/](?:\.cache[\\/]typeorm-remodel|typeorm-remodel-\d+)(?:[\\/][^\\/]*)?$/.test(path);
}

/** Whether this user owns a file; on Windows files have no such owner. */
function isOwn({ uid }: Stats): boolean {
  const self = userInfo().uid;
  return self === -1 || uid === self;
}

function listCached(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => CACHED.test(name) || DRAFT.test(name));
}

function prune(folder: string): void {
  let bytes = 0;
  let copies = 0;
  for (const one of listNewestFirst(folder)) {
    bytes += one.size;
    copies += Number(one.isCopy);
    const isTooMany = bytes > KEPT_BYTES || (one.isCopy && copies > KEPT_COPIES);
    if (isOld(one) || (isTooMany && !one.isDraft)) rmSync(one.file, { force: true });
  }
}

/** A file in the folder. */
interface CachedFile {
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly isCopy: boolean;
  readonly isDraft: boolean;
}

function listNewestFirst(folder: string): readonly CachedFile[] {
  const files = listCached(folder).flatMap((name): readonly CachedFile[] => {
    const file = join(folder, name);
    const is = lstatSync(file, { throwIfNoEntry: false });
    if (!is?.isFile()) return [];
    const { size, mtimeMs } = is;
    return [{ file, size, mtimeMs, isCopy: file.endsWith(COPY), isDraft: file.endsWith(".tmp") }];
  });
  return [...files].sort((a, b) => b.mtimeMs - a.mtimeMs);
}

function isOld({ mtimeMs, isDraft }: CachedFile): boolean {
  return Date.now() - mtimeMs > (isDraft ? DAY : KEPT_FOR);
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

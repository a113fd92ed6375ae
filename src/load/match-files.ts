import { type Dirent, type PathLike, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Glob from "tinyglobby";
import { hashTexts } from "./cache-folder.ts";
import { openCache } from "./compile-cache.ts";
import { isObject } from "./objects.ts";
import { describeState, kindOf } from "./on-disk.ts";
import { readOwnVersion } from "./own-version.ts";

/** Where to look for files, and which. */
export interface FilePattern {
  /** The absolute path of the folder to look in. */
  readonly folder: string;
  /** What the paths below it have to match. */
  readonly pattern: string;
  /** Patterns of paths to leave out. */
  readonly ignore: readonly string[];
}

/** What the cache keeps of a pattern. */
interface Matched {
  /** The folders that were read, in that order. */
  readonly folders: readonly string[];
  /** A hash of what they had. */
  readonly had: string;
  readonly files: readonly string[];
}

const own = createRequire(import.meta.url);

/**
 * Lists the files that match a pattern, and keeps the list for {@link matchAgain}. It is not kept where a folder has a link: what
 * is behind the link is not seen in the folder.
 * @returns absolute paths
 */
export function matchFiles(wanted: FilePattern): readonly string[] {
  const { globSync }: typeof Glob = own("tinyglobby");
  const { folder: cwd, pattern, ignore } = wanted;
  const folders: string[] = [];
  const had: string[] = [];
  let links = 0;
  const read = (path: PathLike, _options: { readonly withFileTypes: true }): Dirent[] => {
    const entries = listFolder(String(path));
    folders.push(String(path));
    had.push(describeEntries(entries));
    links += entries?.filter((entry) => entry.isSymbolicLink()).length ?? 0;
    return entries ?? [];
  };
  const files = globSync(pattern, { cwd, absolute: true, ignore, fs: { readdirSync: read as typeof readdirSync } });
  if (links === 0) openCache(cwd).write(keyOf(wanted), { folders, had: hashTexts(had), files } satisfies Matched);
  return files;
}

/**
 * Lists the same files with less work: while the folders that were read have the same names, the same files match, and the
 * package that knows patterns is not loaded.
 */
export function matchAgain(wanted: FilePattern): readonly string[] {
  const cache = openCache(wanted.folder);
  const kept = cache.read(keyOf(wanted));
  if (isMatched(kept) && hashTexts(kept.folders.map((path) => describeEntries(listFolder(path)))) === kept.had)
    return kept.files;
  return matchFiles(wanted);
}

function keyOf(wanted: FilePattern): string {
  const file = own.resolve("tinyglobby");
  return hashTexts([readOwnVersion(), file, describeState(file), JSON.stringify(wanted)]);
}

/** @returns undefined for a folder that cannot be read: no file in it matches, until it can be */
function listFolder(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

function describeEntries(entries: readonly Dirent[] | undefined): string {
  if (entries === undefined) return "failed";
  return entries
    .map((entry) => `${kindOf(entry)} ${entry.name}`)
    .sort()
    .join("/");
}

function isMatched(value: unknown): value is Matched {
  return isObject(value) && Array.isArray(value["folders"]) && Array.isArray(value["files"]);
}

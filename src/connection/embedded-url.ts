import { readdirSync } from "node:fs";
import { relative, resolve } from "node:path";
import { readError } from "../errors.ts";

/** How the URL of an embedded database begins. */
export const SCHEME = "pglite:";

/** Whether a URL names an embedded database. */
export function isEmbedded(url: string): boolean {
  return url.startsWith(SCHEME);
}

/**
 * Finds the folder of an embedded database; none for one in memory, and for a URL that is no embedded database's.
 * @param folder what `pglite:DIR` is relative to
 */
export function findDataFolder(url: string, folder: string): string | undefined {
  return isEmbedded(url) && url !== `${SCHEME}memory` ? resolve(folder, url.slice(SCHEME.length)) : undefined;
}

/**
 * Whether a URL is that of an embedded database whose folder is not there yet, or empty: to open it would make the database.
 * @param folder what the URL is relative to
 */
export function isUnmade(url: string, folder: string): boolean {
  const dataFolder = findDataFolder(url, folder);
  if (dataFolder === undefined) return false;
  try {
    return readdirSync(dataFolder).every((name) => name.startsWith("."));
  } catch (error) {
    return readError(error).code === "ENOENT";
  }
}

/**
 * Writes the URL of an embedded database for another folder than the one that it is relative to. Every other URL stays.
 * @param from the folder that the URL is relative to
 * @param to the folder that it will be relative to
 */
export function moveRelativeUrl(url: string, from: string, to: string): string {
  const folder = from === to ? undefined : findDataFolder(url, from);
  return folder === undefined ? url : SCHEME + (relative(to, folder) || ".");
}

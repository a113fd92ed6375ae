import { openCacheFolder } from "./cache-folder.ts";

/** A folder of compiled JavaScript, by a hash of everything that it was made from. */
export interface Cache {
  readonly read: (key: string) => unknown;
  readonly write: (key: string, value: unknown) => void;
}

/** Opens the cache of the project at or above a folder. A damaged file only costs time. */
export function openCache(folder: string): Cache {
  const { load, save } = openCacheFolder(folder);
  return {
    read: (key) => parse(load(`${key}.json`)),
    write: (key, value) => save(`${key}.json`, JSON.stringify(value)),
  };
}

function parse(content: Buffer | undefined): unknown {
  if (content === undefined) return undefined;
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    return undefined;
  }
}

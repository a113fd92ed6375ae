import { AsyncLocalStorage } from "node:async_hooks";
import type { ClientOptions } from "./driver.ts";

/** PostgreSQL inside this process. It needs no server. */
export interface Embedded {
  /** The options with which one client of `pg` connects to it. */
  readonly options: () => ClientOptions;
  /** The database in messages. */
  readonly label: string;
  /** It is in memory, in place of one in a folder that is not there yet: what is written is lost. */
  readonly standsIn: boolean;
  /** Copies a database in memory; no transaction may be open. */
  copy?(): Promise<Blob>;
  /** Ends what a connection left: its transaction, its settings and its locks. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** An embedded database that stays open. */
interface OpenDatabase {
  readonly embedded: Embedded;
  isUsed: boolean;
}

/** By folder. */
type Store = Map<string, OpenDatabase>;

const storage = new AsyncLocalStorage<Store>();

/**
 * Keeps embedded databases open until a function ends. Opening one takes a second, and the tenants of a fleet may be schemas
 * of one. It still has one connection at a time.
 * @param body each connection that it opens to the same folder uses the same database
 */
export async function keepEmbeddedOpen<Result>(body: () => Promise<Result>): Promise<Result> {
  if (storage.getStore() !== undefined) return await body(); // kept open until the outer function ends
  const store: Store = new Map();
  try {
    return await storage.run(store, body);
  } finally {
    for (const { embedded } of store.values()) await embedded.close();
  }
}

/**
 * Opens the database in a folder, or takes the one that is kept open. Closing it makes it free for the next connection.
 * @param open opens it; if it is in use, this throws
 */
export async function openKept(folder: string, open: () => Promise<Embedded>): Promise<Embedded> {
  const store = storage.getStore();
  if (store === undefined) return await open();
  const kept = store.get(folder);
  if (kept?.isUsed === false) return lend(kept);
  const opened: OpenDatabase = { embedded: await open(), isUsed: false };
  store.set(folder, opened);
  return lend(opened);
}

function lend(kept: OpenDatabase): Embedded {
  const { embedded } = kept;
  kept.isUsed = true;
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await embedded.reset();
    kept.isUsed = false;
  };
  return { ...embedded, close };
}

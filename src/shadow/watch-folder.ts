import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/** Says when files below a folder were saved. */
export interface FolderWatch {
  /**
   * Waits for a save.
   * @returns whether there was one; false once the signal is aborted
   */
  next(signal: AbortSignal): Promise<boolean>;
  close(): void;
}

/** An editor writes a file in several steps, and a formatter writes it again. */
const QUIET_MS = 80;
const SAVED = /\.(?:[cm]?[jt]sx?|json|sql)$/;

/** Watches a folder and those below it, without packages and hidden folders. */
export function watchFolder(folder: string): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  let isChanged = false;
  let wake: () => void = () => {};
  const changed = () => {
    isChanged = true;
    wake();
  };
  const watchAll = () => {
    const folders = listFolders(folder);
    for (const [one, watcher] of watchers) if (!folders.includes(one)) closeOne(watchers, one, watcher);
    for (const one of folders) if (!watchers.has(one)) watchers.set(one, watchOne(one, changed));
  };
  watchAll();
  return {
    next: async (signal) => {
      while (!isChanged && !signal.aborted) await waitFor(signal, (done) => (wake = done));
      while (isChanged && !signal.aborted) {
        isChanged = false;
        await waitFor(signal, (done) => setTimeout(done, QUIET_MS));
      }
      if (!signal.aborted) watchAll();
      return !signal.aborted;
    },
    close: () => {
      for (const [one, watcher] of watchers) closeOne(watchers, one, watcher);
    },
  };
}

function closeOne(watchers: Map<string, FSWatcher>, folder: string, watcher: FSWatcher): void {
  watcher.close();
  watchers.delete(folder);
}

function watchOne(folder: string, changed: () => void): FSWatcher {
  const watcher = watch(folder, (_, name) => {
    const isFolder = name !== null && !name.includes(".");
    if (name === null || isFolder || SAVED.test(name)) changed();
  });
  watcher.on("error", () => watcher.close());
  return watcher;
}

function waitFor(signal: AbortSignal, begin: (done: () => void) => unknown): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    begin(done);
  });
}

function listFolders(folder: string): readonly string[] {
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
    .flatMap(({ name }) => listFolders(join(folder, name)));
  return [folder, ...below];
}

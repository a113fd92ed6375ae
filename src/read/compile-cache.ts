import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { nearest } from "./load-tsconfig.ts";

/** Compiled JavaScript on disk, by a hash of everything it was made from. */
export interface Cache {
  readonly read: (key: string) => unknown;
  readonly write: (key: string, value: unknown) => void;
}

const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 30 * DAY;
const KEPT_BYTES = 100 * 1024 * 1024;

/**
 * Opens the cache of the project at or above a folder.
 * Whatever goes wrong with it (no rights, a full disk, a damaged file) only costs time.
 */
export function openCache(folder: string): Cache {
  const modules = nearest(folder, "node_modules");
  const home = modules === undefined ? undefined : join(modules, ".cache", "typeorm-remodel");
  let pruned = false;
  return {
    read(key) {
      return attempt(() => {
        const file = join(home ?? privateFolder(), `${key}.json`);
        const value: unknown = JSON.parse(readFileSync(file, "utf8"));
        if (Date.now() - statSync(file).mtimeMs > DAY) attempt(() => utimesSync(file, new Date(), new Date()));
        return value;
      });
    },
    write(key, value) {
      attempt(() => {
        const at = home ?? privateFolder();
        mkdirSync(at, { recursive: true });
        const temporary = join(at, `${key}.${process.pid}.tmp`);
        try {
          writeFileSync(temporary, JSON.stringify(value));
          renameSync(temporary, join(at, `${key}.json`));
        } catch {
          rmSync(temporary, { force: true });
        }
        if (!pruned) prune(at);
        pruned = true;
      });
    },
  };
}

/** A shared temporary folder is where somebody else may leave code for us to run, so it has to be ours alone. */
function privateFolder(): string {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `typeorm-remodel-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const is = statSync(folder);
  if (uid !== -1 && (is.uid !== uid || (is.mode & 0o022) !== 0)) throw new Error(`${folder} is not ours`);
  return folder;
}

function prune(folder: string): void {
  const files = readdirSync(folder)
    .map((name) => ({ file: join(folder, name), is: statSync(join(folder, name), { throwIfNoEntry: false }) }))
    .sort((a, b) => (b.is?.mtimeMs ?? 0) - (a.is?.mtimeMs ?? 0));
  let bytes = 0;
  for (const { file, is } of files) {
    bytes += is?.size ?? 0;
    const age = Date.now() - (is?.mtimeMs ?? 0);
    const stale = file.endsWith(".tmp") ? age > DAY : age > KEPT_FOR || bytes > KEPT_BYTES;
    if (stale) rmSync(file, { force: true });
  }
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

import {
  chmodSync,
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
import { findNearestFile } from "./tsconfig.ts";

/** A folder of compiled JavaScript, by a hash of everything that it was made from. */
export interface Cache {
  readonly read: (key: string) => unknown;
  readonly write: (key: string, value: unknown) => void;
}

const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 30 * DAY;
const KEPT_BYTES = 100 * 1024 * 1024;

/** Matches the names of the cache's files, and no other names. */
const CACHED = /^[0-9a-f]{40}(?:\.map)?\.json$/;
const DRAFT = /^[0-9a-f]{40}(?:\.map)?\.\d+\.tmp$/;

/**
 * Opens the cache of the project at or above a folder. Its content runs as code, so no other user may write to it. A
 * failure (no rights, a full disk, a damaged file) only costs time.
 */
export function openCache(folder: string): Cache {
  const modules = findNearestFile(folder, "node_modules");
  let home: string | undefined;
  let pruned = false;
  const open = () => {
    home ??= openHome(modules);
    return home;
  };
  return {
    read(key) {
      return attempt(() => {
        const file = join(open(), `${key}.json`);
        const is = lstatSync(file);
        if (!is.isFile() || !isOwn(is)) return undefined;
        const value: unknown = JSON.parse(readFileSync(file, "utf8"));
        if (Date.now() - is.mtimeMs > DAY) attempt(() => utimesSync(file, new Date(), new Date()));
        return value;
      });
    },
    write(key, value) {
      attempt(() => {
        const at = open();
        const temporary = join(at, `${key}.${process.pid}.tmp`);
        try {
          rmSync(temporary, { force: true });
          writeFileSync(temporary, JSON.stringify(value), { flag: "wx", mode: 0o600 });
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

/** Opens a folder in node_modules, or a temporary folder of this user if there is no node_modules. */
function openHome(modules: string | undefined): string {
  if (modules === undefined) return openPrivate(join(tmpdir(), `typeorm-remodel-${userInfo().uid}`));
  return openPrivate(join(modules, ".cache", "typeorm-remodel"));
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

/** Whether this user owns a file; on Windows files have no such owner. */
function isOwn({ uid }: Stats): boolean {
  const self = userInfo().uid;
  return self === -1 || uid === self;
}

function listCached(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => CACHED.test(name) || DRAFT.test(name));
}

function prune(folder: string): void {
  const files = listCached(folder)
    .map((name) => ({ file: join(folder, name), is: lstatSync(join(folder, name), { throwIfNoEntry: false }) }))
    .filter(({ is }) => is?.isFile())
    .sort((a, b) => (b.is?.mtimeMs ?? 0) - (a.is?.mtimeMs ?? 0));
  let bytes = 0;
  for (const { file, is } of files) {
    bytes += is?.size ?? 0;
    const age = Date.now() - (is?.mtimeMs ?? 0);
    const isOld = age > (file.endsWith(".tmp") ? DAY : KEPT_FOR);
    if (isOld || (bytes > KEPT_BYTES && !file.endsWith(".tmp"))) rmSync(file, { force: true });
  }
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

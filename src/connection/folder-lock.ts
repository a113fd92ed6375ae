import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { RemodelError, readError } from "../errors.ts";
import { dropUndefined } from "../given.ts";

/** Identifies a process. Its number is not enough: later processes get the same number. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When it was started, as the operating system prints it; absent if unknown. */
  readonly started?: string;
  /** The id of the boot of its machine. */
  readonly boot?: string;
  /** Its namespace of process numbers: each container has its own. */
  readonly namespace?: string;
}

const LOCK_FILE = /^remodel-[0-9a-f-]{36}\.lock$/;
/** In place of the start of a process that has ended. */
const ENDED = "ended";
const ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 50;

/**
 * Locks a folder for this process. Each process writes a file of its own before it looks for the files of others. So of
 * two that start at the same time, at least one sees the other, and any process may remove the file of a dead one.
 * @param folder must exist
 * @returns unlocks the folder
 * @throws RemodelError `DATABASE_BUSY` with the process that has the lock
 */
export async function lockFolder(folder: string): Promise<() => void> {
  for (let attempt = 1; ; attempt++) {
    const own = writeLock(folder);
    const other = readOther(folder, own);
    if (other === undefined) return () => rmSync(join(folder, own), { force: true });
    rmSync(join(folder, own), { force: true });
    if (attempt === ATTEMPTS) throw busyError(folder, other);
    await pause(Math.random() * LONGEST_PAUSE_MS);
  }
}

interface Found {
  readonly file: string;
  readonly owner: Owner | undefined;
}

/** The file gets its name by a link, after all of it is written. */
function writeLock(folder: string): string {
  const name = `remodel-${randomUUID()}.lock`;
  const draft = join(folder, `${name}.tmp`);
  try {
    writeFileSync(draft, `${JSON.stringify(describeSelf())}\n`, { flag: "wx" });
    linkSync(draft, join(folder, name));
  } catch (cause) {
    if (readError(cause).code === "ENOENT") throw cause;
    // Some file systems have no links. A file that is not completely written counts as one of a living process.
    writeFileSync(join(folder, name), `${JSON.stringify(describeSelf())}\n`);
  } finally {
    rmSync(draft, { force: true });
  }
  return name;
}

/** Finds the file of another living process. Removes the files of dead ones. */
function readOther(folder: string, own: string): Found | undefined {
  const others = readdirSync(folder).filter((name) => name !== own && LOCK_FILE.test(name));
  for (const name of others) {
    const file = join(folder, name);
    const owner = readOwner(file);
    if (owner === "gone") continue;
    if (owner === undefined || isAlive(owner)) return { file, owner };
    rmSync(file, { force: true });
  }
  return undefined;
}

function readOwner(file: string): Owner | undefined | "gone" {
  try {
    const owner: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isOwner(owner)) return undefined;
    return owner;
  } catch (error) {
    if (readError(error).code !== "ENOENT") return undefined;
    return "gone";
  }
}

function isOwner(value: unknown): value is Owner {
  const { pid, host } = Object(value);
  return Number.isInteger(pid) && typeof host === "string";
}

/** This process. */
export function describeSelf(): Owner {
  return { pid: process.pid, host: hostname(), ...findStart(process.pid), ...describeMachine() };
}

/**
 * Whether a process may still run. A process of another machine or container cannot be seen from here, so it may.
 * @param owner what {@link describeSelf} returned in that process
 */
export function isAlive(owner: Owner): boolean {
  const { boot, namespace } = describeMachine();
  if (owner.host !== hostname()) return true;
  if (owner.boot !== boot) return false;
  if (owner.namespace !== namespace) return true;
  const { started } = findStart(owner.pid);
  if (started === ENDED) return false;
  if (started !== undefined && owner.started !== undefined) return started === owner.started;
  return exists(owner.pid);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return readError(error).code !== "ESRCH";
  }
}

function describeMachine(): Pick<Owner, "boot" | "namespace"> {
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = attempt(() => readlinkSync("/proc/self/ns/pid"));
  return dropUndefined({ boot, namespace });
}

function findStart(pid: number): Pick<Owner, "started"> {
  const readers = process.platform === "linux" ? [readStart] : [readStart, askStart];
  for (const read of readers) {
    const started = attempt(() => read(pid));
    if (started !== undefined) return started === "" ? {} : { started };
  }
  return {};
}

/**
 * Reads the ticks from the boot to the start of a process, on Linux. The name before them may contain spaces and
 * brackets. A process that has ended stays in the list until its parent reads its exit code, in a container perhaps never.
 */
function readStart(pid: number): string | undefined {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return /[ZX]/.test(fields[0] ?? "") ? ENDED : fields[19];
}

function askStart(pid: number): string {
  const env = { ...process.env, LC_ALL: "C" };
  return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env, stdio: "pipe" }).trim();
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function busyError(folder: string, { file, owner }: Found): RemodelError {
  const details = { folder, file, ...dropUndefined({ owner }) };
  if (owner?.pid === process.pid && owner.host === hostname())
    return new RemodelError("DATABASE_BUSY", `The database in ${folder} is open in this process.`, {
      hint: "Close that connection first. Only one can be open at a time.",
      details,
    });
  const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}`;
  return new RemodelError("DATABASE_BUSY", `The database in ${folder} is open in ${who}.`, {
    hint: `Wait until that process ends, then run the command again. If it no longer runs, delete the lock: rm ${file}`,
    details,
  });
}

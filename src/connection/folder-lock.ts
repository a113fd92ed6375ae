import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { RemodelError } from "../errors.ts";

/** A process, such that no other process is ever taken for it: a number alone is given again to later processes. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When it was started, in the words of the system; absent where that is not known. */
  readonly started?: string;
  /** The boot of the machine. */
  readonly boot?: string;
  /** Where process numbers are counted: containers count for themselves. */
  readonly namespace?: string;
}

const LOCK_FILE = /^remodel-[0-9a-f-]{36}\.lock$/;
/** In place of the start of a process that has ended. */
const ENDED = "ended";
const ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 50;

/**
 * Takes a folder for this process. Each process writes a file of its own before it looks for those of others, so of two
 * that begin at once at least one sees the other, and a file that a dead process left can be removed by anyone.
 * @param folder one that exists
 * @returns what gives it back
 * @throws RemodelError `DATABASE_BUSY` that names the process that has it
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

/** A link gives the file its name when all of it is written. */
function writeLock(folder: string): string {
  const name = `remodel-${randomUUID()}.lock`;
  const draft = join(folder, `${name}.tmp`);
  try {
    writeFileSync(draft, `${JSON.stringify(describeSelf())}\n`, { flag: "wx" });
    linkSync(draft, join(folder, name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") throw cause;
    // Some file systems have no links. A file that is not written yet counts as one of a living process.
    writeFileSync(join(folder, name), `${JSON.stringify(describeSelf())}\n`);
  } finally {
    rmSync(draft, { force: true });
  }
  return name;
}

/** The file of another living process, after those of dead ones were removed. */
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
    const owner = JSON.parse(readFileSync(file, "utf8")) as Partial<Owner> | null;
    return Number.isInteger(owner?.pid) && typeof owner?.host === "string" ? (owner as Owner) : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : undefined;
  }
}

/** This process. */
export function describeSelf(): Owner {
  return { pid: process.pid, host: hostname(), ...findStart(process.pid), ...describeMachine() };
}

/**
 * Whether a process may still be there. One of another machine or container cannot be seen from here: it may be.
 * @param owner as {@link describeSelf} gave it in that process
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
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function describeMachine(): Pick<Owner, "boot" | "namespace"> {
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = attempt(() => readlinkSync("/proc/self/ns/pid"));
  return { ...(boot !== undefined && { boot }), ...(namespace !== undefined && { namespace }) };
}

function findStart(pid: number): Pick<Owner, "started"> {
  const started =
    attempt(() => readStart(pid)) ?? (process.platform === "linux" ? undefined : attempt(() => askStart(pid)));
  return started ? { started } : {};
}

/**
 * Linux counts ticks since the boot; the name before them may hold spaces and brackets. A process that has ended stays
 * in the list until its parent asks for its exit code, which in a container may be never.
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
  const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}`;
  const self = owner?.pid === process.pid && owner.host === hostname();
  return new RemodelError("DATABASE_BUSY", `The database in ${folder} is open in ${self ? "this process" : who}.`, {
    hint: self
      ? "Close that connection first. Only one can be open at a time."
      : `Wait until that process ends, then run the command again. If it no longer runs, delete the lock: rm ${file}`,
    details: { folder, file, ...(owner !== undefined && { owner }) },
  });
}

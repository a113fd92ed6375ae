import { parse } from "node:path";
import type { Readable, Writable } from "node:stream";
import { RemodelError, readError } from "../errors.ts";

/** A stream that a command writes to. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  /** The width of a terminal. */
  readonly columns?: number;
}

/** What a command uses of its process: `process` itself, or streams of a test. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The folder that the command is run in. */
  cwd(): string;
}

/**
 * The process as a host. Where the folder of the process was removed, packages fail as soon as they are loaded, also for
 * `--help`. So the process goes to another folder, and the host refuses to name one.
 */
export function hostOfProcess(): Host {
  try {
    process.cwd();
    return process;
  } catch (cause) {
    process.chdir(parse(process.execPath).root);
    const { env, stdin, stdout, stderr } = process;
    return { env, stdin, stdout, stderr, cwd: () => refuseFolder(cause) };
  }
}

function refuseFolder(cause: unknown): never {
  const { code, message } = readError(cause);
  const problem = code === "ENOENT" ? "does not exist any more" : `cannot be used: ${code ?? message}`;
  throw new RemodelError("FILE_FAILED", `The folder that the command is run in ${problem}.`, {
    hint: 'Go to the folder of your project: cd FOLDER. If the same folder was created again, enter it again: cd "$PWD"',
    cause,
  });
}

/** Whether a person is at a terminal, who can be asked. */
export function isInteractive({ stdin, stdout }: Pick<Host, "stdin" | "stdout">): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

/** The width of a stream, in characters. A terminal that knows no width says 0. */
export function readWidth({ columns }: Pick<OutputStream, "columns">, unknown: number): number {
  return columns || unknown;
}

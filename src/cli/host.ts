import type { Readable, Writable } from "node:stream";

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

/** Whether a person is at a terminal, who can be asked. */
export function isInteractive({ stdin, stdout }: Pick<Host, "stdin" | "stdout">): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

/** The width of a stream, in characters. A terminal that knows no width says 0. */
export function readWidth({ columns }: Pick<OutputStream, "columns">, unknown: number): number {
  return columns || unknown;
}

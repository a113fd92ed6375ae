import type { Argv } from "yargs";
import type { Session, SessionOptions } from "../state/session.ts";
import type { Args } from "./args.ts";
import type { Host } from "./host.ts";

export { plural } from "../words.ts";

/** What a command gets besides its arguments. */
export interface CommandContext {
  /** The folder that the command is run in. */
  readonly cwd: string;
  readonly host: Host;
  /** Where the project and its database are, as the command line says. */
  readonly place: SessionOptions;
  /** Opens the project and its database, once; they are closed when the command ends. */
  session(options?: Pick<SessionOptions, "dataSourceOptional" | "makesDatabase" | "onCreate">): Promise<Session>;
  /** Prints something that is not the result to stderr, unless `--quiet`. */
  note(text: string): void;
  /** Prints a result before the command ends. */
  show(result: Result): Promise<void>;
  /** The same for an error that does not end the command. */
  showError(error: unknown): Promise<void>;
  /** Replaces the last line of the terminal, "" clears it; absent if stderr is no terminal. */
  readonly live?: (line: string) => void;
  /** Aborted by Ctrl-C. Reading it turns this on; before, Ctrl-C ends the process at once. */
  readonly signal: AbortSignal;
  /** Aborted by a second Ctrl-C. Reading it turns this on; before, a second Ctrl-C ends the process at once. */
  readonly secondSignal: AbortSignal;
}

/** The result of a command: text for people, data for programs. `Data` is the type from which its JSON schema is made. */
export interface Result<Data = unknown> {
  /** 0: nothing to report; 1: something found. */
  readonly code: 0 | 1;
  readonly text: string;
  readonly data: Data;
  /** How to colour the text on a terminal. */
  readonly paint?: "diff" | "sides" | "code";
  /** The text is for a program, such as psql: control characters are removed only on a terminal. */
  readonly script?: true;
  /** The command has printed all that there is to print. */
  readonly isShown?: true;
  /** A signal ended the command early, so the exit code is that of the signal. */
  readonly interrupted?: boolean;
}

/**
 * A command: it reads its arguments, calls one function and returns the result. `Data` is what `--json` prints;
 * `npm run docs` writes its schema to `docs/schemas/`.
 */
export interface Command<Data = unknown> {
  /** The name and the positional arguments: `upgrade [target]`. */
  readonly usage: string;
  readonly describe: string;
  readonly options?: (yargs: Argv) => Argv;
  /** What to type, each with what it does; the help shows them. */
  readonly examples?: readonly (readonly [typed: string, does: string])[];
  readonly run: (args: Args, context: CommandContext) => Promise<Result<Data>>;
}

/** A word that has commands of its own: `fleet list`, `fleet status`. */
export interface CommandGroup {
  readonly name: string;
  readonly describe: string;
  /** The options that all its commands have. */
  readonly options: (yargs: Argv) => Argv;
  readonly commands: readonly Command[];
}

/** Puts rows of cells into columns. Without rows, the text is empty. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, cell.length)), []);
  const line = (row: readonly string[]) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

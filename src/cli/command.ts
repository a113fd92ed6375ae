import type { ArgumentsCamelCase, Argv } from "yargs";
import type { Session } from "../state/session.ts";
import type { Host } from "./host.ts";

export { plural } from "../words.ts";

/** What every command knows. */
export interface CommandContext {
  /** The folder the command is run in. */
  readonly cwd: string;
  readonly host: Host;
  /** The project and its database; closed by itself. */
  session(): Promise<Session>;
  /** Says something that is not the result, on stderr, unless `--quiet`. */
  note(text: string): void;
  /** Writes the last line of the terminal anew, "" for none; absent where there is no terminal to do so. */
  readonly live?: (line: string) => void;
  /** Aborted by Ctrl-C, from the first look at it; until then Ctrl-C ends the process as it does any other. */
  readonly signal: AbortSignal;
}

/** What a command found: the same for people and for programs. */
export interface Result {
  /** 0: nothing to report; 1: something found. */
  readonly code: 0 | 1;
  readonly text: string;
  readonly data: unknown;
  /** How the text is coloured on a terminal. */
  readonly paint?: "diff" | "code";
  /** The text is for a program: only a terminal is spared the characters that it would act upon. */
  readonly script?: true;
}

/** The arguments as yargs gives them. */
export type Args = ArgumentsCamelCase<Record<string, unknown>>;

/** A command: parse, call one function, print. */
export interface Command {
  /** The name and what stands behind it: `upgrade [target]`. */
  readonly usage: string;
  readonly describe: string;
  readonly options?: (yargs: Argv) => Argv;
  readonly run: (args: Args, context: CommandContext) => Promise<Result>;
}

/** Lines in columns, the last one ragged. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A duration as a person reads it. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

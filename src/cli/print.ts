import { Console } from "node:console";
import type { Ansis } from "ansis";
import { collect } from "../collect.ts";
import { isSqlState, RemodelError } from "../errors.ts";
import { describeFileError } from "../file-errors.ts";
import { printable, printableJson, printableLine } from "../printable.ts";
import type { Result } from "./command.ts";
import { type Host, type OutputStream, readWidth } from "./host.ts";

/** Where and how to print. */
export interface PrintOptions {
  readonly host: Host;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Writes the result to stdout; with `--json` its data. */
export async function printResult(result: Result, { host, json }: PrintOptions): Promise<void> {
  const { text, data, paint, script, isShown } = result;
  if (isShown) return;
  if (json) return await write(host.stdout, `${jsonText(data)}\n`);
  if (text === "") return;
  const shown = script && !host.stdout.isTTY ? text : printable(text);
  const end = text.endsWith("\n") ? "" : "\n";
  await write(host.stdout, `${await colourText(shown, paint, host)}${end}`);
}

/** What `--json` prints of a value. */
export function jsonText(data: unknown): string {
  return printableJson(JSON.stringify(data, replaceBigint, 2));
}

/** The arguments of operations may be bigints, which JSON does not have. */
function replaceBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** Writes a note to stderr: what is not the result. */
export function printNote(text: string, { host, quiet }: PrintOptions): void {
  if (!quiet) host.stderr.write(`${printable(text)}\n`);
}

/** Says on stderr which database a command is about: each command that opens one says so first. */
export function printDatabase(label: string, options: PrintOptions): void {
  printNote(`Database: ${printableLine(label)}`, options);
}

/** Makes a function that replaces the last line of the terminal; undefined if stderr is no terminal, or `--quiet`. */
export function liveLine({ host, quiet }: PrintOptions): ((line: string) => void) | undefined {
  const { stderr, env } = host;
  if (quiet || !stderr.isTTY || env["TERM"] === "dumb") return undefined;
  return (line) => void stderr.write(`\r\u001b[K${printableLine(line).slice(0, readWidth(stderr, 80) - 1)}`);
}

/** What a command prints with `--json` if it is refused or fails. */
export interface ErrorOutput {
  readonly error: Described & {
    /** The command that the hint ends with. */
    readonly next?: string;
  };
}

type Described = Pick<RemodelError, "code" | "message" | "hint" | "details">;

/** Writes an error to stderr; with `--json` as data to stdout. */
export async function printError(error: unknown, { host, json }: PrintOptions): Promise<void> {
  const { code, message, hint, details } = describeError(error);
  if (json) {
    const text = `${jsonText({ error: { code, message, hint, next: readNext(hint), details } })}\n`;
    // The disk of stdout may be full, which is the error then.
    return await write(host.stdout, text).catch(() => void host.stderr.write(text));
  }
  const next = collect(hint).flatMap((text) => text.split("\n").map((line) => `  ${printable(line)}\n`));
  host.stderr.write(`${await colourRed(printable(`${code}: ${message}`), host)}\n${next.join("")}`);
}

/** Reads the command that ends a hint. The rest of the hint is for people. */
function readNext(hint: string | undefined): string | undefined {
  return /(?:^|.*: |\n)((?:remodel|npm|npx) [^\n]+)$/.exec(hint ?? "")?.[1];
}

function describeError(error: unknown): Described {
  if (error instanceof RemodelError) return error;
  const { code, message, stack }: { readonly code?: string; message?: string; stack?: string } = Object(error);
  if (code === "42501")
    return {
      code: "DATABASE_FORBIDDEN",
      message: message ?? code,
      hint: "GRANT the privilege to this role, or connect as another one: --url",
    };
  const ofFile = describeFileError(error);
  if (ofFile !== undefined) return ofFile;
  if (isSqlState(code)) return { code: "DATABASE_FAILED", message: `${message} (SQLSTATE ${code})` };
  return { code: "INTERNAL", message: stack ?? String(error), hint: "This is a bug in remodel; please report it." };
}

type Paint = NonNullable<Result["paint"]>;
type Colour = "gray" | "yellow" | "bold" | "green" | "red" | "cyan";

/** The colour of a line: that of the first pattern that matches. */
const COLOURS: Readonly<Record<Paint, readonly (readonly [RegExp, Colour])[]>> = {
  code: [
    [/^\s*\/\//, "gray"],
    [/op\.todo\(/, "yellow"],
  ],
  diff: [
    [/^(\+\+\+|---)/, "bold"],
    [/^\+/, "green"],
    [/^-/, "red"],
    [/^@@/, "cyan"],
  ],
  sides: [
    [/ <$/, "red"],
    [/^ +> /, "green"],
    [/ \|( |$)/, "yellow"],
  ],
};

async function colourText(text: string, paint: Paint | undefined, { stdout, env }: Host): Promise<string> {
  if (paint === undefined || !isColoured(stdout, env)) return text;
  const ansis = await loadColours();
  const colourLine = (line: string) => {
    const [, colour] = COLOURS[paint].find(([pattern]) => pattern.test(line)) ?? [];
    if (colour === undefined) return line;
    return ansis[colour](line);
  };
  return text.split("\n").map(colourLine).join("\n");
}

async function colourRed(text: string, { stderr, env }: Host): Promise<string> {
  if (!isColoured(stderr, env)) return text;
  const ansis = await loadColours();
  return ansis.red(text);
}

/** The 16 colours that every terminal has. `isColoured` decides whether to use them, not the package. */
async function loadColours(): Promise<Ansis> {
  const { Ansis } = await import("ansis");
  return new Ansis(1);
}

function isColoured({ isTTY }: OutputStream, { NO_COLOR, FORCE_COLOR, TERM }: Host["env"]): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return !["0", "false"].includes(FORCE_COLOR);
  return isTTY === true && TERM !== "dumb";
}

/**
 * Waits until the text is written, so that the end of the process cuts nothing off. A reader that stops early, as in
 * `remodel history | head`, is no error.
 */
function write(stream: OutputStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: NodeJS.ErrnoException | null) => {
      if (error && error.code !== "EPIPE") reject(error);
      else resolve();
    };
    stream.once("error", settle);
    stream.write(text, settle);
  });
}

/** Makes what code of a project logs no part of the result: dotenv logs a line when it is loaded. */
export function logToStderr(): void {
  const onStderr = new Console({ stdout: process.stderr, stderr: process.stderr });
  for (const [name, method] of Object.entries(onStderr))
    if (typeof method === "function") Reflect.set(console, name, method);
}

import type { Ansis } from "ansis";
import { RemodelError } from "../errors.ts";
import { printable, printableJson, printableLine } from "../printable.ts";
import type { Result } from "./command.ts";
import type { Host, OutputStream } from "./host.ts";

/** Where output goes, and how it is wanted. */
export interface PrintOptions {
  readonly host: Host;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Writes the result to stdout; with `--json` its data. */
export async function printResult(result: Result, { host, json }: PrintOptions): Promise<void> {
  const { text, data, paint, script } = result;
  if (json) await write(host.stdout, `${jsonText(data)}\n`);
  else if (text !== "") {
    const shown = script && !host.stdout.isTTY ? text : printable(text);
    await write(host.stdout, `${await painted(shown, paint, host)}${text.endsWith("\n") ? "" : "\n"}`);
  }
}

function jsonText(data: unknown): string {
  return printableJson(JSON.stringify(data, plain, 2));
}

/** The arguments of operations may be large numbers. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** Writes something that is not the result to stderr. */
export function printNote(text: string, { host, quiet }: PrintOptions): void {
  if (!quiet) host.stderr.write(`${printable(text)}\n`);
}

/** What writes the last line of a terminal anew; nothing where stderr is none, or is not to be written to. */
export function liveLine({ host, quiet }: PrintOptions): ((line: string) => void) | undefined {
  const { stderr, env } = host;
  if (quiet || !stderr.isTTY || env["TERM"] === "dumb") return undefined;
  return (line) => void stderr.write(`\r\u001b[K${printableLine(line).slice(0, (stderr.columns || 80) - 1)}`);
}

/** Writes an error to stderr; with `--json` as data to stdout. */
export async function printError(error: unknown, { host, json }: PrintOptions): Promise<void> {
  const { code, message, hint, details } = described(error);
  if (json) await write(host.stdout, `${jsonText({ error: { code, message, hint, details } })}\n`);
  else {
    const next = hint === undefined ? "" : `  ${printable(hint)}\n`;
    host.stderr.write(`${await red(printable(`${code}: ${message}`), host)}\n${next}`);
  }
}

function described(
  error: unknown,
): Partial<Pick<RemodelError, "hint" | "details">> & { code: string; message: string } {
  if (error instanceof RemodelError) return error;
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string };
  if (code === "42501")
    return {
      code: "DATABASE_FORBIDDEN",
      message: message ?? code,
      hint: "GRANT the privilege to this user, or connect as another user: --url",
    };
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code))
    return { code: "DATABASE_FAILED", message: `${message} (SQLSTATE ${code})` };
  return { code: "INTERNAL", message: stack ?? String(error), hint: "This is a bug in remodel; please report it." };
}

async function painted(text: string, paint: Result["paint"], { stdout, env }: Host): Promise<string> {
  if (paint === undefined || !isColoured(stdout, env)) return text;
  const ansis = await colours();
  const line = (one: string): string => {
    if (paint === "code")
      return /^\s*\/\//.test(one) ? ansis.gray(one) : one.includes("op.todo(") ? ansis.yellow(one) : one;
    if (/^(\+\+\+|---)/.test(one)) return ansis.bold(one);
    if (one.startsWith("+")) return ansis.green(one);
    if (one.startsWith("-")) return ansis.red(one);
    return one.startsWith("@@") ? ansis.cyan(one) : one;
  };
  return text.split("\n").map(line).join("\n");
}

async function red(text: string, { stderr, env }: Host): Promise<string> {
  if (!isColoured(stderr, env)) return text;
  const ansis = await colours();
  return ansis.red(text);
}

/** The 16 colours that every terminal has. Whether there are colours at all is decided here, not by the package. */
async function colours(): Promise<Ansis> {
  const { Ansis } = await import("ansis");
  return new Ansis(1);
}

function isColoured({ isTTY }: OutputStream, { NO_COLOR, FORCE_COLOR, TERM }: Host["env"]): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return !["0", "false"].includes(FORCE_COLOR);
  return isTTY === true && TERM !== "dumb";
}

/**
 * Waits until the text is written, so that leaving the process cuts nothing off. A reader that has seen enough, as in
 * `remodel history | head`, is no error.
 */
function write(stream: OutputStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: NodeJS.ErrnoException | null) =>
      error && error.code !== "EPIPE" ? reject(error) : resolve();
    stream.once("error", settle);
    stream.write(text, settle);
  });
}

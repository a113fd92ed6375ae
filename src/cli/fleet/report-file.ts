import { closeSync, existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { RemodelError } from "../../errors.ts";
import { explainFile } from "../../file-errors.ts";
import { type Args, readText } from "../args.ts";
import type { CommandContext } from "../command.ts";

/** A report as data, and as a page. */
export interface PrintedReport {
  readonly data: unknown;
  readonly printPage: () => Promise<string>;
}

/**
 * Writes the file of `--report`, if there is one: JSON, or a page. If that fails although {@link refuseReportName} found
 * nothing, as on a full disk, it is said, and the result of the command is printed all the same.
 */
export async function writeReportFile(
  args: Args,
  { cwd, note }: Pick<CommandContext, "cwd" | "note">,
  { data, printPage }: PrintedReport,
): Promise<void> {
  const name = readText(args, "report");
  if (name === undefined) return;
  const text = name.endsWith(".json") ? `${JSON.stringify(data, null, 2)}\n` : await printPage();
  try {
    writeFileSync(resolve(cwd, name), text);
  } catch (error) {
    note(`Note: The report ${name} cannot be written: ${explainFile(error)}`);
  }
}

/**
 * Refuses `--report` where there is nothing to report.
 * @param what what the command does instead, as the beginning of a sentence
 */
export function refuseReport(args: Args, what: string): void {
  if (readText(args, "report") === undefined) return;
  throw new RemodelError("USAGE", `${what} writes no report.`, { hint: "Leave out --report." });
}

/** Refuses a file of `--report` that is neither JSON nor HTML, or that cannot be written, before anything is run. */
export function refuseReportName(args: Args, cwd: string): void {
  const name = readText(args, "report");
  if (name === undefined) return;
  if (!/\.(json|html)$/.test(name))
    throw new RemodelError("USAGE", `--report cannot be ${JSON.stringify(name)}.`, {
      hint: "Write a file that ends in .json or .html: --report fleet.json",
    });
  try {
    const file = resolve(cwd, name);
    const isNew = !existsSync(file);
    closeSync(openSync(file, "a"));
    if (isNew) rmSync(file);
  } catch (cause) {
    throw new RemodelError("USAGE", `The file of --report cannot be written: ${explainFile(cause)}.`, {
      hint: "Name a file in an existing folder that you may write to.",
      cause,
    });
  }
}

import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { RemodelError } from "../../errors.ts";
import { type Args, readText } from "../args.ts";

/** A report as data, and as a page. */
export interface PrintedReport {
  readonly data: unknown;
  readonly printPage: () => Promise<string>;
}

/** Writes the file of `--report`, if there is one: JSON, or a page. */
export async function writeReportFile(args: Args, cwd: string, { data, printPage }: PrintedReport): Promise<void> {
  const name = readText(args, "report");
  if (name === undefined) return;
  const text = name.endsWith(".json") ? `${JSON.stringify(data, null, 2)}\n` : await printPage();
  writeFileSync(resolve(cwd, name), text);
}

/**
 * Refuses `--report` where there is nothing to report.
 * @param what what the command does instead, as the beginning of a sentence
 */
export function refuseReport(args: Args, what: string): void {
  if (readText(args, "report") === undefined) return;
  throw new RemodelError("USAGE", `${what} writes no report.`, { hint: "Leave out --report." });
}

/** Refuses a file of `--report` that is neither JSON nor HTML, before anything is run. */
export function refuseReportName(args: Args): void {
  const name = readText(args, "report");
  if (name === undefined || /\.(json|html)$/.test(name)) return;
  throw new RemodelError("USAGE", `--report cannot be ${JSON.stringify(name)}.`, {
    hint: "Write a file that ends in .json or .html: --report fleet.json",
  });
}

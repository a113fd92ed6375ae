import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Fleet } from "../../fleet/open.ts";
import type { StatusReport } from "../../fleet/status-page.ts";
import { type Args, readText } from "../args.ts";
import type { CommandContext } from "../command.ts";

/** A report for people, and the same as data. */
export interface WholeReport {
  readonly fleet: Fleet;
  readonly shown: StatusReport;
  readonly data: unknown;
}

/** Writes the file of `--report`, if there is one: JSON, or a page. */
export async function writeStatusReport(args: Args, cwd: string, { fleet, shown, data }: WholeReport): Promise<void> {
  const name = readText(args, "report");
  if (name === undefined) return;
  const file = resolve(cwd, name);
  if (name.endsWith(".json")) return writeFileSync(file, `${JSON.stringify(data, null, 2)}\n`);
  const { printStatusPage } = await import("../../fleet/status-page.ts");
  writeFileSync(file, printStatusPage(fleet, shown));
}

/** Notes that the file of an applied revision cannot be loaded. */
export function noteUnloadable({ note }: CommandContext): (revision: string, message: string) => void {
  return (revision, message) =>
    note(`Note: Revision ${revision} cannot be loaded, so it is unknown whether it was edited: ${message}`);
}

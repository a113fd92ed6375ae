import type { Fleet } from "../../fleet/open.ts";
import type { StatusReport } from "../../fleet/status-page.ts";
import type { Args } from "../args.ts";
import type { CommandContext } from "../command.ts";
import { writeReportFile } from "./report-file.ts";

/** A report for people, and the same as data. */
export interface WholeReport {
  readonly fleet: Fleet;
  readonly shown: StatusReport;
  readonly data: unknown;
}

/** Writes the file of `--report`, if there is one: JSON, or a page. */
export async function writeStatusReport(
  args: Args,
  context: CommandContext,
  { fleet, shown, data }: WholeReport,
): Promise<void> {
  const printPage = async () => (await import("../../fleet/status-page.ts")).printStatusPage(fleet, shown);
  await writeReportFile(args, context, { data, printPage });
}

/** Notes that the file of an applied revision cannot be loaded. */
export function noteUnloadable({ note }: CommandContext): (revision: string, message: string) => void {
  return (revision, message) =>
    note(`Note: Revision ${revision} cannot be loaded, so it is unknown whether it was edited: ${message}`);
}

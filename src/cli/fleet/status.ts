import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Fleet } from "../../fleet/open.ts";
import type { FleetStatus } from "../../fleet/status.ts";
import { type Args, readText } from "../args.ts";
import type { Command } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName } from "./run.ts";

/** Shows how the tenants are beside a target, as classes. */
export const fleetStatusCommand: Command = {
  usage: "status [target]",
  describe: "show which tenants are at a target: exit 1 unless all are",
  options: (yargs) =>
    yargs.positional("target", { type: "string", describe: "a revision, head, heads, base … (default: heads)" }),
  async run(args, context) {
    const { openFleet } = await import("../../fleet/open.ts");
    const { readFleetStatus } = await import("../../fleet/status.ts");
    const { statusText } = await import("../../fleet/status-text.ts");
    refuseReportName(args);
    const startedAt = new Date();
    const fleet = await openFleet(readFleetOptions(args, context.cwd));
    const total = fleet.tenants.length;
    const status = await readFleetStatus(fleet, readText(args, "target"), {
      onRead: (read) => context.live?.(read === total ? "" : `${read} of ${total}`),
      onUnloadable: (revision, message) =>
        context.note(`Note: Revision ${revision} cannot be loaded, so it is unknown whether it was edited: ${message}`),
    });
    await writeStatus(fleet, status, { args, cwd: context.cwd, startedAt });
    return { code: status.counts.there === total ? 0 : 1, text: statusText(status), data: status };
  },
};

interface ReportOptions {
  readonly args: Args;
  readonly cwd: string;
  readonly startedAt: Date;
}

/** Writes the file of `--report`. */
async function writeStatus(fleet: Fleet, status: FleetStatus, { args, cwd, startedAt }: ReportOptions): Promise<void> {
  const name = readText(args, "report");
  if (name === undefined) return;
  const file = resolve(cwd, name);
  if (name.endsWith(".json")) return writeFileSync(file, `${JSON.stringify(status, null, 2)}\n`);
  const { printStatusPage } = await import("../../fleet/status-page.ts");
  writeFileSync(file, printStatusPage(fleet, status, startedAt));
}

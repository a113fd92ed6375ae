import type { FleetStatus } from "../../fleet/status.ts";
import { readText } from "../args.ts";
import type { Command } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName } from "./report-file.ts";
import { noteUnloadable, writeStatusReport } from "./status-report.ts";

/** Compares the tenants with a target, and shows them as classes. */
export const fleetStatusCommand: Command<FleetStatus> = {
  usage: "status [target]",
  describe: "show which tenants are at a target: exit 1 unless all are",
  options: (yargs) =>
    yargs.positional("target", { type: "string", describe: "a revision, head, heads, base … (default: heads)" }),
  async run(args, context) {
    const { openFleet } = await import("../../fleet/open.ts");
    const { readFleetStatus } = await import("../../fleet/status.ts");
    const { statusText } = await import("../../fleet/status-text.ts");
    refuseReportName(args, context.cwd);
    const startedAt = new Date();
    const fleet = await openFleet(readFleetOptions(args, context.cwd));
    const total = fleet.tenants.length;
    const status = await readFleetStatus(fleet, readText(args, "target"), {
      onRead: (read) => context.live?.(read === total ? "" : `${read} of ${total}`),
      onUnloadable: noteUnloadable(context),
    });
    const shown = { ...status, command: "remodel fleet status", startedAt };
    await writeStatusReport(args, context, { fleet, shown, data: status });
    return { code: status.counts.there === total ? 0 : 1, text: statusText(status), data: status };
  },
};

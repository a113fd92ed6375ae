import type { PreflightReport } from "../../fleet/preflight-fleet.ts";
import { readText } from "../args.ts";
import type { Command } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName, writeReportFile } from "./report-file.ts";

/** Looks for what will make an upgrade fail, before anybody is touched. */
export const fleetPreflightCommand: Command<PreflightReport> = {
  usage: "preflight [target]",
  describe: "look for rows, missing privileges and locks that would stop an upgrade; changes nothing",
  options: (yargs) =>
    yargs.positional("target", { type: "string", describe: "a revision, head, heads (default: heads)" }),
  async run(args, context) {
    const [{ openFleet }, { refuseRelative }, preflight, { fleetPreflightOf }] = await Promise.all([
      import("../../fleet/open.ts"),
      import("../../fleet/run-fleet.ts"),
      import("../../fleet/preflight-fleet.ts"),
      import("../../library/fleet.ts"),
    ]);
    refuseReportName(args, context.cwd);
    const startedAt = new Date();
    const target = readText(args, "target") ?? "heads";
    refuseRelative(target);
    const fleet = await openFleet(readFleetOptions(args, context.cwd));
    const report = await fleetPreflightOf(fleet, target, context.signal);
    await writeReportFile(args, context, {
      data: report,
      printPage: async () => {
        const { printClassPage } = await import("../../fleet/status-page.ts");
        return printClassPage(fleet, { ...report, command: "remodel fleet preflight", startedAt });
      },
    });
    const code = report.classes.some(preflight.willFail) ? 1 : 0;
    const text = preflight.describePreflight(report) || "This shard has no tenants.";
    return { code, text, data: report, interrupted: context.signal.aborted };
  },
};

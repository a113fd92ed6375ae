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
    const [{ openFleet }, { limitWave }, { refuseRelative }, preflight, { resolveName }] = await Promise.all([
      import("../../fleet/open.ts"),
      import("../../fleet/waves.ts"),
      import("../../fleet/run-fleet.ts"),
      import("../../fleet/preflight-fleet.ts"),
      import("../../history/names.ts"),
    ]);
    refuseReportName(args, context.cwd);
    const startedAt = new Date();
    const target = readText(args, "target") ?? "heads";
    refuseRelative(target);
    const fleet = await openFleet(readFleetOptions(args, context.cwd));
    const { project, tenants, limits } = fleet;
    const request = { project, tenants, limits: limitWave({}, limits), target, stop: context.signal };
    const findings = await preflight.preflightFleet({ ...request, direction: "upgrade" });
    const classes = preflight.classifyFindings(findings);
    const report = { target: resolveName(project.graph(), target), classes };
    await writeReportFile(args, context, {
      data: report,
      printPage: async () => {
        const { printClassPage } = await import("../../fleet/status-page.ts");
        return printClassPage(fleet, { ...report, command: "remodel fleet preflight", startedAt });
      },
    });
    const code = classes.some(preflight.willFail) ? 1 : 0;
    const text = preflight.describePreflight(report) || "This shard has no tenants.";
    return { code, text, data: report, interrupted: context.signal.aborted };
  },
};

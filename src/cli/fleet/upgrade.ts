import type { FleetPlanData } from "../../fleet/fleet-plan.ts";
import type { RunReport } from "../../fleet/report.ts";
import { readFlag, readText } from "../args.ts";
import type { Command } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName } from "./report-file.ts";
import { fleetRunOptions, planFleetRun, runAndDescribe } from "./run.ts";

/** Applies revisions to the tenants, wave by wave. */
export const fleetUpgradeCommand: Command<RunReport | FleetPlanData> = {
  usage: "upgrade [target]",
  describe: "apply revisions to the tenants, wave by wave",
  options: (yargs) =>
    fleetRunOptions(
      yargs.positional("target", { type: "string", describe: "a revision, head, heads (default: heads)" }),
    ),
  async run(args, context) {
    refuseReportName(args, context.cwd);
    const { openFleet } = await import("../../fleet/open.ts");
    const { refuseRelative } = await import("../../fleet/run-fleet.ts");
    const target = readText(args, "target") ?? "heads";
    refuseRelative(target);
    const fleet = await openFleet({ ...readFleetOptions(args, context.cwd), inOrder: true });
    if (readFlag(args, "plan")) return await planFleetRun(fleet, context, "upgrade", target);
    return await runAndDescribe(fleet, args, context, { command: "upgrade", direction: "upgrade", target });
  },
};

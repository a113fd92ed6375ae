import { collect } from "../../collect.ts";
import type { FleetPlanData } from "../../fleet/fleet-plan.ts";
import type { Fleet } from "../../fleet/open.ts";
import type { RunReport } from "../../fleet/report.ts";
import type { FleetRunOptions } from "../../fleet/run-fleet.ts";
import { readFlag, readTexts, requireText, TEXT } from "../args.ts";
import type { Command, CommandContext } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName } from "./report-file.ts";
import { fleetRunOptions, planFleetRun, runAndDescribe } from "./run.ts";

/** Undoes revisions of the tenants, wave by wave. */
export const fleetDowngradeCommand: Command<RunReport | FleetPlanData> = {
  usage: "downgrade <target>",
  describe: "undo revisions of the tenants, wave by wave",
  options: (yargs) =>
    fleetRunOptions(
      yargs
        .positional("target", { type: "string", demandOption: true, describe: "a revision, or base" })
        .option("accept-loss", {
          ...TEXT,
          array: true,
          nargs: 1,
          describe: "table.column or table: its values may be lost",
        }),
    ),
  async run(args, context) {
    refuseReportName(args, context.cwd);
    const { openFleet } = await import("../../fleet/open.ts");
    const { refuseRelative } = await import("../../fleet/run-fleet.ts");
    const target = requireText(args, "target");
    refuseRelative(target);
    const fleet = await openFleet({ ...readFleetOptions(args, context.cwd), inOrder: true });
    if (readFlag(args, "plan")) return await planFleetRun(fleet, context, "downgrade", target);
    const inspect = await refuseUnnamedLosses(fleet, target, readTexts(args, "acceptLoss"), context);
    return await runAndDescribe(fleet, args, context, {
      command: "downgrade",
      direction: "downgrade",
      target,
      inspect,
    });
  },
};

/**
 * Refuses losses that the command does not name.
 * @returns does the same in the run for a tenant that could not be asked: its server may be back by then
 */
async function refuseUnnamedLosses(
  fleet: Fleet,
  target: string,
  accepted: readonly string[],
  { signal }: CommandContext,
): Promise<NonNullable<FleetRunOptions["inspect"]>> {
  const [{ findLosses, refuseLosses }, { surveyTenants }, { limitWave }] = await Promise.all([
    import("../../fleet/losses.ts"),
    import("../../fleet/survey.ts"),
    import("../../fleet/waves.ts"),
  ]);
  const { project, tenants, limits } = fleet;
  const findings = await surveyTenants(
    project,
    tenants,
    { ...limitWave({}, limits), stop: signal },
    (session, { name }) => findLosses(session, name, target),
  );
  const losses = [...findings.values()].flatMap((one) => ("found" in one ? one.found : []));
  refuseLosses(losses, accepted);
  const asked = new Set([...findings].flatMap(([name, one]) => collect("found" in one && name)));
  return async (session, name) => {
    if (!asked.has(name)) refuseLosses(await findLosses(session, name, target), accepted);
  };
}

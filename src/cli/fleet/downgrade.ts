import type { Fleet } from "../../fleet/open.ts";
import { readFlag, readTexts, requireText, TEXT } from "../args.ts";
import type { Command, CommandContext } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName } from "./report-file.ts";
import { fleetRunOptions, planFleetRun, runAndDescribe } from "./run.ts";

/** Undoes revisions of the tenants, wave by wave. */
export const fleetDowngradeCommand: Command = {
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
    await refuseUnnamedLosses(fleet, target, readTexts(args, "acceptLoss"), context);
    return await runAndDescribe(fleet, args, context, { command: "downgrade", direction: "downgrade", target });
  },
};

/** A tenant that cannot be asked cannot be downgraded either, so it is left to the run. */
async function refuseUnnamedLosses(
  fleet: Fleet,
  target: string,
  accepted: readonly string[],
  { signal }: CommandContext,
): Promise<void> {
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
}

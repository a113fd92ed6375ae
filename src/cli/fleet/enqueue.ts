import type { FleetPlanData } from "../../fleet/fleet-plan.ts";
import type { RunReport } from "../../fleet/report.ts";
import { resolveName } from "../../history/names.ts";
import { readFlag, readText, TEXT } from "../args.ts";
import type { Command } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName } from "./report-file.ts";
import { fleetRunOptions, planFleetRun, runAndDescribe } from "./run.ts";

/** The same as `fleet upgrade`, where other processes change the tenants. */
export const fleetEnqueueCommand: Command<RunReport | FleetPlanData> = {
  usage: "enqueue [target]",
  describe: "queue the tenants for the machines that run fleet work, and wait for the result",
  options: (yargs) =>
    fleetRunOptions(
      yargs.positional("target", { type: "string", describe: "a revision, head, heads (default: heads)" }),
    ).option("queue", { ...TEXT, describe: "the database with the queue (default: queue of the configuration)" }),
  async run(args, context) {
    refuseReportName(args, context.cwd);
    const [{ openFleet }, { refuseRelative }, { openSender }, { requireQueue }, { attemptThrough }] = await Promise.all(
      [
        import("../../fleet/open.ts"),
        import("../../fleet/run-fleet.ts"),
        import("../../fleet/job-queue.ts"),
        import("../../fleet/queue-url.ts"),
        import("../../fleet/remote.ts"),
      ],
    );
    const target = readText(args, "target") ?? "heads";
    refuseRelative(target);
    const fleet = await openFleet({ ...readFleetOptions(args, context.cwd), inOrder: true });
    if (readFlag(args, "plan")) return await planFleetRun(fleet, context, "upgrade", target);
    const { loader, home } = fleet.project;
    const ids = resolveName(fleet.project.graph(), target);
    const sender = await openSender(requireQueue(fleet, readText(args, "queue")), loader, home);
    try {
      return await runAndDescribe(fleet, args, context, {
        command: "enqueue",
        direction: "upgrade",
        target,
        attemptElsewhere: (run, stop) => attemptThrough(sender, { ...run, ids }, stop),
      });
    } finally {
      await sender.close();
    }
  },
};

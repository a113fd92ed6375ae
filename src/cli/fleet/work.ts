import { readFlag, readText, TEXT } from "../args.ts";
import { type Command, plural } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReport } from "./report-file.ts";

/** What `fleet work --json` prints. */
export interface WorkOutput {
  /** How many jobs were finished. */
  readonly done: number;
}

/** Takes tenants from the queue and upgrades them. */
export const fleetWorkCommand: Command<WorkOutput> = {
  usage: "work",
  describe: "upgrade tenants from the queue of fleet enqueue",
  options: (yargs) =>
    yargs
      .option("queue", { ...TEXT, describe: "the database with the queue (default: queue of the configuration)" })
      .option("drain", { type: "boolean", describe: "end when the queue is empty, instead of waiting" }),
  async run(args, context) {
    refuseReport(args, "fleet work");
    const [{ openFleet }, { openWorker }, { workThrough }, { attemptRequest }, { limitWave }, { requireQueue }] =
      await Promise.all([
        import("../../fleet/open.ts"),
        import("../../fleet/job-queue.ts"),
        import("../../fleet/remote.ts"),
        import("../../fleet/attempt-request.ts"),
        import("../../fleet/waves.ts"),
        import("../../fleet/queue-url.ts"),
      ]);
    const fleet = await openFleet(readFleetOptions(args, context.cwd));
    const { project, limits } = fleet;
    const { concurrency, timeoutMs } = limitWave({}, limits);
    const [stop, cancel] = [context.signal, context.secondSignal];
    const tenants = new Map(fleet.tenants.map((tenant) => [tenant.name, tenant]));
    const worker = await openWorker(requireQueue(fleet, readText(args, "queue")), project.loader, project.home);
    try {
      const done = await workThrough(worker, {
        concurrency,
        drain: readFlag(args, "drain"),
        stop,
        attempt: (request) => attemptRequest({ project, tenants, timeoutMs, stop, cancel }, request),
      });
      return { code: 0, text: `Finished ${plural(done, "job")}.`, data: { done }, interrupted: stop.aborted };
    } finally {
      await worker.close();
    }
  },
};

import type { RunReport } from "../../fleet/report.ts";
import { dropUndefined, mapGiven } from "../../given.ts";
import { groupBy } from "../../group-by.ts";
import { joinNames } from "../../words.ts";
import { readText, requireText, TEXT } from "../args.ts";
import type { Command } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName } from "./report-file.ts";
import { addNext, describeReport, journalOptions, openRunJournal, writeReport } from "./run.ts";

/** The names of the options with one value. */
export const STAMP_VALUES: readonly string[] = ["like", "on"];

/** Adopts tenants that have the schema of a revision. */
export const fleetStampCommand: Command<RunReport> = {
  usage: "stamp <target>",
  describe: "set the current revision of the tenants that have its schema, without running anything",
  options: (yargs) =>
    journalOptions(yargs)
      .positional("target", { type: "string", demandOption: true, describe: "a revision, head, heads" })
      .option("like", { ...TEXT, describe: "the tenant whose schema the others must have" })
      .option("on", {
        ...TEXT,
        describe: "where to build the history: pglite, or postgres://… (default: the server of a tenant)",
      })
      .conflicts("like", "on"),
  async run(args, context) {
    refuseReportName(args, context.cwd);
    const [{ openFleet }, { stampFleet }, { requireTenant }] = await Promise.all([
      import("../../fleet/open.ts"),
      import("../../fleet/stamp-fleet.ts"),
      import("../../fleet/selection.ts"),
    ]);
    const startedAt = new Date();
    const fleet = await openFleet(readFleetOptions(args, context.cwd));
    const journal = await openRunJournal(fleet.project.home, args, context, startedAt);
    const [like, on] = [readText(args, "like"), readText(args, "on")];
    const total = fleet.tenants.length;
    const found = await stampFleet(fleet, requireText(args, "target"), {
      ...dropUndefined({ like: mapGiven(like, (tenant) => requireTenant(fleet.inventory, tenant)) }),
      ...dropUndefined({ on }),
      stop: context.signal,
      journal,
      onEnd: (done) => context.live?.(done === total ? "" : `${done} of ${total}`),
    }).finally(() => context.live?.(""));
    const report = addNext(found, "fleet stamp", args);
    await writeReport(report, args, context, { command: "remodel fleet stamp", startedAt });
    const result = await describeReport(report, context.signal.aborted);
    return { ...result, text: [result.text, ...listDifferences(report)].join("\n") };
  },
};

/** Of the tenants with more than one difference, which the report only counts, all of them. */
function listDifferences({ target, tenants }: RunReport): readonly string[] {
  const counted = tenants.filter(({ differences = [] }) => differences.length > 1);
  const alike = groupBy(counted, ({ differences = [] }) => differences.join("\n"));
  return [...alike.values()].flatMap((all) => [
    `${joinNames(all.map(({ name }) => name))} ${all.length === 1 ? "differs" : "differ"} from ${joinNames(target)}:`,
    ...(all[0]?.differences ?? []).map((difference) => `  ${difference}`),
  ]);
}

import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readFlag, requireText } from "./args.ts";
import type { Command, CommandContext } from "./command.ts";
import { planRun, readRunOptions, runAndReport, runOptions } from "./upgrade.ts";

/** Says what a downgrade is going to lose, before it runs. */
async function noteLosses(
  session: Session,
  revisions: readonly LoadedRevision[],
  { note }: CommandContext,
): Promise<void> {
  const { findDroppedValues } = await import("../run/dropped-values.ts");
  const { droppedText } = await import("../compare/dropped.ts");
  for (const { dropped } of await findDroppedValues(session, revisions)) note(droppedText(dropped));
}

/** Undoes revisions. */
export const downgradeCommand: Command = {
  usage: "downgrade <target>",
  describe: "undo revisions down to a target",
  options: (yargs) =>
    runOptions(
      yargs
        .positional("target", {
          type: "string",
          demandOption: true,
          describe: "a revision, base, -1 …; or FROM:TO with --sql",
        })
        .option("with-dependents", {
          type: "boolean",
          describe: "also undo the revisions of other branches that depend on these",
        })
        .option("sql", { type: "boolean", describe: "print a SQL script instead (needs no database)" }),
    ),
  async run(args, context) {
    const options = readRunOptions(args);
    const session = await context.session();
    const target = requireText(args, "target");
    const withDependents = readFlag(args, "withDependents");
    if (readFlag(args, "sql")) {
      const { offlineSql } = await import("../run/offline.ts");
      const sql = await offlineSql(session, "downgrade", target, { withDependents });
      return { code: 0, text: sql, data: { sql }, script: true };
    }
    if (readFlag(args, "plan")) return await planRun(session, "downgrade", target, { withDependents });
    const { downgrade } = await import("../run/run.ts");
    session.graph();
    await session.connection();
    return await runAndReport(session, context, (report) => {
      const onPlan = async (revisions: readonly LoadedRevision[]) => {
        await report.onPlan?.(revisions);
        await noteLosses(session, revisions, context);
      };
      return downgrade(session, target, { ...options, ...report, onPlan, withDependents });
    });
  },
};

import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readFlag, requireText } from "./args.ts";
import { type Command, type CommandContext, plural } from "./command.ts";
import { confirmOnTerminal } from "./confirm.ts";
import { planRun, readRunOptions, runAndReport, runOptions, type UpgradeOutput } from "./upgrade.ts";

/** Says what a downgrade is going to lose, before it runs. */
async function noteLosses(
  session: Session,
  revisions: readonly LoadedRevision[],
  { note }: CommandContext,
): Promise<void> {
  const { findDroppedValues } = await import("../run/dropped-values.ts");
  const { describeDropped } = await import("../compare/dropped-text.ts");
  for (const { dropped } of await findDroppedValues(session, revisions)) note(describeDropped(dropped));
}

/** Says which revisions are not undone as they were when they were applied. */
async function noteEdited(
  session: Session,
  revisions: readonly LoadedRevision[],
  { note }: CommandContext,
): Promise<void> {
  const { listEdited } = await import("../state/edited.ts");
  const { readState } = await import("../state/applied-rows.ts");
  const applied = await readState(await session.connection(), await session.state());
  for (const id of listEdited(revisions, { applied }))
    note(`Note: ${id} was edited after it was applied. It is undone as its file says now.`);
}

/** Whether a target is the state before the first revision. */
function isBase(target: string): boolean {
  return /^(?:\w+@)?base$/.test(target.trim());
}

async function confirmBase(session: Session, count: number, { host }: CommandContext): Promise<void> {
  const what = count === 1 ? "the only revision" : `all ${plural(count, "revision")}`;
  const hint = "To undo only the last revision, run: remodel downgrade -1";
  await confirmOnTerminal(host, `Undo ${what} of ${await session.label()}?`, hint);
}

/** Undoes revisions. */
export const downgradeCommand: Command<UpgradeOutput> = {
  usage: "downgrade <target>",
  describe: "undo revisions down to a target",
  examples: [
    ["remodel downgrade -1", "undo the last revision"],
    ["remodel downgrade base --yes", "undo all, without asking"],
  ],
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
        .option("yes", { alias: "y", type: "boolean", describe: "do not ask before all revisions are undone" })
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
    const asks = isBase(target) && !readFlag(args, "yes") && !readFlag(args, "json");
    return await runAndReport(session, context, (report) => {
      const onPlan = async (revisions: readonly LoadedRevision[]) => {
        await report.onPlan?.(revisions);
        await noteEdited(session, revisions, context);
        await noteLosses(session, revisions, context);
        if (asks) await confirmBase(session, revisions.length, context);
      };
      return downgrade(session, target, { ...options, ...report, onPlan, withDependents });
    });
  },
};

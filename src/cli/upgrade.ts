import type { Argv } from "yargs";
import { formatDuration } from "../durations.ts";
import type { Direction } from "../history/revision.ts";
import type { PlanData } from "../review/plan.ts";
import type { RunOptions, RunResult } from "../run/run.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { type Args, readFlag, readText } from "./args.ts";
import { type Command, type CommandContext, plural, type Result, table } from "./command.ts";
import { noteDrift } from "./drift.ts";
import { limitOptions, readLimits } from "./limits.ts";
import { createReporter } from "./progress.ts";

/** What a run printed with `--json` did. */
export interface RunOutput {
  readonly direction: Direction;
  /** The revisions that were applied or undone, in their order. */
  readonly revisions: readonly {
    readonly revision: string;
    readonly message: string;
    readonly durationMs: number;
  }[];
}

/** What `--sql --json` prints. */
export interface ScriptOutput {
  /** The script for psql. */
  readonly sql: string;
}

/** What `upgrade --json` and `downgrade --json` print: the run, with `--plan` the plan, with `--sql` the script. */
export type UpgradeOutput = RunOutput | PlanData | ScriptOutput;

/** Applies revisions. */
export const upgradeCommand: Command<UpgradeOutput> = {
  usage: "upgrade [target]",
  describe: "apply revisions up to a target",
  examples: [
    ["remodel upgrade", "to the head"],
    ["remodel upgrade --plan", "show what it would run"],
    ["remodel upgrade --sql base:head > all.sql", "a script for psql"],
  ],
  options: (yargs) =>
    runOptions(
      yargs
        .positional("target", { type: "string", describe: "a revision, head, heads, +1 … (default: heads)" })
        .option("sql", {
          type: "string",
          describe: "print a SQL script instead, for FROM:TO or all revisions (needs no database)",
        })
        .option("create", { type: "boolean", describe: "create the database if it does not exist" })
        .conflicts("create", ["sql", "plan"]),
    ),
  async run(args, context) {
    const options = readRunOptions(args);
    const onCreate = (name: string) => context.note(`Created the database ${name}.`);
    const [makesDatabase, create] = [!readFlag(args, "plan"), readFlag(args, "create")];
    const session = await context.session({ makesDatabase, ...(create ? { onCreate } : {}) });
    const target = readText(args, "target");
    const range = readText(args, "sql");
    if (range !== undefined) {
      const { offlineSql } = await import("../run/offline.ts");
      const sql = await offlineSql(session, "upgrade", range || target || "heads");
      return { code: 0, text: sql, data: { sql }, script: true };
    }
    if (readFlag(args, "plan")) return await planRun(session, "upgrade", target);
    const { upgrade } = await import("../run/run.ts");
    session.graph();
    await session.connection();
    return await runAndReport(session, context, (report) =>
      upgrade(session, target, { ...options, ...report, hooks: session.settings }),
    );
  },
};

/** Adds the options that upgrade and downgrade share. */
export function runOptions(yargs: Argv): Argv {
  return limitOptions(
    yargs
      .option("plan", { type: "boolean", describe: "print the statements and their locks, run nothing" })
      .option("single-transaction", {
        type: "boolean",
        describe: "run all revisions in one transaction: all or none",
      })
      .conflicts("single-transaction", "sql"),
  );
}

/** Shows what a run would do. */
export async function planRun(
  session: Session,
  direction: RunResult["direction"],
  target: string | undefined,
  options: RunOptions = {},
): Promise<Result<PlanData>> {
  const { dryRun } = await import("../run/dry-run.ts");
  const { planData, planText } = await import("../review/plan.ts");
  const { readNotesOf } = await import("../author/notes.ts");
  const loaded = await dryRun(session, direction, target, options);
  const findNotes = ({ revision }: LoadedRevision) => readNotesOf(revision.file, direction);
  const text = loaded.length === 0 ? NOTHING : planText(loaded, direction, findNotes);
  return { code: 0, text, data: planData(loaded, direction, findNotes) };
}

const NOTHING = "Nothing to do: the database is already at the target.";

/** Reads the options that upgrade and downgrade share. */
export function readRunOptions(args: Args): RunOptions {
  return { ...readLimits(args), singleTransaction: readFlag(args, "singleTransaction") };
}

/** Runs an upgrade or a downgrade, and reports its progress and its result. */
export async function runAndReport(
  session: Session,
  context: CommandContext,
  run: (options: RunOptions) => Promise<RunResult>,
): Promise<Result<RunOutput>> {
  return describeRun(
    await noteDrift(session, context, (onPlan) => reportProgress(context, (report) => run({ ...report, onPlan }))),
  );
}

async function reportProgress(
  context: CommandContext,
  run: (options: RunOptions) => Promise<RunResult>,
): Promise<RunResult> {
  const reporter = createReporter(context);
  try {
    return await run({ signal: context.signal, onProgress: reporter.report });
  } finally {
    reporter.end();
  }
}

function describeRun({ direction, revisions }: RunResult): Result<RunOutput> {
  const data = {
    direction,
    revisions: revisions.map(({ revision: { id, message }, durationMs }) => ({ revision: id, message, durationMs })),
  };
  if (revisions.length === 0) return { code: 0, text: NOTHING, data };
  const rows = revisions.map(({ revision: { id, message }, durationMs }) => [
    `  ${id}`,
    message,
    formatDuration(durationMs),
  ]);
  const word = direction === "upgrade" ? "Applied" : "Undid";
  return { code: 0, text: `${word} ${plural(revisions.length, "revision")}:\n${table(rows)}`, data };
}

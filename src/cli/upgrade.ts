import type { Argv } from "yargs";
import type { RunOptions, RunResult } from "../run/run.ts";
import type { Session } from "../state/session.ts";
import { type Args, type Command, type CommandContext, duration, plural, type Result, table } from "./command.ts";
import { tellingDrift } from "./drift.ts";
import { limitOptions, readLimits } from "./limits.ts";
import { audienceOf } from "./progress.ts";

/** Carries the database up. */
export const upgradeCommand: Command = {
  usage: "upgrade [target]",
  describe: "apply revisions up to a target",
  options: (yargs) =>
    runOptions(
      yargs
        .positional("target", { type: "string", describe: "a revision, head, heads, +1 … (default: heads)" })
        .option("sql", {
          type: "string",
          describe: "print a SQL script for FROM:TO (or all) instead (needs no database)",
        }),
    ),
  async run(args, context) {
    const options = optionsOf(args);
    const session = await context.session();
    const target = args["target"] === undefined ? undefined : String(args["target"]);
    if (args["sql"] !== undefined) {
      const { offlineSql } = await import("../run/offline.ts");
      const sql = await offlineSql(session, "upgrade", String(args["sql"]) || target || "heads");
      return { code: 0, text: sql, data: { sql }, script: true };
    }
    if (args["plan"]) return await plannedResult(session, "upgrade", target);
    const { upgrade } = await import("../run/run.ts");
    session.graph();
    await session.connection();
    return await ran(session, context, (told) => upgrade(session, target, { ...options, ...told }));
  },
};

/** Options of both ways of a run. */
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
/** What a run would do. */
export async function plannedResult(
  session: Session,
  direction: RunResult["direction"],
  target: string | undefined,
  options: RunOptions = {},
): Promise<Result> {
  const { dryRun } = await import("../run/dry-run.ts");
  const { planData, planText } = await import("../review/plan.ts");
  const loaded = await dryRun(session, direction, target, options);
  const text = loaded.length === 0 ? NOTHING : planText(loaded, direction);
  return { code: 0, text, data: planData(loaded, direction) };
}

const NOTHING = "Nothing to do: the database is already there.";

/** What was said of a run. */
export function optionsOf(args: Args): RunOptions {
  return { ...readLimits(args), singleTransaction: args["singleTransaction"] === true };
}

/** Does a run, while somebody is told how it goes on. */
export async function ran(
  session: Session,
  context: CommandContext,
  run: (options: RunOptions) => Promise<RunResult>,
): Promise<Result> {
  return ranResult(await tellingDrift(session, context, () => followed(context, run)));
}

async function followed(context: CommandContext, run: (options: RunOptions) => Promise<RunResult>): Promise<RunResult> {
  const audience = audienceOf(context);
  try {
    return await run({ signal: context.signal, onProgress: audience.tell });
  } finally {
    audience.end();
  }
}

/** What a run did. */
function ranResult({ direction, revisions }: RunResult): Result {
  const data = {
    direction,
    revisions: revisions.map(({ revision: { id, message }, durationMs }) => ({ revision: id, message, durationMs })),
  };
  if (revisions.length === 0) return { code: 0, text: NOTHING, data };
  const rows = revisions.map(({ revision: { id, message }, durationMs }) => [`  ${id}`, message, duration(durationMs)]);
  const word = direction === "upgrade" ? "Applied" : "Took back";
  return { code: 0, text: `${word} ${plural(revisions.length, "revision")}:\n${table(rows)}`, data };
}

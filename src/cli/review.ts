import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { RemodelError } from "../errors.ts";
import { explainFile } from "../file-errors.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { MadeReview, ReviewOptions } from "../library/review.ts";
import type { ReviewFinding } from "../review/finding.ts";
import type { Level } from "../review/level.ts";
import type { Review } from "../review/review.ts";
import { type Args, readFlag, readText, readTexts, requireText, TEXT } from "./args.ts";
import type { Command, CommandContext, Result } from "./command.ts";
import { type FixOutput, fixRevisions } from "./fix.ts";
import { REVIEW_FORMATS } from "./review-formats.ts";

const FAIL_ON = ["error", "warning", "info", "never"] as const;

/** Says what revisions will do to the database, before they run. */
export const reviewCommand: Command<Review | FixOutput> = {
  usage: "review [revisions..]",
  describe: "show what revisions will do to the database: locks, table rewrites, lost data, rows in the way",
  examples: [
    ["remodel review", "all pending revisions"],
    ["remodel review --format html --out review.html", "the same, as a page"],
  ],
  options: (yargs) =>
    yargs
      .positional("revisions", { type: "string", array: true, describe: "revisions (default: those not applied yet)" })
      .option("base", { ...TEXT, describe: "only revisions that git does not have at this branch, tag or commit" })
      .option("sizes", { ...TEXT, describe: "a file that remodel sizes has printed; then no database is needed" })
      .option("no-database", {
        type: "boolean",
        describe: "read only the revision files; without --sizes every table counts as large",
      })
      .option("format", { ...TEXT, choices: Object.keys(REVIEW_FORMATS), describe: "how to print it (default: text)" })
      .option("out", { ...TEXT, describe: "write the review to this file" })
      .option("fail-on", {
        ...TEXT,
        choices: FAIL_ON,
        default: "error",
        describe: "exit 1 for findings of this level or above",
      })
      .option("probe", {
        type: "boolean",
        describe: "count the rows in the way and the rows that are lost, in the database",
      })
      .option("measure", {
        type: "boolean",
        describe: "run the revisions in a throwaway database, to see what op.sql and op.run do",
      })
      .option("against", {
        ...TEXT,
        describe: "a git commit: try the statements of its code after each revision, in a throwaway database",
      })
      .option("on", {
        ...TEXT,
        describe: "with --measure or --against: pglite (the default), or postgres://… of a server",
      })
      .option("fix", {
        type: "boolean",
        describe: "in the files, rewrite operations that would block other sessions for long",
      })
      .conflicts("probe", "sizes")
      .conflicts("fix", ["probe", "format", "measure"]),
  async run(args, context) {
    refuseUselessOn(args);
    const given = readOptions(args, context);
    // Without a throwaway a signal ends the process at once.
    const usesThrowaway = given.measure || given.against !== undefined;
    const options = usesThrowaway ? { ...given, signal: context.signal } : given;
    const session = await context.session(options.database ? {} : { dataSourceOptional: true });
    const { makeReview, prepareReview } = await import("../library/review.ts");
    if (readFlag(args, "fix")) return await fixRevisions(await prepareReview(session, options), context);
    const made = await makeReview(session, options);
    for (const note of made.notes) context.note(note);
    return await describeReview(made, args, context);
  },
};

function needsDatabase(args: Args): boolean {
  return readText(args, "sizes") === undefined && !readFlag(args, "noDatabase");
}

function refuseUselessOn(args: Args): void {
  if (readText(args, "on") === undefined || readFlag(args, "measure") || readText(args, "against") !== undefined)
    return;
  throw new RemodelError("USAGE", "--on says where to run revisions, but no option runs any.", {
    hint: "Add --measure or --against, or leave out --on.",
  });
}

function readOptions(args: Args, context: CommandContext): ReviewOptions {
  const [base, against, on] = [readText(args, "base"), readText(args, "against"), readText(args, "on")];
  const [file, database] = [readText(args, "sizes"), needsDatabase(args)];
  const [probe, measure, asIfLarge] = [readFlag(args, "probe"), readFlag(args, "measure"), readFlag(args, "fix")];
  if (probe && !database)
    throw new RemodelError("USAGE", "--probe needs a database.", { hint: "Leave out --no-database." });
  return {
    revisions: readTexts(args, "revisions"),
    database,
    ...dropUndefined({ base, against, on }),
    ...dropUndefined({
      sizes: mapGiven(file, (name) => ({ text: readGiven(resolve(context.cwd, name), name), name })),
    }),
    probe,
    measure,
    asIfLarge,
    cwd: context.cwd,
  };
}

function readGiven(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new RemodelError("USAGE", `${file} cannot be read: ${explainFile(error)}`, {
      hint: "Make it with: remodel sizes > sizes.json",
    });
  }
}

async function describeReview(
  { review, revisions }: MadeReview,
  args: Args,
  context: CommandContext,
): Promise<Result<Review>> {
  const { isOpen } = await import("../review/review.ts");
  const failOn = requireText(args, "failOn");
  const isBad = (finding: ReviewFinding) => failOn !== "never" && isOpen(finding, failOn as Level);
  const code = review.findings.some(isBad) ? 1 : 0;
  const format = REVIEW_FORMATS[readText(args, "format") ?? "text"];
  if (format === undefined) throw new Error("yargs checks the formats.");
  const text = await format(review, revisions);
  const out = readText(args, "out");
  if (out === undefined) return { code, text, data: review, script: true };
  writeFileSync(resolve(context.cwd, out), text.endsWith("\n") ? text : `${text}\n`);
  context.note(`Wrote ${out}.`);
  return { code, text: "", data: review };
}

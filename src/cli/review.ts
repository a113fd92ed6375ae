import { readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { RemodelError, readError } from "../errors.ts";
import type { ReviewedRevision, ReviewFinding } from "../review/finding.ts";
import type { Level } from "../review/level.ts";
import type { ReviewPlace } from "../review/prepare.ts";
import type { Review } from "../review/review.ts";
import type { Session } from "../state/session.ts";
import { type Args, readFlag, readText, readTexts, requireText, TEXT } from "./args.ts";
import type { Command, CommandContext, Result } from "./command.ts";
import { type ChosenRevisions, fixRevisions } from "./fix.ts";
import { REVIEW_FORMATS } from "./review-formats.ts";

const FAIL_ON = ["error", "warning", "info", "never"] as const;

/** Says what revisions will do to the database, before they run. */
export const reviewCommand: Command = {
  usage: "review [revisions..]",
  describe: "say what revisions will do: locks, rewrites, losses, rows in the way",
  examples: [
    ["remodel review", "all pending revisions"],
    ["remodel review 7c1f --format html --out review.html", "one revision, as a page"],
  ],
  options: (yargs) =>
    yargs
      .positional("revisions", { type: "string", array: true, describe: "revisions (default: those not applied yet)" })
      .option("base", { ...TEXT, describe: "only revisions that git does not have at this branch, tag or commit" })
      .option("sizes", { ...TEXT, describe: "a file of table sizes, from: remodel sizes. Needs no database" })
      .option("no-database", { type: "boolean", describe: "the history alone; without --sizes tables count as large" })
      .option("format", { ...TEXT, choices: Object.keys(REVIEW_FORMATS), describe: "how to print it (default: text)" })
      .option("out", { ...TEXT, describe: "write it to this file" })
      .option("fail-on", {
        ...TEXT,
        choices: FAIL_ON,
        default: "error",
        describe: "exit 1 for findings of this level or above",
      })
      .option("probe", {
        type: "boolean",
        describe: "count the rows in the way and those that are lost, in the database",
      })
      .option("measure", { type: "boolean", describe: "run them in a throwaway database: what op.sql and op.run do" })
      .option("against", {
        ...TEXT,
        describe: "a git commit: try its code in the schema after each revision, in a throwaway database",
      })
      .option("on", {
        ...TEXT,
        describe: "with --measure or --against: pglite (the default), or postgres://… of a server",
      })
      .option("fix", { type: "boolean", describe: "rewrite operations that block others for long, in the files" })
      .conflicts("probe", "sizes")
      .conflicts("fix", ["probe", "format", "measure"]),
  async run(args, context) {
    refuseUselessPlace(args);
    const session = await context.session(needsDatabase(args) ? {} : { dataSourceOptional: true });
    if (readFlag(args, "fix")) return await fixRevisions(await prepareReview(session, args, context), context);
    return await describeReview(await makeReview(session, args, context), args, context);
  },
};

function needsDatabase(args: Args): boolean {
  return readText(args, "sizes") === undefined && !readFlag(args, "noDatabase");
}

function refuseUselessPlace(args: Args): void {
  if (readText(args, "on") === undefined || readFlag(args, "measure") || readText(args, "against") !== undefined)
    return;
  throw new RemodelError("USAGE", "--on says where to run revisions, but nothing is to be run.", {
    hint: "Add --measure or --against, or leave out --on.",
  });
}

/** A review, and the revisions that it is about. */
interface Made {
  readonly review: Review;
  readonly revisions: readonly ReviewedRevision[];
}

async function makeReview(session: Session, args: Args, context: CommandContext): Promise<Made> {
  const { reviewRevisions } = await import("../review/review.ts");
  const { revisions, place, chosen } = await prepareReview(session, args, context);
  const review = reviewRevisions(revisions, place.from);
  if (!readFlag(args, "probe")) return { review, revisions };
  const { probeRevisions } = await import("../run/probe-revisions.ts");
  const { addProbes } = await import("../review/probed.ts");
  const { probeDroppedColumns } = await import("../run/probe-drops.ts");
  const loaded = chosen.filter(({ runs }) => runs).map((one) => one.loaded);
  const results = {
    "rows-in-the-way": await probeRevisions(session, loaded),
    "drop-column": await probeDroppedColumns(session, loaded),
  };
  return { review: addProbes(review, results, place.showPath), revisions };
}

/** Chooses the revisions, and finds out what is known of their tables. */
async function prepareReview(session: Session, args: Args, context: CommandContext): Promise<Prepared> {
  const { chooseReviewed, findGitRoot } = await import("../author/choose-reviewed.ts");
  const { prepareRevisions } = await import("../review/prepare.ts");
  const file = readText(args, "sizes");
  const withDatabase = needsDatabase(args);
  if (readFlag(args, "probe") && !withDatabase)
    throw new RemodelError("USAGE", "--probe needs a database.", { hint: "Leave out --no-database." });
  const base = readText(args, "base");
  const names = readTexts(args, "revisions");
  const chosen = await chooseReviewed(session, { names, withDatabase, ...(base !== undefined && { base }) });
  const root = (await findGitRoot(session.folder)) ?? context.cwd;
  const operations = chosen.revisions.flatMap(({ loaded }) => loaded.upgrade.map(({ operation }) => operation));
  const known = withDatabase
    ? await readDatabase(session, chosen.startsLive, operations)
    : await readSizesFile(file, context);
  const asIfLarge = readFlag(args, "fix") && file === undefined;
  const reviewed = chosen.revisions.filter(({ isReviewed }) => isReviewed).map(({ loaded }) => loaded.revision.id);
  const verdicts = await tryOldCode(session, reviewed, args, context);
  const measured = readFlag(args, "measure") ? await measureChosen(session, chosen.revisions, args, context) : {};
  const place = {
    ...known,
    ...measured,
    ...(verdicts !== undefined && { verdicts }),
    ...(asIfLarge && { asIfLarge }),
    showPath: (path: string) => relative(root, path).replaceAll("\\", "/"),
  };
  const revisions = prepareRevisions(chosen.revisions, place);
  return { revisions, place, chosen: chosen.revisions };
}

/** @returns what code of a commit does in the schema after each revision; nothing if that was not asked */
async function tryOldCode(
  session: Session,
  revisions: readonly string[],
  args: Args,
  context: CommandContext,
): Promise<ReviewPlace["verdicts"]> {
  const [against, on] = [readText(args, "against"), readText(args, "on")];
  if (against === undefined) return undefined;
  const { verify } = await import("../shadow/verify.ts");
  const { signal } = context;
  const { proofs } = await verify(session, revisions, { against, signal, ...(on !== undefined && { on }) });
  for (const proof of proofs.filter((one) => one.against === undefined))
    context.note(`Note: code of ${against} was not tried after ${proof.revision}: ${proof.notProved[0]?.reason}`);
  return new Map(proofs.flatMap((proof) => (proof.against ? [[proof.revision, proof.against] as const] : [])));
}

/** Runs the reviewed revisions in a throwaway database. */
async function measureChosen(
  session: Session,
  revisions: Prepared["chosen"],
  args: Args,
  { note }: CommandContext,
): Promise<Pick<ReviewPlace, "measured">> {
  const { measureRevisions } = await import("../shadow/measure-revisions.ts");
  const ids = revisions.filter(({ isReviewed }) => isReviewed).map(({ loaded }) => loaded.revision.id);
  const { on, version, steps, failure } = await measureRevisions(session, ids, readText(args, "on"));
  note(`Measured on ${on === "pglite" ? "the embedded PostgreSQL" : on} ${Math.floor(version / 10_000)}.`);
  if (failure !== undefined) note(`Note: ${failure.revision} could not be run to its end: ${failure.reason}`);
  return { measured: steps };
}

type Known = Omit<ReviewPlace, "showPath"> & { readonly from: Review["sizes"] };

interface Prepared extends ChosenRevisions {
  readonly place: ReviewPlace & Known;
}

/** Reads from the database what a review asks of it. */
export async function readDatabase(
  session: Session,
  startsLive: boolean,
  operations: Parameters<typeof import("../review/volatile.ts").listDefaultFunctions>[0],
): Promise<Known> {
  const { readTableSizes, readVolatile } = await import("../read/table-sizes.ts");
  const { readLive } = await import("../compare/live-schema.ts");
  const { NOTHING } = await import("../kinds/apply.ts");
  const { readFunctionBodies } = await import("../read/function-bodies.ts");
  const { findSearched } = await import("../review/unqualified.ts");
  const { judgeVolatility, listDefaultFunctions } = await import("../review/volatile.ts");
  const db = await session.connection();
  const { version, schema: own } = await session.server();
  return {
    before: startsLive ? { ...NOTHING, schema: await readLive(session) } : NOTHING,
    sizes: await readTableSizes(db),
    isVolatile: judgeVolatility(await readVolatile(db, listDefaultFunctions(operations))),
    searched: findSearched(await readFunctionBodies(db)),
    version,
    own,
    from: "database",
  };
}

async function readSizesFile(file: string | undefined, { cwd }: CommandContext): Promise<Known> {
  const { parseSizes } = await import("../review/sizes.ts");
  const { NOTHING } = await import("../kinds/apply.ts");
  const { judgeVolatility } = await import("../review/volatile.ts");
  const known = { before: NOTHING, own: "public", isVolatile: judgeVolatility() };
  if (file === undefined) return { ...known, from: "none" };
  return { ...known, sizes: parseSizes(readGiven(resolve(cwd, file), file), file), from: "file" };
}

function readGiven(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new RemodelError("USAGE", `${file} cannot be read: ${readError(error).message}`, {
      hint: "Make it with: remodel sizes > sizes.json",
    });
  }
}

async function describeReview({ review, revisions }: Made, args: Args, context: CommandContext): Promise<Result> {
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

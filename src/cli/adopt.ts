import { relative } from "node:path";
import type { Adopted, AdoptOptions, AdoptOutput } from "../adopt/adopt.ts";
import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import { groupBy } from "../group-by.ts";
import { joinNames } from "../words.ts";
import { type Args, readFlag, readText, readTexts, TEXT, TEXT_LIST } from "./args.ts";
import { type Command, plural } from "./command.ts";

/** Begins the history of a database that has its tables already. */
export const adoptCommand: Command<AdoptOutput> = {
  usage: "adopt",
  describe: "start a history for a database that already has tables, such as those of TypeORM's migrations",
  options: (yargs) =>
    yargs
      .option("message", { ...TEXT, alias: "m", describe: "a short description of the baseline (default: Baseline)" })
      .option("rev-id", { ...TEXT, describe: "the revision id to use instead of a random one" })
      .option("wrap", { type: "boolean", describe: "instead, write one revision that runs the old migration classes" })
      .option("rows", { ...TEXT_LIST, describe: "lookup tables whose rows the baseline inserts: roles,countries" })
      .option("on", { ...TEXT, describe: "where to prove it: pglite (the default), or a server, postgres://…" })
      .option("ignore-pending", {
        type: "boolean",
        describe: "adopt even if a migration of TypeORM has not run",
      })
      .option("rename-all", {
        type: "boolean",
        describe: "give constraints and indexes the names that TypeORM computes",
      })
      .option("dry-run", { type: "boolean", describe: "prove the baseline, and write nothing" }),
  async run(args, context) {
    const opening = context.session({ makesDatabase: !readFlag(args, "dryRun") });
    const [{ adopt }, session] = await Promise.all([import("../adopt/adopt.ts"), opening]);
    const { live, cwd, signal } = context;
    const options = { ...readOptions(args, cwd), signal, onStep: (text: string) => live?.(text) };
    const adopted = await adopt(session, options).finally(() => live?.(""));
    for (const note of adopted.notes) context.note(`Note: ${note}`);
    const text = textOf(adopted, cwd, options.dryRun === true);
    return { code: adopted.differs ? 1 : 0, text: text.join("\n"), data: dataOf(adopted) };
  },
};

function readOptions(args: Args, cwd: string): AdoptOptions {
  const [message, revisionId, on] = [readText(args, "message"), readText(args, "revId"), readText(args, "on")];
  const rows = readTexts(args, "rows").flatMap((list) => list.split(",").map((name) => name.trim()));
  return {
    cwd,
    ...dropUndefined({ message, revisionId, on }),
    rows: rows.filter((name) => name !== ""),
    isFolderGiven: readText(args, "migrations") !== undefined,
    wrap: readFlag(args, "wrap"),
    ignorePending: readFlag(args, "ignorePending"),
    renameAll: readFlag(args, "renameAll"),
    dryRun: readFlag(args, "dryRun"),
  };
}

/** The answer as the contract has it. */
function dataOf({ baseline, carried, notCarried, proved, stamped, next }: Adopted): AdoptOutput {
  return { baseline, carried, notCarried, proved, stamped, ...dropUndefined({ next }) };
}

function textOf(adopted: Adopted, cwd: string, isDry: boolean): readonly string[] {
  const { next, differs } = adopted;
  return [
    ...describeBaseline(adopted, cwd, isDry),
    ...describeNotCarried(adopted),
    ...collect(
      next !== undefined && nextText(next, cwd),
      differs && next === undefined && "The models differ from the database.",
    ),
    ...(isDry ? [] : afterwards(adopted)),
  ];
}

function describeBaseline(adopted: Adopted, cwd: string, isDry: boolean): readonly string[] {
  const { baseline, on, config, keptNames, leftAlone, wasAdopted } = adopted;
  return collect(
    firstText(adopted, cwd, isDry),
    countText(adopted),
    on !== "" && `Proved on ${on}: up it makes what the database has, down it leaves nothing.`,
    !isDry && !wasAdopted && `The database is at ${baseline.revision}. Nothing else in it was changed.`,
    config !== undefined && `The configuration is in ${relative(cwd, config)}.`,
    keptNames > 0 && `Kept ${plural(keptNames, "name")} of constraints and indexes, which the models do not give.`,
    leftAlone.length > 0 &&
      `No model declares ${joinNames(leftAlone)}: left alone, as exclude in the configuration says.`,
  );
}

function firstText({ baseline, wasAdopted }: Adopted, cwd: string, isDry: boolean): string {
  const file = relative(cwd, baseline.file);
  if (wasAdopted) return `Adopted already: the baseline is ${file}.`;
  return `${isDry ? "Would write" : "Wrote"} ${file}.`;
}

function describeNotCarried({ notCarried }: Adopted): readonly string[] {
  if (notCarried.length === 0) return [];
  return ["Not carried:", ...notCarried.map(({ kind, name, why }) => `  ${kind} ${name}: ${why}`)];
}

/** How many objects of each kind it carries. */
function countText({ carried }: Adopted): string | undefined {
  if (carried.length === 0) return undefined;
  const counts = [...groupBy(carried, ({ kind }) => kind)].map(([kind, list]) => `${kind} ${list.length}`);
  return `It carries: ${counts.join(", ")}.`;
}

function nextText({ file, todos }: NonNullable<Adopted["next"]>, cwd: string): string {
  const questions =
    todos === 0 ? "Read it, then run: remodel upgrade" : `It has ${plural(todos, "question")}. Run: remodel resolve`;
  return `The models differ from the database: ${relative(cwd, file)} leads to them. ${questions}`;
}

function afterwards({ hasMigrations, baseline, next }: Adopted): readonly string[] {
  const stamped = next === undefined ? "head" : baseline.revision;
  return [
    "What to do now:",
    ...collect(
      hasMigrations && "  Keep the folder of the old migrations, and set migrationsRun: false in the data source.",
      "  Commit the new files. From now on: remodel revision --autogenerate -m MESSAGE, remodel upgrade.",
      `  Other databases of a fleet: remodel fleet stamp ${stamped}. It stamps only those that equal the baseline.`,
      "  To go back: delete the new files and the configuration of remodel, and drop the tables remodel_revision and remodel_log.",
    ),
  ];
}

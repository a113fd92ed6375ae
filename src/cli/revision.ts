import { relative } from "node:path";
import type { Argv } from "yargs";
import type { Revised, ReviseOptions } from "../author/revise.ts";
import type { Comparison } from "../compare/compare.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { printableLine } from "../printable.ts";
import { type Args, readFlag, readText, readTexts, requireText, TEXT, TEXT_LIST } from "./args.ts";
import { listNotes, unsureText } from "./changes.ts";
import { type Command, plural, type Result } from "./command.ts";
import { driftNote } from "./drift.ts";
import { createOnline, type OnlineData } from "./online.ts";

/** What `revision --json` prints. */
export interface RevisionOutput extends Partial<Pick<Comparison, "brokenDependents" | "dropped" | "unsure">> {
  /** The new revision; absent if the models match the database. */
  readonly revision?: string;
  /** `null` if nothing was written. */
  readonly file: string | null;
  /** How many changes it has. */
  readonly changes: number;
  /** How many questions are open. */
  readonly todos?: number;
  /** The text of the file. */
  readonly text?: string;
  /** With `--online`: what was rewritten, and what was not. */
  readonly online?: OnlineData;
}

/** Writes a revision file. */
export const revisionCommand: Command<RevisionOutput> = {
  usage: "revision",
  describe: "write a new revision, empty or with the changes of the models",
  examples: [
    ['remodel revision --autogenerate -m "Leases"', "with what the models change"],
    ['remodel revision -m "Fill codes"', "empty, to write by hand"],
  ],
  options: (yargs) => answerOptions(fileOptions(yargs)),
  async run(args, context) {
    const { revise } = await import("../author/revise.ts");
    const { readAnswers } = await import("./answers.ts");
    const session = await context.session();
    const isOnline = readFlag(args, "online");
    if (isOnline && !readFlag(args, "autogenerate")) throw needsAutogenerate();
    const online = createOnline(session);
    const revised = await revise(session, {
      ...readFileOptions(args),
      ...readAnswers(args, context.cwd),
      ...(isOnline && { rewrite: online.rewrite }),
    });
    for (const note of notesFor(revised)) context.note(note);
    if (!("revision" in revised))
      return { code: 0, text: "Nothing to do: the models match the database.", data: { file: null, changes: 0 } };
    for (const note of online.listNotes(revised.revision.id)) context.note(note);
    const described = describeRevised(revised, readFlag(args, "dryRun"), context.cwd);
    return isOnline ? { ...described, data: { ...described.data, online: online.done() } } : described;
  },
};

function fileOptions(yargs: Argv): Argv {
  return yargs
    .option("message", { ...TEXT, alias: "m", demandOption: true, describe: "a short description of the revision" })
    .option("autogenerate", {
      type: "boolean",
      describe: "fill it with the difference between the models and the database",
    })
    .option("online", {
      type: "boolean",
      describe: "use steps that block reads and writes only for a moment, where possible",
    })
    .option("dry-run", { type: "boolean", describe: "print the revision, write no file" })
    .option("rev-id", { ...TEXT, describe: "the revision id to use instead of a random one" })
    .option("head", { ...TEXT_LIST, describe: "the revision that it follows (default: head)" })
    .option("splice", { type: "boolean", describe: "allow it to follow a revision that is not a head" })
    .option("branch-label", { ...TEXT_LIST, describe: "a name for the branch that it starts" })
    .option("depends-on", { ...TEXT_LIST, describe: "a revision that must be applied before it" });
}

function answerOptions(yargs: Argv): Argv {
  return yargs
    .option("rename", { ...TEXT_LIST, describe: "table.old=new or old=new: treat this as a rename" })
    .option("no-rename", { ...TEXT_LIST, describe: "table.column or table: treat this as a drop, not a rename" })
    .option("accept", {
      ...TEXT_LIST,
      choices: ["renames", "constraints", "types", "enums", "drops", "all"],
      describe: "write the proposed lines of these kinds without a TODO",
    })
    .option("keep-order", {
      type: "boolean",
      describe: "put new columns at their place in the models (rebuilds their tables)",
    })
    .option("answers", { ...TEXT, describe: "a JSON file with the answers: rename, noRename, accept" });
}

function readFileOptions(args: Args): ReviseOptions {
  const message = requireText(args, "message").trim();
  if (message === "")
    throw new RemodelError("USAGE", "The message is empty.", { hint: 'Describe the revision: -m "…"' });
  const head = readTexts(args, "head");
  const revisionId = readText(args, "revId");
  return {
    message,
    autogenerate: readFlag(args, "autogenerate"),
    dryRun: readFlag(args, "dryRun"),
    splice: readFlag(args, "splice"),
    keepOrder: readFlag(args, "keepOrder"),
    branchLabels: readTexts(args, "branchLabel"),
    dependsOn: readTexts(args, "dependsOn"),
    ...(head.length > 0 && { head }),
    ...dropUndefined({ revisionId }),
  };
}

function notesFor(revised: Revised | { readonly comparison: Comparison }): readonly string[] {
  const notes = revised.comparison === undefined ? [] : [...listNotes(revised.comparison)];
  if (!("revision" in revised)) return notes;
  for (const one of revised.comparison?.unsureBack ?? []) notes.push(printableLine(unsureText(one)));
  if (revised.drift !== undefined) notes.push(driftNote(revised.drift));
  return notes;
}

function needsAutogenerate(): RemodelError {
  return new RemodelError("USAGE", "--online needs --autogenerate, which writes the operations that it changes.", {
    hint: "Add --autogenerate. For a file that is there: remodel review --fix REVISION",
  });
}

function describeRevised(
  { revision, text, questions, comparison }: Revised,
  dryRun: boolean,
  cwd: string,
): Result<RevisionOutput> {
  const { upgrade: changes = [], brokenDependents = [], dropped = [], unsure = [], unsureBack = [] } = comparison ?? {};
  const data = {
    revision: revision.id,
    file: dryRun ? null : revision.file,
    changes: changes.length,
    todos: questions,
    text,
    brokenDependents,
    dropped,
    unsure: [...unsure, ...unsureBack],
  };
  if (dryRun) return { code: 0, text, data, paint: "code", script: true };
  const wrote = `Wrote ${relative(cwd, revision.file)}`;
  if (comparison === undefined) return { code: 0, text: `${wrote}.`, data };
  const open = questions === 0 ? "" : `, ${plural(questions, "TODO")} to answer`;
  return { code: 0, text: `${wrote}: ${plural(changes.length, "change")}${open}.`, data };
}

import { relative } from "node:path";
import { RemodelError } from "../errors.ts";
import { printableLine } from "../printable.ts";
import { notesOf, unsureText } from "./changes.ts";
import { type Command, plural } from "./command.ts";
import { driftNote } from "./drift.ts";

/** Writes a revision file. */
export const revisionCommand: Command = {
  usage: "revision",
  describe: "write a new revision, empty or with the changes of the models",
  options: (yargs) =>
    yargs
      .option("message", {
        alias: "m",
        type: "string",
        demandOption: true,
        requiresArg: true,
        describe: "a short description of the revision",
      })
      .option("autogenerate", { type: "boolean", describe: "fill it with the difference between models and database" })
      .option("dry-run", { type: "boolean", describe: "print the revision, write no file" })
      .option("rev-id", {
        type: "string",
        requiresArg: true,
        describe: "the revision id to use instead of a random one",
      })
      .option("head", { type: "string", array: true, requiresArg: true, describe: "the revision it follows" })
      .option("splice", { type: "boolean", describe: "allow it to follow a revision that is not a head" })
      .option("branch-label", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "a name for the branch that it starts",
      })
      .option("depends-on", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "a revision that must be applied before it",
      })
      .option("rename", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "table.old=new or old=new: treat this as a rename",
      })
      .option("no-rename", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "table.column or table: treat this as a drop, not a rename",
      })
      .option("accept", {
        type: "string",
        array: true,
        requiresArg: true,
        choices: ["renames", "constraints", "types", "enums", "drops", "all"],
        describe: "write the proposed lines of these kinds without a TODO",
      })
      .option("keep-order", {
        type: "boolean",
        describe: "put new columns at their place in the models (rebuilds their tables)",
      })
      .option("answers", { type: "string", requiresArg: true, describe: "a JSON file with these answers" }),
  async run(args, context) {
    const { revise } = await import("../author/revise.ts");
    const { readAnswers } = await import("./answers.ts");
    const session = await context.session();
    const list = (name: string) => (args[name] === undefined ? {} : { [name]: (args[name] as string[]).map(String) });
    const message = String(args["message"]).trim();
    if (message === "")
      throw new RemodelError("USAGE", "The message is empty.", { hint: 'Describe the revision: -m "…"' });
    const { branchLabel, dependsOn, head } = {
      ...list("branchLabel"),
      ...list("dependsOn"),
      ...list("head"),
    } as Record<string, string[]>;
    const revised = await revise(session, {
      message,
      autogenerate: args["autogenerate"] === true,
      dryRun: args["dryRun"] === true,
      splice: args["splice"] === true,
      keepOrder: args["keepOrder"] === true,
      ...(head && { head }),
      ...(branchLabel && { branchLabels: branchLabel }),
      ...(dependsOn && { dependsOn }),
      ...(args["revId"] !== undefined && { revisionId: String(args["revId"]) }),
      ...readAnswers(args, context.cwd),
    });
    for (const note of revised.comparison === undefined ? [] : notesOf(revised.comparison)) context.note(note);
    const unsureBack = "revision" in revised ? (revised.comparison?.unsureBack ?? []) : [];
    for (const one of unsureBack) context.note(printableLine(unsureText(one)));
    if ("drift" in revised) context.note(driftNote(revised.drift));
    if (!("revision" in revised))
      return { code: 0, text: "Nothing to do: the models match the database.", data: { file: null, changes: 0 } };
    const file = relative(context.cwd, revised.revision.file);
    const changes = revised.comparison?.upgrade ?? [];
    const todos = revised.questions;
    const data = {
      revision: revised.revision.id,
      file: args["dryRun"] ? null : revised.revision.file,
      changes: changes.length,
      todos,
      text: revised.text,
      losses: revised.comparison?.losses ?? [],
      dropped: revised.comparison?.dropped ?? [],
      unsure: [...(revised.comparison?.unsure ?? []), ...unsureBack],
    };
    if (args["dryRun"]) return { code: 0, text: revised.text, data, paint: "code", script: true };
    const steps =
      revised.comparison === undefined
        ? ""
        : `: ${plural(changes.length, "change")}${todos === 0 ? "" : `, ${plural(todos, "TODO")} to answer`}`;
    return { code: 0, text: `Wrote ${file}${steps}.`, data };
  },
};

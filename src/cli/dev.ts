import { relative } from "node:path";
import { collect } from "../collect.ts";
import type { Comparison } from "../compare/compare.ts";
import { dropUndefined } from "../given.ts";
import { heads } from "../history/graph.ts";
import type { Shadow } from "../shadow/shadow.ts";
import type { Session } from "../state/session.ts";
import { type Args, readText, TEXT } from "./args.ts";
import { type ChangeData, changesData, listNotes } from "./changes.ts";
import type { Command, CommandContext, Result } from "./command.ts";
import { describeModelChanges } from "./diff.ts";

/** What `dev --json` and `watch --json` print about the models. */
export interface ModelsOutput {
  readonly inSync: boolean;
  /** The heads of the history. */
  readonly heads?: readonly string[];
  /** From the history to the models. */
  readonly changes: readonly ChangeData[];
}

/** What `dev -m --json` prints about the revision that it wrote. */
export interface WrittenOutput {
  readonly revision: string;
  readonly file: string;
  /** How many questions are open. */
  readonly todos: number;
  readonly changes: readonly ChangeData[];
}

/** Compares the models with the history, without a database. */
export const devCommand: Command<ModelsOutput | WrittenOutput> = {
  usage: "dev",
  describe: "compare the models with an embedded database at the head of the history; -m writes the revision",
  options: (yargs) =>
    yargs
      .option("on", {
        ...TEXT,
        describe: "where to build the history: pglite (the default), or a server, postgres://…",
      })
      .option("message", {
        ...TEXT,
        alias: "m",
        describe: "write a revision with the difference; a short description of it",
      })
      .option("rev-id", { ...TEXT, describe: "the revision id to use instead of a random one", implies: "message" }),
  async run(args, context) {
    const [{ openShadow }, { untilAborted }] = await Promise.all([
      import("../shadow/shadow.ts"),
      import("../shadow/until-aborted.ts"),
    ]);
    const project = await context.session();
    const shadow = openShadow(readText(args, "on"));
    try {
      return await untilAborted(compareOrWrite(shadow, project, args, context), context.signal);
    } finally {
      await shadow.close();
    }
  },
};

async function compareOrWrite(
  shadow: Shadow,
  project: Session,
  args: Args,
  context: CommandContext,
): Promise<Result<ModelsOutput | WrittenOutput>> {
  const message = readText(args, "message");
  if (message !== undefined)
    return await writeFromShadow(await shadow.follow(project), message, readText(args, "revId"), context);
  const { result, notes } = await compareWithShadow(shadow, project);
  for (const note of notes) context.note(note);
  return result;
}

/** Compares the models as they are now with a shadow. */
export async function compareWithShadow(
  shadow: Shadow,
  project: Session,
): Promise<{ readonly result: Result<ModelsOutput>; readonly notes: readonly string[] }> {
  const { compare } = await import("../compare/compare.ts");
  const comparison = await compare(await shadow.follow(project));
  const inSync = comparison.upgrade.length === 0;
  const at = heads(project.graph()).map(({ id }) => id);
  const data = { inSync, heads: at, changes: changesData(comparison.upgrade) };
  return { result: { code: inSync ? 0 : 1, text: textOf(comparison, at), data }, notes: listNotes(comparison) };
}

function textOf({ upgrade }: Comparison, at: readonly string[]): string {
  const place = at.length === 0 ? "The history is empty" : `The history is at ${at.join(", ")}`;
  if (upgrade.length === 0) return `${place}, and the models match it.`;
  const changes = describeModelChanges(upgrade).replace("from the database", "from the history");
  return `${place}. ${changes}\nTo write them: remodel dev -m MESSAGE`;
}

async function writeFromShadow(
  session: Session,
  message: string,
  revisionId: string | undefined,
  { cwd }: CommandContext,
): Promise<Result<ModelsOutput | WrittenOutput>> {
  const { revise } = await import("../author/revise.ts");
  const options = { message, autogenerate: true, ...dropUndefined({ revisionId }) };
  const revised = await revise(session, options);
  if (!("revision" in revised))
    return { code: 0, text: "Nothing to write: the models match the history.", data: { inSync: true, changes: [] } };
  const { revision, questions, comparison } = revised;
  const { id, file } = revision;
  const data = { revision: id, file, todos: questions, changes: changesData(comparison?.upgrade ?? []) };
  const next =
    questions > 0 ? `It has open questions (${questions}). Run: remodel resolve` : "Read it, then run: remodel upgrade";
  return { code: 0, text: collect(`Wrote ${relative(cwd, file)}.`, next).join("\n"), data };
}

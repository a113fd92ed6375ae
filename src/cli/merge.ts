import { relative } from "node:path";
import type { Command } from "./command.ts";
import { overlapLines } from "./overlaps.ts";

/** Joins heads. */
export const mergeCommand: Command = {
  usage: "merge <revisions..>",
  describe: "write a revision that joins heads",
  options: (yargs) =>
    yargs
      .positional("revisions", { type: "string", array: true, demandOption: true, describe: "the heads to join" })
      .option("message", {
        alias: "m",
        type: "string",
        requiresArg: true,
        describe: "a short description of the revision",
      })
      .option("rev-id", {
        type: "string",
        requiresArg: true,
        describe: "the revision id to use instead of a random one",
      }),
  async run(args, context) {
    const { resolveMerge } = await import("../history/add.ts");
    const { revise } = await import("../author/revise.ts");
    const session = await context.session();
    const head = resolveMerge(session.graph(), (args["revisions"] as string[]).map(String));
    const { readOverlaps } = await import("../author/overlaps.ts");
    const found = await readOverlaps(session, head);
    const message = args["message"] === undefined ? `Merge ${head.join(" and ")}.` : String(args["message"]);
    const id = args["revId"] === undefined ? {} : { revisionId: String(args["revId"]) };
    const revised = await revise(session, { message, head, ...id });
    const { revision } = revised as Extract<typeof revised, { revision: unknown }>;
    return {
      code: 0,
      text: [`Wrote ${relative(context.cwd, revision.file)}.`, ...overlapLines(found)].join("\n"),
      data: { revision: revision.id, file: revision.file, downRevision: head, ...found },
    };
  },
};

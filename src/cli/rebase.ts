import { relative } from "node:path";
import type { Command } from "./command.ts";

/** Moves a revision onto another one. */
export const rebase: Command = {
  usage: "rebase <revision>",
  describe: "let a revision, and what follows it, follow another one",
  options: (yargs) =>
    yargs
      .positional("revision", { type: "string", demandOption: true, describe: "the revision that moves" })
      .option("onto", { type: "string", demandOption: true, requiresArg: true, describe: "the one it will follow" }),
  async run(args, context) {
    const { rebase } = await import("../author/rebase.ts");
    const { revision, before, asked } = await rebase(
      await context.session(),
      String(args["revision"]),
      String(args["onto"]),
    );
    const { id, down, file } = revision;
    if (!asked)
      context.note(`No database was asked whether ${id} is applied; one that has it has to be checked by hand.`);
    const text =
      down[0] === before
        ? `Nothing to do: ${id} follows ${before} already.`
        : `Moved ${id} from ${before ?? "the beginning"} onto ${down[0]} in ${relative(context.cwd, file)}.`;
    return { code: 0, text, data: { revision: id, file, downRevision: down[0], before, asked } };
  },
};

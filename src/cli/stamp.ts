import type { Stamped } from "../author/stamp.ts";
import { readFlag, readTexts } from "./args.ts";
import { type Command, plural } from "./command.ts";

/** Sets the applied revisions of a database without running anything. */
export const stampCommand: Command<Stamped> = {
  usage: "stamp <revisions..>",
  describe: "set the current revisions of a database without running anything",
  examples: [["remodel stamp head", "the database has what the history makes"]],
  options: (yargs) =>
    yargs
      .positional("revisions", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "the revisions, or base for none",
      })
      .option("purge", { type: "boolean", describe: "first forget all applied revisions of the database" }),
  async run(args, context) {
    const [{ stamp }, { unnotedNote }] = await Promise.all([import("../author/stamp.ts"), import("./drift.ts")]);
    const purge = readFlag(args, "purge");
    const stamped = await stamp(await context.session({ makesDatabase: true }), readTexts(args, "revisions"), {
      purge,
    });
    if (stamped.unnoted !== undefined) context.note(unnotedNote(stamped.unnoted));
    const text =
      stamped.applied.length === 0
        ? "The database is now stamped with no revision."
        : `The database is now stamped with ${plural(stamped.applied.length, "revision")}, at ${stamped.current.join(", ")}.`;
    return { code: 0, text, data: stamped };
  },
};

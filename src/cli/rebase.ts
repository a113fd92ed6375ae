import { relative } from "node:path";
import type { Rebased } from "../author/rebase.ts";
import { requireText, TEXT } from "./args.ts";
import type { Command } from "./command.ts";

/** What `rebase --json` prints. */
export interface RebaseOutput extends Pick<Rebased, "before" | "asked" | "applied"> {
  readonly revision: string;
  readonly file: string;
  /** The revision that it follows now. */
  readonly downRevision: string | undefined;
}

/** Moves a revision onto another one. */
export const rebaseCommand: Command<RebaseOutput> = {
  usage: "rebase <revision>",
  describe: "move a revision, and what follows it, onto another one",
  options: (yargs) =>
    yargs
      .positional("revision", { type: "string", demandOption: true, describe: "the revision to move" })
      .option("onto", { ...TEXT, demandOption: true, describe: "the revision that it will follow" }),
  async run(args, context) {
    const { rebase } = await import("../author/rebase.ts");
    const [name, onto] = [requireText(args, "revision"), requireText(args, "onto")];
    const { revision, before, asked, applied } = await rebase(await context.session(), name, onto);
    const { id, down, file } = revision;
    if (!asked) context.note(`remodel could not check whether ${id} is applied in a database. Check by hand.`);
    const shown = relative(context.cwd, file);
    const isThere = down[0] === before;
    if (applied && !isThere) context.note(describeApplied({ id, onto: `${down[0]}`, file: shown, before }));
    const text = isThere
      ? `Nothing to do: ${id} already follows ${before}.`
      : `Moved ${id} from ${before ?? "the beginning"} onto ${down[0]} in ${shown}.`;
    return { code: 0, text, data: { revision: id, file, downRevision: down[0], before, asked, applied } };
  },
};

interface Moved extends Pick<Rebased, "before"> {
  readonly id: string;
  readonly onto: string;
  readonly file: string;
}

/** What the move of an applied revision means, here and elsewhere. */
function describeApplied({ id, onto, file, before }: Moved): string {
  return `Note: ${id} is applied in this database, as is all that it follows now: nothing has to run here. Where ${id} is applied and ${onto} is not, the next upgrade runs ${onto} after it.
  To join the heads instead, write in ${file}: export const downRevision = ${JSON.stringify(before)};
  Then run: remodel merge heads`;
}

import { requireText } from "./args.ts";
import type { Command } from "./command.ts";

/** What `edit --json` prints. */
export interface EditOutput {
  /** The file that was opened. */
  readonly file: string;
}

/** Opens a revision in the editor. */
export const editCommand: Command<EditOutput> = {
  usage: "edit [revision]",
  describe: "open a revision in $EDITOR",
  options: (yargs) =>
    yargs.positional("revision", { type: "string", default: "head", describe: "the revision to open" }),
  async run(args, context) {
    const { findRevision } = await import("../state/find-revision.ts");
    const { file } = await findRevision(await context.session(), requireText(args, "revision"));
    (await import("./editor.ts")).openEditor(file, context.host.env);
    return { code: 0, text: "", data: { file } };
  },
};

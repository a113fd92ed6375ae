import { spawnSync } from "node:child_process";
import { RemodelError } from "../errors.ts";
import { requireText } from "./args.ts";
import type { Command } from "./command.ts";
import type { Host } from "./host.ts";
import { findRevision } from "./named-revision.ts";

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
    const { file } = await findRevision(await context.session(), requireText(args, "revision"));
    openEditor(file, context.host.env);
    return { code: 0, text: "", data: { file } };
  },
};

function openEditor(file: string, env: Host["env"]): void {
  const editor = env["VISUAL"] || env["EDITOR"];
  if (!editor) throw new RemodelError("USAGE", "No editor is set.", { hint: `Set EDITOR, or open ${file} yourself.` });
  const { status, error } = spawnSync(`${editor} "$FILE"`, {
    shell: true,
    stdio: "inherit",
    env: { ...env, FILE: file },
  });
  if (error === undefined && status === 0) return;
  throw new RemodelError("USAGE", `${editor} ended with ${error?.message ?? status}.`, {
    hint: `Set EDITOR to another program, or open ${file} yourself.`,
  });
}

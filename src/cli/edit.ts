import { spawnSync } from "node:child_process";
import { RemodelError } from "../errors.ts";
import type { Command } from "./command.ts";

/** Opens a revision in the editor. */
export const editCommand: Command = {
  usage: "edit [revision]",
  describe: "open a revision in $EDITOR",
  options: (yargs) => yargs.positional("revision", { type: "string", default: "head", describe: "the revision" }),
  async run(args, context) {
    const { isRelative, resolveOne } = await import("../history/names.ts");
    const { readKnownIds } = await import("../state/unknown-revisions.ts");
    const session = await context.session();
    const name = String(args["revision"]);
    const position = isRelative(name) ? { current: await readKnownIds(session) } : {};
    const { file } = resolveOne(session.graph(), name, position);
    const editor = context.host.env["VISUAL"] || context.host.env["EDITOR"];
    if (!editor)
      throw new RemodelError("USAGE", "No editor is set.", { hint: `Set EDITOR, or open ${file} yourself.` });
    const { status, error } = spawnSync(`${editor} "$FILE"`, {
      shell: true,
      stdio: "inherit",
      env: { ...context.host.env, FILE: file },
    });
    if (error || status !== 0)
      throw new RemodelError("USAGE", `${editor} ended with ${error?.message ?? status}.`, {
        hint: `Set EDITOR to another program, or open ${file} yourself.`,
      });
    return { code: 0, text: "", data: { file } };
  },
};

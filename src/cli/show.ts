import { relative } from "node:path";
import type { Revision } from "../history/revision.ts";
import type { ShownRevision } from "../library/project.ts";
import { requireText } from "./args.ts";
import { type Command, table } from "./command.ts";

/** Shows one revision. */
export const showCommand: Command<ShownRevision> = {
  usage: "show <revision>",
  describe: "show a revision's file",
  options: (yargs) =>
    yargs.positional("revision", { type: "string", demandOption: true, describe: "the revision to show" }),
  async run(args, context) {
    const { showAt } = await import("../library/project.ts");
    const shown = await showAt(await context.session(), requireText(args, "revision"));
    const header = describeHeader(shown, context.cwd);
    return { code: 0, text: `${header}\n\n${shown.text}`, data: shown, paint: "code" };
  },
};

function describeHeader(
  { id, down, branchLabels = [], dependsOn = [], replaces = [], file }: Revision,
  cwd: string,
): string {
  const lines = [
    ["Revision", id],
    ["Follows", down.join(", ") || "nothing"],
    ["Labels", branchLabels.join(", ")],
    ["Depends on", dependsOn.join(", ")],
    ["Replaces", replaces.join(", ")],
    ["File", relative(cwd, file)],
  ];
  return table(lines.filter(([, value]) => value !== ""));
}

import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Revision } from "../history/revision.ts";
import { requireText } from "./args.ts";
import { type Command, table } from "./command.ts";
import { findRevision } from "./named-revision.ts";

/** What `show --json` prints. */
export interface ShowOutput extends Revision {
  /** The text of the file. */
  readonly text: string;
}

/** Shows one revision. */
export const showCommand: Command<ShowOutput> = {
  usage: "show <revision>",
  describe: "show a revision's file",
  options: (yargs) =>
    yargs.positional("revision", { type: "string", demandOption: true, describe: "the revision to show" }),
  async run(args, context) {
    const revision = await findRevision(await context.session(), requireText(args, "revision"));
    const text = readFileSync(revision.file, "utf8");
    const header = describeHeader(revision, context.cwd);
    return { code: 0, text: `${header}\n\n${text}`, data: { ...revision, text }, paint: "code" };
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

import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { type Command, table } from "./command.ts";

/** Shows one revision. */
export const showCommand: Command = {
  usage: "show <revision>",
  describe: "show a revision's file",
  options: (yargs) => yargs.positional("revision", { type: "string", demandOption: true, describe: "the revision" }),
  async run(args, context) {
    const { isRelative, resolveOne } = await import("../history/names.ts");
    const session = await context.session();
    const name = String(args["revision"]);
    const { readKnownIds } = await import("../state/unknown-revisions.ts");
    const position = isRelative(name) ? { current: await readKnownIds(session) } : {};
    const revision = resolveOne(session.graph(), name, position);
    const text = readFileSync(revision.file, "utf8");
    const head = table([
      ["Revision", revision.id],
      ["Follows", revision.down.join(", ") || "nothing"],
      ...(revision.branchLabels ? [["Labels", revision.branchLabels.join(", ")]] : []),
      ...(revision.dependsOn ? [["Depends on", revision.dependsOn.join(", ")]] : []),
      ["File", relative(context.cwd, revision.file)],
    ]);
    return { code: 0, text: `${head}\n\n${text}`, data: { ...revision, text }, paint: "code" };
  },
};

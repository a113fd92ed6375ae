import { readFlag } from "./args.ts";
import { type Command, table } from "./command.ts";

/** What `heads --json` prints. */
export interface HeadsOutput {
  readonly heads: readonly { readonly revision: string; readonly message: string; readonly file: string }[];
}

/** Shows the revisions that no other follows. */
export const headsCommand: Command<HeadsOutput> = {
  usage: "heads",
  describe: "show the heads of the history",
  options: (yargs) =>
    yargs.option("resolve-dependencies", {
      type: "boolean",
      describe: "leave out heads that another revision depends on",
    }),
  async run(args, context) {
    const { heads } = await import("../history/graph.ts");
    const graph = (await context.session()).graph();
    const found = heads(graph, { resolveDependencies: readFlag(args, "resolveDependencies") });
    const text = table(found.map(({ id, message }) => [id, message])) || "The history is empty.";
    return { code: 0, text, data: { heads: found.map(({ id, message, file }) => ({ revision: id, message, file })) } };
  },
};

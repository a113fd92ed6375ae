import { type Command, table } from "./command.ts";

/** What `branches --json` prints. */
export interface BranchesOutput {
  readonly branches: readonly {
    readonly revision: string;
    readonly message: string;
    /** The revisions that follow it. */
    readonly followers: readonly string[];
  }[];
}

/** Shows the revisions that several others follow. */
export const branchesCommand: Command<BranchesOutput> = {
  usage: "branches",
  describe: "show the branch points of the history",
  async run(_args, context) {
    const { branchPoints, getRevision } = await import("../history/graph.ts");
    const graph = (await context.session()).graph();
    const data = branchPoints(graph).map(({ id, message }) => ({
      revision: id,
      message,
      followers: graph.followers.get(id) ?? [],
    }));
    const rows = data.flatMap(({ revision, message, followers }) => [
      [revision, message],
      ...followers.map((id) => [`  → ${id}`, getRevision(graph, id).message]),
    ]);
    return { code: 0, text: table(rows) || "The history has no branches.", data: { branches: data } };
  },
};

import { type Command, table } from "./command.ts";

/** Shows where the history divides. */
export const branchesCommand: Command = {
  usage: "branches",
  describe: "show the branch points of the history",
  async run(_args, context) {
    const { branchPoints } = await import("../history/graph.ts");
    const graph = (await context.session()).graph();
    const data = branchPoints(graph).map(({ id, message }) => ({
      revision: id,
      message,
      followers: graph.followers.get(id)!,
    }));
    const rows = data.flatMap(({ revision, message, followers }) => [
      [revision, message],
      ...followers.map((id) => [`  → ${id}`, graph.revisions.get(id)!.message]),
    ]);
    return {
      code: 0,
      text: rows.length === 0 ? "The history has no branches." : table(rows),
      data: { branches: data },
    };
  },
};

import type { BranchPoint } from "../library/project.ts";
import { type Command, table } from "./command.ts";

/** What `branches --json` prints. */
export interface BranchesOutput {
  readonly branches: readonly BranchPoint[];
}

/** Shows the revisions that several others follow. */
export const branchesCommand: Command<BranchesOutput> = {
  usage: "branches",
  describe: "show the branch points of the history",
  async run(_args, context) {
    const [{ getRevision }, { listBranches }] = await Promise.all([
      import("../history/graph.ts"),
      import("../library/project.ts"),
    ]);
    const session = await context.session();
    const graph = session.graph();
    const branches = await listBranches(session);
    const rows = branches.flatMap(({ revision, message, followers }) => [
      [revision, message],
      ...followers.map((id) => [`  → ${id}`, getRevision(graph, id).message]),
    ]);
    return { code: 0, text: table(rows) || "The history has no branches.", data: { branches } };
  },
};

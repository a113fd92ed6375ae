import { relative } from "node:path";
import type { Revision } from "../history/revision.ts";
import { type Command, table } from "./command.ts";

/** Shows the history, newest first. */
export const historyCommand: Command = {
  usage: "history",
  describe: "show the history, newest first",
  options: (yargs) =>
    yargs
      .option("range", {
        alias: "r",
        type: "string",
        requiresArg: true,
        describe: "only the range A:B, including A and B",
      })
      .option("verbose", { alias: "v", type: "boolean", describe: "show the file and the down revision of each" })
      .option("indicate-current", {
        alias: "i",
        type: "boolean",
        describe: "mark the current revisions of the database",
      }),
  async run(args, context) {
    const { listHistory, isRelativeRange } = await import("../history/plan.ts");
    const { heads } = await import("../history/graph.ts");
    const session = await context.session();
    const graph = session.graph();
    const range = args["range"] === undefined ? undefined : String(args["range"]);
    const counted = range !== undefined && isRelativeRange(range);
    const asksDatabase = args["indicateCurrent"] === true || counted;
    const { readSyncStatus } = await import("../state/sync-status.ts");
    const { refuseUnknown, noteUnknownRevisions } = await import("../state/unknown-revisions.ts");
    const { describeHalfApplied } = await import("../state/half-applied.ts");
    const position = asksDatabase ? await readSyncStatus(session) : undefined;
    const { unknown = [], halfApplied = [] } = position ?? {};
    if (counted) refuseUnknown(unknown);
    for (const note of [...noteUnknownRevisions(unknown), ...halfApplied.map(describeHalfApplied)]) context.note(note);
    const revisions = listHistory(graph, range, position === undefined ? {} : { current: position.applied });
    const ends = new Set(heads(graph).map(({ id }) => id));
    const marks = ({ id, down }: Revision) =>
      [
        ends.has(id) ? "head" : "",
        down.length === 0 ? "base" : "",
        down.length > 1 ? "merge" : "",
        (graph.followers.get(id)?.length ?? 0) > 1 ? "branch point" : "",
        position?.current.includes(id) ? "current" : "",
        halfApplied.some(({ revision }) => revision === id) ? "half applied" : "",
      ].filter((mark) => mark !== "");
    const data = revisions.map((one) => ({
      revision: one.id,
      downRevision: one.down,
      message: one.message,
      ...(one.branchLabels && { branchLabels: one.branchLabels }),
      ...(one.dependsOn && { dependsOn: one.dependsOn }),
      marks: marks(one),
      file: one.file,
    }));
    const rows = revisions.map((one) => {
      const found = [...marks(one), ...(one.branchLabels ?? [])];
      const row = [one.id, `${one.message}${found.length === 0 ? "" : ` (${found.join(", ")})`}`];
      return args["verbose"]
        ? [one.id, `follows ${one.down.join(", ") || "nothing"}`, relative(context.cwd, one.file), row[1]!]
        : row;
    });
    return {
      code: 0,
      text: rows.length === 0 ? "The history is empty." : table(rows),
      data: { revisions: data, ...(position !== undefined && { halfApplied }) },
    };
  },
};

import { type Command, table } from "./command.ts";

/** Shows where the database is. */
export const currentCommand: Command = {
  usage: "current",
  describe: "show the current revisions of the database",
  options: (yargs) =>
    yargs.option("check-heads", { type: "boolean", describe: "exit 1 unless the database is at every head" }),
  async run(args, context) {
    const { readSyncStatus } = await import("../state/sync-status.ts");
    const { noteUnknownRevisions } = await import("../state/unknown-revisions.ts");
    const { describeHalfApplied } = await import("../state/half-applied.ts");
    const session = await context.session();
    const { current, heads, pending, missing, unknown, halfApplied } = await readSyncStatus(session);
    for (const note of [...noteUnknownRevisions(unknown), ...halfApplied.map(describeHalfApplied)]) context.note(note);
    const rows = current.map((id) => {
      const row = unknown.find(({ revision }) => revision === id);
      const message =
        row === undefined ? session.graph().revisions.get(id)!.message : `${row.message} (not in this folder)`;
      const half = halfApplied.some(({ revision }) => revision === id) ? " (half downgraded)" : "";
      return [id, `${message}${half}${heads.includes(id) ? " (head)" : ""}`];
    });
    const text = rows.length === 0 ? "The database has no revision yet." : table(rows);
    const behind = pending.length > 0 || missing.length > 0 || halfApplied.length > 0 || heads.length === 0;
    return {
      code: args["checkHeads"] && behind ? 1 : 0,
      text,
      data: { current, heads, pending, missing, unknown, halfApplied },
    };
  },
};

import { type Command, table } from "./command.ts";

/** Shows where the database is. */
export const current: Command = {
  usage: "current",
  describe: "show the revisions the database is at",
  options: (yargs) => yargs.option("check-heads", { type: "boolean", describe: "exit 1 unless it is at every head" }),
  async run(args, context) {
    const { readPosition } = await import("../run/compare.ts");
    const session = await context.session();
    const { current, heads, pending, missing } = await readPosition(session);
    const rows = current.map((id) => {
      const message = session.graph().revisions.get(id)?.message ?? "(not in this folder)";
      return [id, `${message}${heads.includes(id) ? " (head)" : ""}`];
    });
    const text = rows.length === 0 ? "The database has no revision yet." : table(rows);
    const behind = pending.length > 0 || missing.length > 0;
    return { code: args["checkHeads"] && behind ? 1 : 0, text, data: { current, heads, pending, missing } };
  },
};

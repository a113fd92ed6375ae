import type { Command } from "./command.ts";
import { optionsOf, plannedResult, ran, runOptions } from "./upgrade.ts";

/** Takes the database back down. */
export const downgradeCommand: Command = {
  usage: "downgrade <target>",
  describe: "undo revisions down to a target",
  options: (yargs) =>
    runOptions(
      yargs
        .positional("target", {
          type: "string",
          demandOption: true,
          describe: "a revision, base, -1 …; or FROM:TO with --sql",
        })
        .option("with-dependents", {
          type: "boolean",
          describe: "also undo the revisions of other branches that depend on these",
        })
        .option("sql", { type: "boolean", describe: "print a SQL script instead (needs no database)" }),
    ),
  async run(args, context) {
    const options = optionsOf(args);
    const session = await context.session();
    const target = String(args["target"]);
    const withDependents = args["withDependents"] === true;
    if (args["sql"]) {
      const { offlineSql } = await import("../run/offline.ts");
      const sql = await offlineSql(session, "downgrade", target, { withDependents });
      return { code: 0, text: sql, data: { sql }, script: true };
    }
    if (args["plan"]) return await plannedResult(session, "downgrade", target, { withDependents });
    const { downgrade } = await import("../run/run.ts");
    session.graph();
    await session.connection();
    return await ran(session, context, (told) => downgrade(session, target, { ...options, ...told, withDependents }));
  },
};

import type { Progress } from "../run/context.ts";
import type { RunResult } from "../run/run.ts";
import { type Command, type Context, count, duration, type Result, table } from "./command.ts";

/** Carries the database up. */
export const upgrade: Command = {
  usage: "upgrade [target]",
  describe: "apply revisions up to a target",
  options: (yargs) =>
    yargs
      .positional("target", { type: "string", describe: "a revision, head, heads, +1 … (default: heads)" })
      .option("sql", { type: "string", describe: "print a script for FROM:TO (or all) instead; needs no database" }),
  async run(args, context) {
    const session = await context.session();
    const target = args["target"] === undefined ? undefined : String(args["target"]);
    if (args["sql"] !== undefined) {
      const { offlineSql } = await import("../run/offline.ts");
      const sql = await offlineSql(session, "upgrade", String(args["sql"]) || target || "heads");
      return { code: 0, text: sql, data: { sql } };
    }
    const { upgrade } = await import("../run/run.ts");
    session.graph();
    await session.connection();
    return ranResult(await upgrade(session, target, { signal: context.signal, onProgress: progressNote(context) }));
  },
};

const NOTE_EVERY_MS = 2000;

/** Says which revision runs, and now and then how many rows a step that takes long has done. */
export function progressNote({ note }: Context): (progress: Progress) => void {
  let last = performance.now();
  return ({ direction, revision: { id, message }, number, of, done, rows, ofRows }) => {
    if (rows !== undefined) {
      if (performance.now() - last < NOTE_EVERY_MS) return;
      last = performance.now();
      note(`  ${rows} rows${ofRows === undefined ? "" : ` of about ${ofRows}`}`);
    } else if (done === undefined)
      note(`${direction === "upgrade" ? "Applying" : "Taking back"} ${number} of ${of}: ${id} ${message}`);
    else if (done === "waited") note(`${id} was done by another runner meanwhile.`);
  };
}

/** What a run did. */
export function ranResult({ direction, revisions }: RunResult): Result {
  const data = {
    direction,
    revisions: revisions.map(({ revision: { id, message }, durationMs }) => ({ revision: id, message, durationMs })),
  };
  if (revisions.length === 0) return { code: 0, text: "Nothing to do: the database is there already.", data };
  const rows = revisions.map(({ revision: { id, message }, durationMs }) => [`  ${id}`, message, duration(durationMs)]);
  const word = direction === "upgrade" ? "Applied" : "Took back";
  return { code: 0, text: `${word} ${count(revisions.length, "revision")}:\n${table(rows)}`, data };
}

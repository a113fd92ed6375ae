import { relative } from "node:path";
import type { Squashed } from "../adopt/squash.ts";
import { dropUndefined } from "../given.ts";
import { joinNames } from "../words.ts";
import { readFlag, readText, requireText, TEXT } from "./args.ts";
import type { Command } from "./command.ts";

/** What `squash --json` prints. */
export type SquashOutput = Pick<Squashed, "revision" | "file" | "replaces" | "proved">;

/** Makes one revision of many. */
export const squashCommand: Command<SquashOutput> = {
  usage: "squash <range>",
  describe: "replace the revisions after BASE, up to REV, with one",
  options: (yargs) =>
    yargs
      .positional("range", { type: "string", demandOption: true, describe: "BASE:REV, such as base:head" })
      .option("message", { ...TEXT, alias: "m", describe: "a short description of the revision" })
      .option("rev-id", { ...TEXT, describe: "the revision id to use instead of a random one" })
      .option("on", { ...TEXT, describe: "where to prove it: pglite (the default), or a server, postgres://…" })
      .option("dry-run", { type: "boolean", describe: "prove the revision, and write nothing" }),
  async run(args, context) {
    const [{ squash }, session] = await Promise.all([import("../adopt/squash.ts"), context.session()]);
    const [message, revisionId, on] = [readText(args, "message"), readText(args, "revId"), readText(args, "on")];
    const dryRun = readFlag(args, "dryRun");
    const squashed = await squash(session, requireText(args, "range"), {
      ...dropUndefined({ message, revisionId, on }),
      dryRun,
      signal: context.signal,
    });
    const { revision, file, replaces, proved } = squashed;
    const text = textOf(squashed, relative(context.cwd, file), dryRun);
    return { code: 0, text, data: { revision, file, replaces, proved } };
  },
};

function textOf({ revision, replaces, on }: Squashed, file: string, isDry: boolean): string {
  const first = `${isDry ? "Would write" : "Wrote"} ${file}. It replaces ${replaces.length} revisions: ${joinNames(replaces)}.`;
  const proof = `Proved on ${on}: it makes the same catalog as they do.`;
  if (isDry) return [first, proof].join("\n");
  return [
    first,
    proof,
    "A database that has all of them counts as having it. One that has some runs the rest of them first.",
    `Delete the old files when every database is past them: remodel current, remodel fleet status ${revision}`,
  ].join("\n");
}

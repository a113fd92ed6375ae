import { relative, resolve } from "node:path";
import type { BuildResult } from "../author/build.ts";
import { readFlag, requireText, TEXT } from "./args.ts";
import { type Command, plural } from "./command.ts";

/** Writes the revisions as plain JavaScript. */
export const buildCommand: Command<BuildResult> = {
  usage: "build",
  describe: "write the revisions as plain JavaScript, for production",
  options: (yargs) =>
    yargs
      .option("out", {
        ...TEXT,
        default: "dist/remodel",
        describe: "the folder to write; an earlier build is replaced",
      })
      .option("with-models", {
        type: "boolean",
        describe: "also write what the models declare, so that check runs without TypeORM",
      }),
  async run(args, { cwd, session, note }) {
    const { writeBuild } = await import("../author/build.ts");
    const out = resolve(cwd, requireText(args, "out"));
    const { revisions, files, left } = await writeBuild(await session(), out, {
      withModels: readFlag(args, "withModels"),
    });
    const shown = relative(cwd, out) || ".";
    for (const one of left) note(`Not in the manifest: ${one}.`);
    return {
      code: 0,
      text: `Wrote ${plural(revisions, "revision")} to ${shown}.\nTo run them: remodel upgrade --migrations ${shown}`,
      data: { folder: out, revisions, files, left },
    };
  },
};

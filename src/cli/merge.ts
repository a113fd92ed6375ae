import { relative } from "node:path";
import { collect } from "../collect.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { Overlaps } from "../revision/conflicts.ts";
import { readText, readTexts, TEXT } from "./args.ts";
import type { Command } from "./command.ts";
import { overlapLines } from "./overlaps.ts";
import { type HeadsData, headsData, printHeads, proveHeads, proveOptions } from "./prove-heads.ts";

/** What `merge --json` prints. */
export interface MergeOutput extends Overlaps {
  /** The new revision; `null` if `--prove` found a difference. */
  readonly revision: string | null;
  readonly file: string | null;
  /** The heads that it joins. */
  readonly downRevision: readonly string[];
  /** With `--prove`: whether their order matters. */
  readonly prove?: HeadsData;
}

/** Writes a revision that joins heads. */
export const mergeCommand: Command<MergeOutput> = {
  usage: "merge <revisions..>",
  describe: "write a revision that joins heads",
  examples: [['remodel merge heads -m "Merge"', "join all heads"]],
  options: (yargs) =>
    proveOptions(yargs)
      .positional("revisions", { type: "string", array: true, demandOption: true, describe: "the heads to join" })
      .option("message", { ...TEXT, alias: "m", describe: "a short description of the revision" })
      .option("rev-id", { ...TEXT, describe: "the revision id to use instead of a random one" }),
  async run(args, context) {
    const { resolveMerge } = await import("../history/add.ts");
    const { revise } = await import("../author/revise.ts");
    const session = await context.session();
    const head = resolveMerge(session.graph(), readTexts(args, "revisions"));
    const { readOverlaps } = await import("../author/overlaps.ts");
    const found = await readOverlaps(session, head);
    const proof = await proveHeads(session, args, head, context);
    const known = { downRevision: head, ...found, ...dropUndefined({ prove: mapGiven(proof, headsData) }) };
    if (proof?.equal === false) {
      const text = `${printHeads(proof)}\nNothing was written. Change one of them, or merge without --prove.`;
      return { code: 1, text, data: { revision: null, file: null, ...known } };
    }
    const revisionId = readText(args, "revId");
    const revised = await revise(session, {
      message: readText(args, "message") ?? `Merge ${head.join(" and ")}.`,
      head,
      ...dropUndefined({ revisionId }),
    });
    if (!("revision" in revised)) throw new Error("a merge always writes a revision");
    const { revision } = revised;
    return {
      code: 0,
      text: [
        ...collect(mapGiven(proof, printHeads)),
        `Wrote ${relative(context.cwd, revision.file)}.`,
        ...overlapLines(found),
      ].join("\n"),
      data: { revision: revision.id, file: revision.file, ...known },
    };
  },
};

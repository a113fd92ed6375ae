import { sep } from "node:path";
import { RemodelError } from "../errors.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { NotProved, Proof } from "../shadow/proof.ts";
import type { HeadsOptions, HeadsProof } from "../shadow/verify-heads.ts";
import type { Session } from "../state/session.ts";
import { type Args, readCount, readFlag, readText, readTexts, TEXT, TEXT_LIST } from "./args.ts";
import type { Command, Result } from "./command.ts";
import { type HeadsData, headsData, printHeads } from "./prove-heads.ts";
import { type VerifyOutput, verifyData, verifyText } from "./verify-text.ts";

/** What `verify --heads --json` prints. */
export interface VerifyHeadsOutput extends Pick<HeadsProof, "on" | "version"> {
  readonly revisions: readonly never[];
  readonly heads: HeadsData;
}

/** Proves revisions in a throwaway database. */
export const verifyCommand: Command<VerifyOutput | VerifyHeadsOutput> = {
  usage: "verify [revisions..]",
  describe: "prove revisions in a throwaway database: run them up, down and up, and follow every value",
  options: (yargs) =>
    yargs
      .positional("revisions", {
        type: "string",
        array: true,
        describe: "revisions (default: those that are not applied)",
      })
      .option("pending", { type: "boolean", describe: "the revisions that are not applied (the default)" })
      .option("all", { type: "boolean", describe: "every revision of the history" })
      .option("on", { ...TEXT, describe: "pglite (the default), or postgres://… of a server to create a database on" })
      .option("rows", { ...TEXT, describe: "how many rows each table gets (default: 20)" })
      .option("seed", { ...TEXT, describe: "a number; the same number gives the same rows (default: 0)" })
      .option("from-live", { type: "boolean", describe: "start from the schema that the live database has" })
      .option("against", {
        ...TEXT,
        describe:
          "a git commit: try the statements of its code after each revision, and those of the current code before it",
      })
      .option("accept-loss", { ...TEXT_LIST, describe: "columns or tables that may be lost, such as shop.fax" })
      .option("heads", { type: "boolean", describe: "run the heads in both orders instead, and compare the results" })
      .conflicts("all", "pending")
      .conflicts("heads", ["all", "pending", "from-live", "against", "accept-loss"]),
  async run(args, context) {
    refuseNamed(args);
    const session = await context.session();
    const options = readOptions(args);
    if (readFlag(args, "heads")) return await runHeads(session, { ...options, signal: context.signal });
    const revisions = await chooseRevisions(session, args);
    const { verify } = await import("../shadow/verify.ts");
    const { live, signal } = context;
    const verified = await verify(session, revisions, {
      ...options,
      signal,
      onProgress: ({ id, message }, number, of) => live?.(`${number}/${of}  ${id}  ${message}`),
    }).finally(() => live?.(""));
    for (const note of verified.notes) context.note(`Note: ${note}`);
    const shown = { ...verified, proofs: verified.proofs.map((proof) => shortenPaths(proof, context.cwd)) };
    const code = verified.proofs.every(({ proved }) => proved) ? 0 : 1;
    return { code, text: verifyText(shown, readFlag(args, "all")), data: verifyData(shown) };
  },
};

/** A word that is not used would leave a revision unproved, and the command would not say so. */
function refuseNamed(args: Args): void {
  const [named] = readTexts(args, "revisions");
  const flag = ["all", "pending", "heads"].find((name) => readFlag(args, name));
  if (named === undefined || flag === undefined) return;
  throw new RemodelError("USAGE", `--${flag} says which revisions to try, but ${named} is named too.`, {
    hint: `Leave out one of them: remodel verify ${named}`,
  });
}

/** Files are relative to the folder in which the command is run. */
function shortenPaths(proof: Proof, cwd: string): Proof {
  const shorten = (one: NotProved) => ({ ...one, reason: one.reason.replaceAll(`${cwd}${sep}`, "") });
  return { ...proof, notProved: proof.notProved.map(shorten) };
}

async function runHeads(
  session: Session,
  options: ReturnType<typeof readOptions> & Pick<HeadsOptions, "signal">,
): Promise<Result<VerifyHeadsOutput>> {
  const { verifyHeads } = await import("../shadow/verify-heads.ts");
  const proof = await verifyHeads(session, { rows: 20, seed: 0, ...options });
  const { on, version, equal } = proof;
  const data = { on, version, revisions: [], heads: headsData(proof) };
  return { code: equal ? 0 : 1, text: printHeads(proof), data };
}

function readOptions(args: Args) {
  const [rows, seed, on] = [readCount(args, "rows"), readCount(args, "seed"), readText(args, "on")];
  const against = readText(args, "against");
  return {
    ...dropUndefined({ against, on }),
    ...dropUndefined({ rows: mapGiven(rows, (count) => Math.max(count, 1)) }),
    ...dropUndefined({ seed }),
    fromLive: readFlag(args, "fromLive"),
    acceptLoss: readTexts(args, "acceptLoss"),
  };
}

async function chooseRevisions(session: Session, args: Args): Promise<readonly string[]> {
  if (readFlag(args, "all")) return [...session.graph().revisions.keys()];
  const named = readTexts(args, "revisions");
  if (named.length === 0 || readFlag(args, "pending")) {
    const { readSyncStatus } = await import("../state/sync-status.ts");
    return (await readSyncStatus(session)).pending;
  }
  const { findRevision } = await import("../state/find-revision.ts");
  const ids: string[] = [];
  for (const name of named) ids.push((await findRevision(session, name)).id);
  return ids;
}

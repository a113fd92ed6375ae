import type { Argv } from "yargs";
import { dropUndefined } from "../given.ts";
import type { HeadsProof } from "../shadow/verify-heads.ts";
import type { Session } from "../state/session.ts";
import { type Args, readFlag, readText, TEXT } from "./args.ts";
import type { CommandContext } from "./command.ts";

/** The options `--prove` and `--on`. */
export function proveOptions(yargs: Argv): Argv {
  return yargs
    .option("prove", {
      type: "boolean",
      describe: "run the heads in both orders in throwaway databases, and compare the results",
    })
    .option("on", {
      ...TEXT,
      describe: "with --prove: pglite (the default), or postgres://… of a server",
      implies: "prove",
    });
}

/**
 * Runs heads in both orders in a throwaway database.
 * @returns `undefined` without `--prove`
 */
export async function proveHeads(
  session: Session,
  args: Args,
  heads: readonly string[],
  context: CommandContext,
): Promise<HeadsProof | undefined> {
  if (!readFlag(args, "prove")) return undefined;
  const { verifyHeads } = await import("../shadow/verify-heads.ts");
  const on = readText(args, "on");
  return await verifyHeads(session, {
    rows: 20,
    seed: 0,
    heads,
    signal: context.signal,
    ...dropUndefined({ on }),
  });
}

/** Says whether the order of heads matters. */
export function printHeads({ heads, equal, difference }: HeadsProof): string {
  return `${heads.join(" and ")}: ${equal ? "either order gives the same." : difference}`;
}

/** The same for `--json`. */
export type HeadsData = Pick<HeadsProof, "equal" | "difference">;

/** Makes the data of `--json`. */
export function headsData({ equal, difference }: HeadsProof): HeadsData {
  return { equal, ...dropUndefined({ difference }) };
}

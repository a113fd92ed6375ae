import type { Argv, Options } from "yargs";
import type { Limits } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { type Args, readText, TEXT } from "./args.ts";

const LIMITS: Readonly<Record<keyof Limits, { readonly flag: string; readonly describe: string }>> = {
  lockWait: { flag: "lock-wait", describe: "how long to wait for another run, in ms (0 = no limit)" },
  lockTimeout: { flag: "lock-timeout", describe: "how long a statement may wait for a lock, in ms" },
  lockRetries: { flag: "lock-retries", describe: "how often to retry after a lock timeout or a deadlock" },
  statementTimeout: { flag: "statement-timeout", describe: "how long a statement may run, in ms" },
  idleTimeout: { flag: "idle-timeout", describe: "how long a transaction may be idle, in ms" },
};

/** The names of the options that limit how long a run waits. */
export const LIMIT_FLAGS: readonly string[] = Object.values(LIMITS).map(({ flag }) => flag);

/** Adds them to a command. */
export function limitOptions(yargs: Argv): Argv {
  const option = (describe: string): Options => ({ ...TEXT, describe });
  return yargs.options(Object.fromEntries(Object.values(LIMITS).map(({ flag, describe }) => [flag, option(describe)])));
}

/**
 * Reads those that are given.
 * @throws RemodelError `USAGE` if one is not a whole number
 */
export function readLimits(args: Args): Partial<Limits> {
  const limits = Object.entries(LIMITS).flatMap(([key, { flag }]) => {
    const text = readText(args, key);
    return text === undefined ? [] : [[key, parseCount(flag, text)]];
  });
  return Object.fromEntries(limits);
}

function parseCount(flag: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new RemodelError("USAGE", `--${flag} cannot be ${JSON.stringify(text)}.`, {
    hint: `Write a whole number, 0 or more: --${flag} 4000`,
  });
}

import type { Argv, Options } from "yargs";
import type { Limits } from "../config.ts";
import { type Args, readCount, readDuration, TEXT } from "./args.ts";

/** An option that limits how long a run waits. */
interface Limit {
  readonly flag: string;
  readonly describe: string;
  readonly read: (args: Args, flag: string) => number | undefined;
}

const LIMITS: Readonly<Record<keyof Limits, Limit>> = {
  lockWait: {
    flag: "lock-wait",
    describe: "how long to wait for another run: 500ms, 10s, 25m (0 = no limit)",
    read: readDuration,
  },
  lockTimeout: { flag: "lock-timeout", describe: "how long a statement may wait for a lock", read: readDuration },
  lockRetries: {
    flag: "lock-retries",
    describe: "how often to retry after a lock timeout or a deadlock",
    read: readCount,
  },
  statementTimeout: { flag: "statement-timeout", describe: "how long a statement may run", read: readDuration },
  idleTimeout: { flag: "idle-timeout", describe: "how long a transaction may be idle", read: readDuration },
};

/** The names of the options that limit how long a run waits. */
export const LIMIT_FLAGS: readonly string[] = Object.values(LIMITS).map(({ flag }) => flag);

/** Adds them to a command. */
export function limitOptions(yargs: Argv): Argv {
  const option = (describe: string): Options => ({ ...TEXT, describe });
  return yargs.options(Object.fromEntries(Object.values(LIMITS).map(({ flag, describe }) => [flag, option(describe)])));
}

/**
 * Reads those that are given, durations in milliseconds.
 * @throws RemodelError `USAGE` if one is no duration, or no whole number
 */
export function readLimits(args: Args): Partial<Limits> {
  const limits = Object.entries(LIMITS).map(([key, { flag, read }]) => [key, read(args, flag)]);
  return Object.fromEntries(limits.filter(([, value]) => value !== undefined));
}

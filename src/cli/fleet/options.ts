import type { Argv } from "yargs";
import type { FleetLimits } from "../../fleet/tenant.ts";
import { type Args, readCount, readDuration, TEXT, TEXT_LIST } from "../args.ts";

/** The names of the options with one value. */
export const FLEET_VALUES: readonly string[] = ["concurrency", "per-server", "shard", "timeout", "report"];

const DEFAULT_CONCURRENCY = 8;
const DEFAULT_PER_SERVER = 4;
const DEFAULT_TIMEOUT_MS = 10_000;

/** Adds the options that all commands of `fleet` have. */
export function fleetOptions(yargs: Argv): Argv {
  return yargs
    .option("select", { ...TEXT_LIST, describe: "only these tenants: a name, a glob, label=value or label=glob" })
    .option("except", { ...TEXT_LIST, describe: "not these tenants" })
    .option("concurrency", { ...TEXT, describe: `how many tenants at once (default ${DEFAULT_CONCURRENCY})` })
    .option("per-server", { ...TEXT, describe: `how many at once on one server (default ${DEFAULT_PER_SERVER})` })
    .option("shard", { ...TEXT, describe: "only the I-th of N parts of the servers: I/N" })
    .option("timeout", { ...TEXT, describe: "how long reaching one tenant may take: 500ms, 10s (default 10s)" })
    .option("report", { ...TEXT, describe: "write a report to this file, .json or .html" });
}

/** Reads how many tenants a command works on at once, and how long it waits for one. */
export function readFleetLimits(args: Args): FleetLimits {
  return {
    concurrency: readCount(args, "concurrency", 1) ?? DEFAULT_CONCURRENCY,
    perServer: readCount(args, "per-server", 1) ?? DEFAULT_PER_SERVER,
    timeoutMs: readDuration(args, "timeout") ?? DEFAULT_TIMEOUT_MS,
  };
}

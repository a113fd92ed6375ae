import type { Argv } from "yargs";
import type { FleetOptions } from "../../fleet/open.ts";
import type { GivenLimits } from "../../fleet/tenant.ts";
import { type Args, readCount, readDuration, readFlag, readText, readTexts, TEXT } from "../args.ts";

/** The names of the options with one value. */
export const FLEET_VALUES: readonly string[] = ["concurrency", "per-server", "shard", "timeout", "report"];

/** An option that may be given several times, each time with one value: a positional may follow it. */
const REPEATED = { ...TEXT, array: true, nargs: 1 } as const;

/** Adds the options that all commands of `fleet` have. Each tenant has its schema, so `--schema` is not among them. */
export function fleetOptions(yargs: Argv): Argv {
  return yargs
    .hide("schema")
    .option("select", { ...REPEATED, describe: "only these tenants: a name, a glob, label=value or label=glob" })
    .option("except", { ...REPEATED, describe: "not these tenants" })
    .option("concurrency", { ...TEXT, describe: "how many tenants at once (default 8)" })
    .option("per-server", { ...TEXT, describe: "how many at once on one server (default 4)" })
    .option("shard", { ...TEXT, describe: "only the I-th of N parts of the servers: I/N" })
    .option("timeout", { ...TEXT, describe: "how long to wait for one tenant to answer: 500ms, 10s (default 10s)" })
    .option("report", { ...TEXT, describe: "write a report to this file, .json or .html" });
}

/**
 * Reads the options of a command of `fleet`: the project, the selection and the limits.
 * @param cwd the folder that the command is run in
 * @throws RemodelError `USAGE`
 */
export function readFleetOptions(args: Args, cwd: string): FleetOptions {
  const texts = ["dataSource", "url", "migrations", "shard"].map((name) => [name, readText(args, name)]);
  return {
    cwd,
    ...Object.fromEntries(texts.filter(([, value]) => value !== undefined)),
    ...(readFlag(args, "fresh") && { fresh: true }),
    select: readTexts(args, "select"),
    except: readTexts(args, "except"),
    waves: readTexts(args, "wave"),
    limits: readGivenLimits(args),
  };
}

function readGivenLimits(args: Args): GivenLimits {
  const given = {
    concurrency: readCount(args, "concurrency", 1),
    perServer: readCount(args, "per-server", 1),
    timeoutMs: readDuration(args, "timeout"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

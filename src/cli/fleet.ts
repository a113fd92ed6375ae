import type { Command, CommandGroup } from "./command.ts";
import { fleetCheckCommand } from "./fleet/check.ts";
import { fleetCreateCommand } from "./fleet/create.ts";
import { fleetDiffCommand } from "./fleet/diff.ts";
import { fleetDowngradeCommand } from "./fleet/downgrade.ts";
import { fleetEnqueueCommand } from "./fleet/enqueue.ts";
import { fleetListCommand } from "./fleet/list.ts";
import { FLEET_VALUES, fleetOptions } from "./fleet/options.ts";
import { fleetPreflightCommand } from "./fleet/preflight.ts";
import { RUN_VALUES } from "./fleet/run.ts";
import { fleetSizesCommand } from "./fleet/sizes.ts";
import { fleetStampCommand, STAMP_VALUES } from "./fleet/stamp.ts";
import { fleetStatusCommand } from "./fleet/status.ts";
import { fleetUpgradeCommand } from "./fleet/upgrade.ts";
import { fleetWorkCommand } from "./fleet/work.ts";

/** The names of the options of `fleet` that may be given only once. */
export const FLEET_ONCE: readonly string[] = [...FLEET_VALUES, ...RUN_VALUES, ...STAMP_VALUES, "queue", "class", "to"];

/** One history for many databases. */
export const fleetCommands: CommandGroup = {
  name: "fleet",
  describe: "work on many databases, or schemas, at once",
  options: fleetOptions,
  commands: [
    fleetListCommand,
    fleetStatusCommand,
    fleetCheckCommand,
    fleetDiffCommand,
    fleetPreflightCommand,
    fleetSizesCommand,
    fleetUpgradeCommand,
    fleetDowngradeCommand,
    fleetStampCommand,
    fleetCreateCommand,
    fleetEnqueueCommand,
    fleetWorkCommand,
  ].map(keepEmbedded),
};

/** Tenants may be schemas of one embedded database, which is opened once for the command. */
function keepEmbedded(command: Command): Command {
  return {
    ...command,
    run: async (args, context) => {
      const { keepEmbeddedOpen } = await import("../connection/keep-embedded.ts");
      return await keepEmbeddedOpen(async () => await command.run(args, context));
    },
  };
}

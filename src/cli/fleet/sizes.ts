import { joinNames } from "../../words.ts";
import type { Command } from "../command.ts";
import type { SizesOutput } from "../sizes.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReport } from "./report-file.ts";

/** Prints the size of each table in the tenant in which it is largest, for `review --sizes`. */
export const fleetSizesCommand: Command<SizesOutput> = {
  usage: "sizes",
  describe: "print the estimated size of each table in the tenant in which it is largest, for review --sizes",
  async run(args, context) {
    refuseReport(args, "fleet sizes");
    const [{ openFleet }, { fleetSizesOf }] = await Promise.all([
      import("../../fleet/open.ts"),
      import("../../library/fleet.ts"),
    ]);
    const fleet = await openFleet(readFleetOptions(args, context.cwd));
    const { sizes, unread } = await fleetSizesOf(fleet, context.signal);
    for (const { reason, tenants } of unread) context.note(`Note: Not read: ${joinNames(tenants)}: ${reason}.`);
    return {
      code: unread.length > 0 ? 1 : 0,
      text: JSON.stringify(sizes, null, 2),
      data: sizes,
      script: true,
      interrupted: context.signal.aborted,
    };
  },
};

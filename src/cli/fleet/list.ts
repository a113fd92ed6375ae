import type { Command } from "../command.ts";

/** Lists the tenants, their waves and their places. */
export const fleetListCommand: Command = {
  usage: "list",
  describe: "list the tenants, their waves and their places",
  async run() {
    return { code: 0, text: "", data: { tenants: [] } };
  },
};

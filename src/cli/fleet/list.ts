import { joinTexts } from "../../collect.ts";
import { printableLine } from "../../printable.ts";
import { type Command, table } from "../command.ts";
import { readFleetOptions } from "./options.ts";

/** Lists the tenants, their waves and their places. */
export const fleetListCommand: Command = {
  usage: "list",
  describe: "list the tenants, their waves and their places",
  async run(args, { cwd }) {
    const { openFleet } = await import("../../fleet/open.ts");
    const { waves } = await openFleet(readFleetOptions(args, cwd));
    const tenants = waves.flatMap(({ wave, tenants }) =>
      tenants.map(({ name, server, database, schema, labels }) => ({
        name,
        wave: wave.name,
        server,
        database,
        ...(schema !== undefined && { schema }),
        labels,
      })),
    );
    const rows = tenants.map(({ name, wave, server, database, schema, labels }) => [
      name,
      wave,
      joinTexts(`${server}/${database}`, schema !== undefined && ` (schema ${schema})`),
      Object.entries(labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(" "),
    ]);
    const text = table(rows.map((row) => row.map(printableLine)));
    return { code: 0, text: text || "This shard has no tenants.", data: { tenants } };
  },
};

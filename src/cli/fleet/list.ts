import { joinTexts } from "../../collect.ts";
import type { Fleet } from "../../fleet/open.ts";
import type { TenantOfWave } from "../../fleet/tenant.ts";
import { dropUndefined } from "../../given.ts";
import { printableLine } from "../../printable.ts";
import { type Command, table } from "../command.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName, writeReportFile } from "./report-file.ts";

/** What `fleet list --json` prints. */
export interface FleetListOutput {
  /** In the order in which they are upgraded. */
  readonly tenants: readonly ListedTenant[];
}

/** A tenant, its wave and its place. */
export interface ListedTenant extends Pick<TenantOfWave, "name" | "server" | "database" | "schema" | "labels"> {
  readonly wave: string;
}

/** Lists the tenants, their waves and their places. */
export const fleetListCommand: Command<FleetListOutput> = {
  usage: "list",
  describe: "list the tenants with their waves and databases",
  async run(args, context) {
    refuseReportName(args, context.cwd);
    const startedAt = new Date();
    const { openFleet } = await import("../../fleet/open.ts");
    const fleet = await openFleet(readFleetOptions(args, context.cwd));
    const data = { tenants: listTenants(fleet) };
    await writeReportFile(args, context, { data, printPage: () => printListPage(fleet, startedAt) });
    const rows = data.tenants.map(({ name, wave, server, database, schema, labels }) => [
      name,
      wave,
      joinTexts(`${server}/${database}`, schema !== undefined && ` (schema ${schema})`),
      Object.entries(labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(" "),
    ]);
    const text = table(rows.map((row) => row.map(printableLine)));
    return { code: 0, text: text || "This shard has no tenants.", data };
  },
};

function listTenants({ waves }: Fleet): readonly ListedTenant[] {
  return waves.flatMap(({ wave, tenants }) =>
    tenants.map(({ name, server, database, schema, labels }) => ({
      name,
      wave: wave.name,
      server,
      database,
      ...dropUndefined({ schema }),
      labels,
    })),
  );
}

/** A page where the tenants of a wave are a class. */
async function printListPage(fleet: Fleet, startedAt: Date): Promise<string> {
  const { printClassPage } = await import("../../fleet/status-page.ts");
  const classes = fleet.waves.map(({ wave, tenants }) => {
    return { state: "listed", reason: `wave ${wave.name}`, tenants: tenants.map(({ name }) => name) };
  });
  return printClassPage(fleet, { command: "remodel fleet list", startedAt, target: [], classes });
}

import type { TenantLine } from "../../fleet/line.ts";
import { plural } from "../../words.ts";
import { readText, requireText, TEXT } from "../args.ts";
import type { Command } from "../command.ts";
import { nextCommand } from "./go-on.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReport } from "./report-file.ts";

/** Makes the database, or the schema, of a new tenant. */
export const fleetCreateCommand: Command<TenantLine> = {
  usage: "create <name>",
  describe: "create the database or the schema of a tenant, and upgrade it to the revision that most tenants have",
  options: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "the name of the tenant in the inventory" })
      .option("to", { ...TEXT, describe: "a revision, head, heads (default: the one that most tenants have)" }),
  async run(args, context) {
    const [{ openFleet }, { chooseCreateTarget, createTenant }, { requireTenant }, { describeLocation }] =
      await Promise.all([
        import("../../fleet/open.ts"),
        import("../../fleet/create-tenant.ts"),
        import("../../fleet/selection.ts"),
        import("../../fleet/inventory.ts"),
      ]);
    refuseReport(args, "fleet create");
    const name = requireText(args, "name");
    const fleet = await openFleet({ ...readFleetOptions(args, context.cwd), newTenant: name });
    const tenant = requireTenant(fleet.inventory, name);
    const ids = await chooseCreateTarget(fleet, name, readText(args, "to"));
    const line = await createTenant(fleet, tenant, ids, {
      stop: context.signal,
      signal: context.secondSignal,
      goOn: nextCommand("fleet upgrade", { ...args, target: ids.length === 1 ? ids[0] : undefined }, [name]),
      onProgress: ({ number, of, revision }) =>
        context.live?.(`${name}: ${number} of ${of} ${revision.id} ${revision.message}`),
    }).finally(() => context.live?.(""));
    const { to = [], revisions = [] } = line;
    const text = `Created ${name} at ${describeLocation(tenant)}: ${plural(revisions.length, "revision")}, at ${to.join(", ")}.`;
    return { code: 0, text, data: line };
  },
};

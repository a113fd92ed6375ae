import type { Fleet } from "./open.ts";
import { printFleetPage } from "./page.ts";
import type { FleetStatus } from "./status.ts";

/** The report of `fleet status` as one HTML file. */
export function printStatusPage({ waves }: Fleet, { target, counts, classes }: FleetStatus, startedAt: Date): string {
  const classByName = new Map(classes.flatMap((one) => one.tenants.map((name) => [name, one] as const)));
  const tenants = waves.flatMap(({ wave, tenants }) =>
    tenants.map(({ name, server }) => {
      const { state = "unreachable", reason } = classByName.get(name) ?? {};
      return { name, state, wave: wave.name, server, ...(reason !== undefined && { message: reason }) };
    }),
  );
  const outcome = `${counts.there} of ${tenants.length} there`;
  return printFleetPage({ command: "remodel fleet status", startedAt, target, outcome, tenants, classes });
}

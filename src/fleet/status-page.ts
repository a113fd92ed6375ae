import { dropUndefined } from "../given.ts";
import type { Fleet } from "./open.ts";
import { type FleetPage, type PageClass, printFleetPage } from "./page.ts";
import type { ShownClass, ShownStatus } from "./status-text.ts";

/** What a report of states shows. */
export interface StatusReport extends ShownStatus {
  /** The command, such as `remodel fleet status`. */
  readonly command: string;
  readonly startedAt: Date;
  /** Each with its difference as a text diff, if it has one. */
  readonly classes: readonly (ShownClass & Pick<PageClass, "diff">)[];
}

/** A report of classes, as a page shows it. */
export type ClassReport = Omit<FleetPage, "tenants">;

/** The report of `fleet status` or `fleet check` as one HTML file. */
export function printStatusPage(fleet: Pick<Fleet, "waves" | "tenants">, report: StatusReport): string {
  const { command, startedAt, target, counts, classes } = report;
  const outcome = `${counts.there} of ${fleet.tenants.length} there`;
  return printClassPage(fleet, { command, startedAt, target, outcome, classes });
}

/** A report of classes as one HTML file: each tenant has the state of its class. */
export function printClassPage({ waves }: Pick<Fleet, "waves">, report: ClassReport): string {
  const classByName = new Map(report.classes.flatMap((one) => one.tenants.map((name) => [name, one] as const)));
  const tenants = waves.flatMap(({ wave, tenants }) =>
    tenants.map(({ name, server }) => {
      const { state = "unreachable", reason } = classByName.get(name) ?? {};
      return { name, state, wave: wave.name, server, ...dropUndefined({ message: reason }) };
    }),
  );
  return printFleetPage({ ...report, tenants });
}

import type { Fleet } from "./open.ts";
import { type PageClass, printFleetPage } from "./page.ts";
import type { ShownClass, ShownStatus } from "./status-text.ts";

/** What a report of states shows. */
export interface StatusReport extends ShownStatus {
  /** The command, such as `remodel fleet status`. */
  readonly command: string;
  readonly startedAt: Date;
  /** Each with its difference as a text diff, if it has one. */
  readonly classes: readonly (ShownClass & Pick<PageClass, "diff">)[];
}

/** The report of `fleet status` or `fleet check` as one HTML file. */
export function printStatusPage({ waves }: Pick<Fleet, "waves">, report: StatusReport): string {
  const { command, startedAt, target, counts, classes } = report;
  const classByName = new Map(classes.flatMap((one) => one.tenants.map((name) => [name, one] as const)));
  const tenants = waves.flatMap(({ wave, tenants }) =>
    tenants.map(({ name, server }) => {
      const { state = "unreachable", reason } = classByName.get(name) ?? {};
      return { name, state, wave: wave.name, server, ...(reason !== undefined && { message: reason }) };
    }),
  );
  const outcome = `${counts.there} of ${tenants.length} there`;
  return printFleetPage({ command, startedAt, target, outcome, tenants, classes });
}

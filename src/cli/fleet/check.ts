import { collect } from "../../collect.ts";
import type { FleetCheck } from "../../fleet/check.ts";
import type { CheckClass, TenantDifference, TenantDrift } from "../../fleet/check-classes.ts";
import type { Fleet } from "../../fleet/open.ts";
import type { StatusReport } from "../../fleet/status-page.ts";
import { dropUndefined, mapGiven } from "../../given.ts";
import type { Args } from "../args.ts";
import { type ChangeData, changesData } from "../changes.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeModelChanges } from "../diff.ts";
import { describeDrift } from "../drift.ts";
import { readFleetOptions } from "./options.ts";
import { refuseReportName } from "./report-file.ts";
import { noteUnloadable, writeStatusReport } from "./status-report.ts";

/** What `fleet check --json` prints. */
export interface FleetCheckOutput extends Omit<FleetCheck, "classes"> {
  readonly classes: readonly CheckClassData[];
}

/** A class of tenants as `--json` prints it. */
export interface CheckClassData extends Omit<CheckClass, "difference"> {
  /** From the database to the models. */
  readonly changes?: readonly ChangeData[];
  /** What no revision made. */
  readonly drift?: Omit<TenantDrift, "changes"> & { readonly changes: readonly ChangeData[] };
}

/** Checks all tenants, and shows them as classes. */
export const fleetCheckCommand: Command<FleetCheckOutput> = {
  usage: "check",
  describe: "exit 1 unless all tenants are at head, match the models and have not drifted",
  async run(args, context) {
    const { statusText } = await import("../../fleet/status-text.ts");
    const startedAt = new Date();
    const { fleet, checked } = await checkFleet(args, context);
    const data: FleetCheckOutput = { ...checked, classes: checked.classes.map(classData) };
    const shown = { ...showCheck(checked), command: "remodel fleet check", startedAt };
    await writeStatusReport(args, context, { fleet, shown, data });
    const isAny = checked.classes.some(({ difference }) => difference !== undefined);
    const text = [
      statusText(checked, "in order at"),
      ...collect(isAny && "To see the differences, run: remodel fleet diff"),
    ];
    return { code: isAllThere(checked) ? 0 : 1, text: text.join("\n"), data };
  },
};

/** Reads the options of `fleet check` and `fleet diff`, and checks the tenants. */
export async function checkFleet(
  args: Args,
  context: CommandContext,
): Promise<{ readonly fleet: Fleet; readonly checked: FleetCheck }> {
  const { openFleet } = await import("../../fleet/open.ts");
  const { readFleetCheck } = await import("../../fleet/check.ts");
  refuseReportName(args, context.cwd);
  const fleet = await openFleet(readFleetOptions(args, context.cwd));
  const count = (read: number, total: number) => context.live?.(read === total ? "" : `${read} of ${total}`);
  const checked = await readFleetCheck(fleet, {
    onRead: (read) => count(read, fleet.tenants.length),
    onCatalog: count,
    onCompare: (name) => context.live?.(`Comparing ${name}`),
    onUnloadable: noteUnloadable(context),
  });
  context.live?.("");
  return { fleet, checked };
}

/** Whether all tenants are at head and equal to the models and to what the last run left. */
export function isAllThere({ classes }: Pick<FleetCheck, "classes">): boolean {
  return classes.every(({ state }) => state === "there");
}

/** The classes with their differences as text, for a page. */
export function showCheck({ target, counts, classes }: FleetCheck): Omit<StatusReport, "command" | "startedAt"> {
  const show = (one: CheckClass) => {
    const diff = describeDifference(one.difference);
    if (diff === "") return one;
    return { ...one, diff };
  };
  return { target, counts, classes: classes.map(show) };
}

/** A class as `--json` prints it. */
export function classData({ difference, ...rest }: CheckClass): CheckClassData {
  if (difference === undefined) return rest;
  const { changes, drift } = difference;
  return {
    ...rest,
    ...(changes.length > 0 && { changes: changesData(changes) }),
    ...dropUndefined({ drift: mapGiven(drift, (one) => ({ ...one, changes: changesData(one.changes) })) }),
  };
}

/**
 * What a comparison found, for people: what was changed outside of revisions, then what the models change.
 * @returns an empty text if nothing is different
 */
export function describeDifference(difference: TenantDifference | undefined): string {
  if (difference === undefined) return "";
  const { drift, changes, diff } = difference;
  const parts = [
    ...collect(drift !== undefined && describeDrift(drift)),
    ...(changes.length === 0 ? [] : [describeModelChanges(changes), diff.trimEnd()]),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

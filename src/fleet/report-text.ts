import { joinTexts } from "../collect.ts";
import { groupBy } from "../group-by.ts";
import { printableLine } from "../printable.ts";
import { formatCount } from "../words.ts";
import type { TenantLine } from "./line.ts";
import { isReached } from "./outcome.ts";
import type { OutcomeClass, RunReport } from "./report.ts";

/** How many names of a class are shown. */
const SHOWN = 3;

/** What a run did, for people: waves and classes instead of a line for each tenant. */
export function describeFleetRun(report: RunReport): string {
  const { waves, tenants, classes } = report;
  const headers = waves.flatMap(({ name, counts }) => {
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    // Of such a wave no tenant is selected.
    if (all === 0) return [];
    return [`Wave ${name}: ${formatCount(all - counts.waiting)} of ${formatCount(all)}`];
  });
  const rows = [
    ...describeReached(tenants),
    ...classes.filter(({ outcome }) => !isReached(outcome)).map(describeClass),
  ];
  return [...headers, ...formatRows(rows), describeEnd(report)].filter((line) => line !== "").join("\n");
}

type Row = readonly [count: string, text: string, names: string];

function formatRows(rows: readonly Row[]): readonly string[] {
  const [first, second] = [0, 1].map((at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map(([count, text, names]) =>
    `  ${count.padStart(first ?? 0)}  ${names === "" ? text : text.padEnd(second ?? 0)}    ${names}`.trimEnd(),
  );
}

/** The tenants that are where they should be, by where that is. */
function describeReached(lines: readonly TenantLine[]): readonly Row[] {
  const reached = lines.filter(({ outcome }) => isReached(outcome));
  return [...groupBy(reached, ({ to = [] }) => to.join(", "))].map(([to, all]) => {
    const there = all.filter(({ outcome }) => outcome === "there").length;
    const place = to === "" ? "without a revision" : `at ${to}`;
    return [formatCount(all.length), `${place}${describeThere(there, all.length)}`, ""];
  });
}

/** How many tenants were where they should be before the run. */
function describeThere(there: number, all: number): string {
  if (there === 0) return "";
  return there === all ? ": nothing to do" : `, ${formatCount(there)} of them before this run`;
}

function describeClass({ outcome, reason, count, tenants }: OutcomeClass): Row {
  const text = reason?.startsWith("at ") ? `${outcome} ${reason}` : joinTexts(outcome, reason && `: ${reason}`);
  return [formatCount(count), text, describeNames(tenants)];
}

/** `mall-017, mall-088 … (6 more)`. */
export function describeNames(names: readonly string[], most = SHOWN): string {
  const shown = names.slice(0, most).map(printableLine).join(", ");
  const more = names.length - most;
  return more > 0 ? `${shown} … (${formatCount(more)} more)` : shown;
}

function describeEnd({ outcome, reason, next }: RunReport): string {
  if (outcome === "done") return "";
  const goOn = next === undefined ? "" : ` Go on: ${next}`;
  if (outcome === "halted") return `Stopped: ${reason}. Finished tenants stay as they are.${goOn}`;
  if (outcome === "cancelled") return `Cancelled. Finished tenants stay as they are.${goOn}`;
  return `Not all tenants are at the target. Finished tenants stay as they are.${goOn}`;
}

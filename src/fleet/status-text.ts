import { printableLine } from "../printable.ts";
import { plural } from "../words.ts";
import type { StatusClass } from "./classes.ts";
import type { FleetStatus } from "./status.ts";

/** How many names of a class are shown. */
const MOST_NAMES = 2;
/** How many digits of a fingerprint are shown. */
const DIGITS = 8;

/** The classes of a fleet as text: one line each, with the first tenants of those that are not there. */
export function statusText({ target, counts, classes }: FleetStatus): string {
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const width = String(total).length;
  const lines = classes.map((one) => [describeClass(one, classes), listSome(one)] as const);
  const longest = Math.max(0, ...lines.map(([text]) => text.length));
  const rows = lines.map(([text, names], at) =>
    `  ${String(classes[at]?.count).padStart(width)}  ${text.padEnd(longest)}  ${names}`.trimEnd(),
  );
  const head = `${counts.there} of ${plural(total, "tenant")} at ${target.join(", ") || "base"}`;
  return [head, ...rows].join("\n");
}

function describeClass(one: StatusClass, all: readonly StatusClass[]): string {
  const { state, current, reason, fingerprint } = one;
  const at = current.length === 0 ? "" : ` at ${current.join(", ")}`;
  const twins = all.filter((other) => other.state === state && other.current.join() === current.join());
  const schema = twins.length > 1 && fingerprint !== undefined ? ` (schema ${fingerprint.slice(0, DIGITS)})` : "";
  return printableLine(`${state}${at}${schema}${reason === undefined ? "" : `: ${reason}`}`);
}

function listSome({ state, tenants, count }: StatusClass): string {
  if (state === "there") return "";
  const more = count > MOST_NAMES ? ` … (${count - MOST_NAMES} more)` : "";
  return printableLine(`${tenants.slice(0, MOST_NAMES).join(", ")}${more}`);
}

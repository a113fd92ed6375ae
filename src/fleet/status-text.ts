import { joinClauses, joinTexts } from "../collect.ts";
import { printableLine } from "../printable.ts";
import { plural } from "../words.ts";
import { describeNames } from "./report-text.ts";

/** Tenants that are alike, as they are shown. */
export interface ShownClass {
  readonly state: string;
  readonly current: readonly string[];
  readonly fingerprint?: string;
  readonly reason?: string;
  readonly count: number;
  readonly tenants: readonly string[];
}

/** The tenants of a fleet compared with a target, as they are shown. */
export interface ShownStatus {
  readonly target: readonly string[];
  readonly counts: { readonly there: number };
  readonly classes: readonly ShownClass[];
}

/** How many names of a class are shown. */
const MOST_NAMES = 2;
/** How many digits of a fingerprint are shown. */
const DIGITS = 8;

/**
 * The classes of a fleet as text: one line each, with the first tenants of those that are not there.
 * @param there what the tenants are that are there
 */
export function statusText({ target, counts, classes }: ShownStatus, there = "at"): string {
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const width = String(total).length;
  const lines = classes.map((one) => [describeClass(one, classes), listSome(one)] as const);
  const longest = Math.max(0, ...lines.map(([text]) => text.length));
  const rows = lines.map(([text, names], at) =>
    `  ${String(classes[at]?.count).padStart(width)}  ${text.padEnd(longest)}  ${names}`.trimEnd(),
  );
  const head = `${counts.there} of ${plural(total, "tenant")} ${there} ${target.join(", ") || "base"}`;
  return [head, ...rows].join("\n");
}

/** The heading of a class where its differences are shown. */
export function classHeading(number: number, one: ShownClass, all: readonly ShownClass[]): string {
  const names = listSome({ ...one, state: "" });
  return `Class ${number}: ${plural(one.count, "tenant")} ${describeClass(one, all)} (${names})`;
}

function describeClass(one: ShownClass, all: readonly ShownClass[]): string {
  const { state, current, reason, fingerprint } = one;
  const at = current.length === 0 ? "without a revision" : `at ${current.join(", ")}`;
  const where = state === "there" ? at : joinClauses(state, current.length > 0 && at);
  const twins = all.filter((other) => other.state === state && other.current.join() === current.join());
  const shown = fingerprint === undefined ? "schema not saved" : `schema ${fingerprint.slice(0, DIGITS)}`;
  const isKnown = twins.some((other) => other.fingerprint !== undefined);
  return printableLine(
    joinTexts(where, twins.length > 1 && isKnown && ` (${shown})`, reason !== undefined && `: ${reason}`),
  );
}

function listSome({ state, tenants }: ShownClass): string {
  if (state === "there") return "";
  return describeNames(tenants, MOST_NAMES);
}

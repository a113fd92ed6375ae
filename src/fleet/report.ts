import { basename } from "node:path";
import { dropUndefined } from "../given.ts";
import { groupBy } from "../group-by.ts";
import type { TenantLine } from "./line.ts";
import { isReached, OUTCOMES, type Outcome } from "./outcome.ts";
import type { Tenant } from "./tenant.ts";

/** How many tenants ended in each way. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** Tenants that ended alike. */
export interface OutcomeClass {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly count: number;
  readonly tenants: readonly string[];
}

/** How a run ended as a whole. */
export type RunOutcome = "done" | "partial" | "halted" | "cancelled";

/** What a run did to a fleet, as `--json` prints it. */
export interface RunReport {
  /** The ids of the target. */
  readonly target: readonly string[];
  readonly outcome: RunOutcome;
  /** Why the run stopped by itself. */
  readonly reason?: string;
  readonly waves: readonly { readonly name: string; readonly counts: OutcomeCounts }[];
  readonly tenants: readonly TenantLine[];
  readonly classes: readonly OutcomeClass[];
  /** The command that goes on, unless all is done. */
  readonly next?: string;
}

/** A line of the report, and the few words by which it is counted together with others. */
export interface EndedTenant {
  readonly line: TenantLine;
  readonly reason?: string;
}

/**
 * Puts together what a run did to its tenants. A tenant that it did not come to is waiting.
 * @param ended the others, by their names
 */
export function listEnded(
  waves: readonly { readonly name: string; readonly tenants: readonly Pick<Tenant, "name" | "server">[] }[],
  ended: ReadonlyMap<string, EndedTenant>,
): Pick<RunReport, "waves" | "tenants" | "classes"> {
  const lists = waves.map(({ name: wave, tenants }) => {
    const all = tenants.map(({ name, server }): EndedTenant => {
      return ended.get(name) ?? { line: { name, wave, server, outcome: "waiting", durationMs: 0 } };
    });
    return { name: wave, all };
  });
  const all = lists.flatMap((wave) => wave.all);
  return {
    waves: lists.map((wave) => ({ name: wave.name, counts: countOutcomes(wave.all.map(({ line }) => line)) })),
    tenants: all.map(({ line }) => line),
    classes: classifyOutcomes(all),
  };
}

/** Counts outcomes. */
export function countOutcomes(lines: readonly TenantLine[]): OutcomeCounts {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
  for (const { outcome } of lines) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts as OutcomeCounts;
}

/** Puts tenants that ended alike into one class, those that are where they should be first, then the largest ones. */
export function classifyOutcomes(ended: readonly EndedTenant[]): readonly OutcomeClass[] {
  const groups = groupBy(ended, (one) => `${one.line.outcome} ${describeReason(one) ?? ""}`);
  const classes = [...groups.values()].flatMap((all): readonly OutcomeClass[] => {
    const [first] = all;
    if (first === undefined) return [];
    const reason = describeReason(first);
    const tenants = all.map(({ line }) => line.name);
    return [{ outcome: first.line.outcome, ...dropUndefined({ reason }), count: tenants.length, tenants }];
  });
  const rank = ({ outcome, count }: OutcomeClass) => (isReached(outcome) ? Number.POSITIVE_INFINITY : count);
  return classes.sort((a, b) => compareRanks(rank(a), rank(b)));
}

function compareRanks(one: number, other: number): number {
  return one === other ? 0 : other - one;
}

/** `at 7c1f0a9d52b4, shops.ts:31: 23505 UQ_shop_code`; without a place, the reason alone. */
function describeReason({ line: { error }, reason }: EndedTenant): string | undefined {
  if (error?.revision === undefined) return reason;
  const place = [error.file && basename(error.file), error.line].filter(Boolean).join(":");
  return `at ${[error.revision, place].filter(Boolean).join(", ")}: ${reason ?? error.code}`;
}

import { mapGiven } from "../given.ts";
import { plural } from "../words.ts";
import type { TenantLine } from "./line.ts";
import { isReached } from "./outcome.ts";
import type { RunOutcome } from "./report.ts";
import type { Halt } from "./schedule.ts";

/** How a run ended as a whole. */
export function chooseOutcome(
  lines: readonly TenantLine[],
  isStopped: boolean,
  isHalted: boolean,
  isCanaryBad: boolean,
): RunOutcome {
  if (lines.every(({ outcome }) => isReached(outcome))) return "done";
  if (isHalted) return "halted";
  if (lines.every(({ outcome }) => outcome !== "waiting")) return "partial";
  if (isStopped) return "cancelled";
  return isCanaryBad ? "halted" : "partial";
}

/** Why the run stopped by itself, as the beginning of a sentence. */
export function describeHalt(halt: Halt | undefined, last: string | undefined): string | undefined {
  if (halt !== undefined) return HALTS[halt.reason](halt);
  return mapGiven(last, (wave) => `not every tenant of the wave ${wave} is at the target`);
}

const HALTS: Readonly<Record<Halt["reason"], (halt: Halt) => string>> = {
  budget: ({ failed, allowed }) => `${failed} failed, ${allowed} were allowed`,
  preflight: ({ failed, wave }) =>
    `preflight found ${plural(failed, "tenant")} of the wave ${wave} with problems, which is at least half of it. The cause is probably the revision, not the tenants`,
  systemic: () => "two tenants failed in the same way, so the cause is probably the revision",
  project: () => "the revisions cannot be run",
};

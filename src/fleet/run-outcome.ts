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
  if (halt?.reason === "budget") return `${halt.failed} failed, ${halt.allowed} were allowed`;
  if (halt?.reason === "preflight")
    return `preflight found ${plural(halt.failed, "tenant")} of the wave ${halt.wave} with problems, which is at least half of it. This looks like the revision, not the malls`;
  if (halt?.reason === "systemic") return "two tenants failed in the same way, so this looks like the revision";
  if (halt?.reason === "project") return "the revisions cannot be run";
  if (last === undefined) return undefined;
  return `not every tenant of the wave ${last} is at the target`;
}

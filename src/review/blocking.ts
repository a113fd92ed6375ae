import type { MeasuredWork } from "../shadow/measure.ts";
import type { ReviewedStep } from "./finding.ts";
import type { RuleText, StepRule } from "./rule.ts";
import { phraseDuration, type Work } from "./sizes.ts";

const LONG: Readonly<Record<Work, string>> = {
  scan: "As long as PostgreSQL reads the table: roughly 200 MB in a second.",
  build: "As long as the index takes: roughly 50 MB of the table in a second.",
  rewrite: "As long as PostgreSQL writes the table and its indexes again: roughly 40 MB in a second.",
};

/** A new file of a table has new indexes; an index is built from all rows. */
const MEASURED: Readonly<Record<Work, readonly MeasuredWork[]>> = {
  scan: ["scan"],
  build: ["build", "scan"],
  rewrite: ["rewrite", "build", "scan"],
};

const ACCEPT = "When the table is small, or not in use at that time.";
const WAIT = "Reads and writes wait, and so do all queries that come behind them.";
const WRITES_WAIT = "Writes wait, and so do all queries that write and come behind them. Reads do not.";

/** A rule about work on all rows under a lock that blocks others; its level is the size of the table. */
export function blocking(
  work: Work,
  texts: Pick<RuleText, "what" | "instead"> & Pick<StepRule, "measured">,
  find: StepRule["find"],
): StepRule {
  const measured = texts.measured ?? { lock: "ACCESS EXCLUSIVE", work: MEASURED[work] };
  return {
    level: "size",
    evidence: "operation",
    long: LONG[work],
    why: measured.lock === "ACCESS EXCLUSIVE" ? WAIT : WRITES_WAIT,
    accept: ACCEPT,
    ...texts,
    measured,
    find,
  };
}

/** Says what waits for a table, and for how long. */
export function phraseBlock(step: ReviewedStep, table: string, work: Work, why: string): string {
  return `Reads and writes of ${table} wait ${why}${phraseDuration(step.sizeOf(table), work)}.`;
}

/** The probe of an operation that finds something; the operation is about rows that PostgreSQL has to check. */
export function findProbe({ operation }: ReviewedStep, finds: string) {
  return operation.probes?.find((probe) => probe.finds === finds);
}

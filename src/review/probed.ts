import { joinTexts } from "../collect.ts";
import type { ProbeResult } from "../run/probe-revisions.ts";
import { formatCount } from "../words.ts";
import type { ReviewFinding } from "./finding.ts";
import type { Review } from "./review.ts";

/**
 * Replaces what a review says about rows in the way by what probes found.
 * @param results what the probes found, in the order of the operations
 * @param showPath a path as findings show it
 */
export function addProbes(review: Review, results: readonly ProbeResult[], showPath: (file: string) => string): Review {
  const findings = review.findings.flatMap((finding) => {
    if (finding.rule !== "rows-in-the-way") return [finding];
    const own = results.filter(
      ({ revision, line, file }) =>
        revision === finding.revision && (line ?? 1) === finding.line && showPath(file) === finding.file,
    );
    if (own.length === 0) return [finding];
    return own.flatMap((result) => describeResult(finding, result));
  });
  return { ...review, findings };
}

function describeResult(
  finding: ReviewFinding,
  { state, rows = 0, more, table, query, reason, sqlState }: ProbeResult,
): readonly ReviewFinding[] {
  const count = joinTexts(more && "more than ", `${formatCount(rows)} ${rows === 1 && !more ? "row" : "rows"}`);
  const shown = query === undefined ? "" : ` Show them: ${query}`;
  if (state === "clear") return [];
  if (state === "rows-in-the-way")
    return [
      {
        ...finding,
        level: "error",
        evidence: "rows",
        text: `${count} of ${table} in the way: PostgreSQL refuses them with ${sqlState}.${shown}`,
      },
    ];
  if (state === "rows-change")
    return [{ ...finding, level: "info", evidence: "rows", text: `${count} of ${table} change.${shown}` }];
  return [{ ...finding, text: `Rows of ${table} may be in the way. ${reason ?? ""}${shown}`.trim() }];
}

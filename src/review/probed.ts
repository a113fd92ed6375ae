import { joinTexts } from "../collect.ts";
import type { ProbeResult } from "../run/probe-revisions.ts";
import type { RuleName } from "../schema/rule-names.ts";
import { formatCount, plural } from "../words.ts";
import type { ReviewFinding } from "./finding.ts";
import type { Review } from "./review.ts";

/** Describes a finding by what a probe of its operation found; several findings where the operation has several probes. */
type Describe = (finding: ReviewFinding, result: ProbeResult) => readonly ReviewFinding[];

const DESCRIBE: Readonly<Partial<Record<RuleName, Describe>>> = {
  "rows-in-the-way": describeResult,
  "drop-column": describeDrop,
};

/**
 * Replaces what a review says about rows in the way, and about columns that are dropped, by what probes found.
 * @param results what the probes found, in the order of the operations
 * @param showPath a path as findings show it
 */
export function addProbes(
  review: Review,
  results: Readonly<Partial<Record<RuleName, readonly ProbeResult[]>>>,
  showPath: (file: string) => string,
): Review {
  const findings = review.findings.flatMap((finding) => {
    const describe = DESCRIBE[finding.rule];
    const own = (results[finding.rule] ?? []).filter(
      ({ revision, line, file, table }) =>
        revision === finding.revision &&
        (line ?? 1) === finding.line &&
        showPath(file) === finding.file &&
        table === finding.table,
    );
    if (own.length === 0 || describe === undefined) return [finding];
    const together = review.findings.filter((one) => isOfOneLine(one, finding));
    if (together[0] !== finding) return [];
    return own.flatMap((result, at) => {
      const about = together[at] ?? { ...finding, fingerprint: `${finding.fingerprint}.${at + 1}` };
      return describe(about, result);
    });
  });
  return { ...review, findings };
}

/** Whether two findings are about one line and one table: a loop writes several operations in a line. */
function isOfOneLine(one: ReviewFinding, other: ReviewFinding): boolean {
  return (["rule", "revision", "file", "line", "table"] as const).every((key) => one[key] === other[key]);
}

function describeDrop(
  finding: ReviewFinding,
  { state, rows = 0, more, table, name }: ProbeResult,
): readonly ReviewFinding[] {
  if (state === "clear")
    return [{ ...finding, level: "info", evidence: "rows", text: `Every value of ${table}.${name} is NULL.` }];
  if (state !== "rows-in-the-way") return [finding];
  const count = joinTexts(more && "more than ", plural(rows, "row"));
  return [{ ...finding, evidence: "rows", text: `The values of ${table}.${name} are lost, in ${count}.` }];
}

function describeResult(
  finding: ReviewFinding,
  { state, rows = 0, more, table, query, reason, sqlState }: ProbeResult,
): readonly ReviewFinding[] {
  const count = joinTexts(more && "More than ", `${formatCount(rows)} ${rows === 1 && !more ? "row" : "rows"}`);
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

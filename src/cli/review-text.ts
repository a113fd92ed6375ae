import { collect, joinTexts } from "../collect.ts";
import { printable, printableLine } from "../printable.ts";
import { countFindings } from "../review/count-findings.ts";
import type { ReviewFinding } from "../review/finding.ts";
import type { Review } from "../review/review.ts";
import { wrapText } from "./ask.ts";

const WIDTH = 80;
const SIZES: Readonly<Record<Review["sizes"], string>> = {
  database: "Sizes: from the database.",
  file: "Sizes: from the file.",
  none: "Sizes: not known, so every table counts as large. To use real ones: --sizes FILE.",
};

/** Prints a review for a terminal of 80 columns. */
export function printReview({ revisions, sizes, findings }: Review): string {
  if (revisions.length === 0) return "Nothing to review: every revision is applied.";
  const parts = revisions.map((revision) => {
    const own = findings.filter((finding) => finding.revision === revision);
    return [joinTexts(revision, own.length === 0 && "  nothing found"), ...own.flatMap(printFinding)].join("\n");
  });
  return [
    ...parts,
    `${countFindings(findings)} ${SIZES[sizes]}`
      .split("\n")
      .flatMap((line) => wrapText(line, WIDTH))
      .join("\n"),
  ].join("\n\n");
}

function printFinding({ level, rule, file, line, text, accepted }: ReviewFinding): readonly string[] {
  const head = `  ${accepted === undefined ? level : "accepted"}  ${rule}  ${file}:${line}`;
  const reason = collect(accepted !== undefined && `    Accepted: ${accepted}`);
  return [head, `    ${text}`, ...reason].map(printableLine).flatMap((one) => wrapText(printable(one), WIDTH));
}

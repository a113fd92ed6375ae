import { collect, joinTexts } from "../collect.ts";
import { printableLine } from "../printable.ts";
import { countFindings } from "../review/count-findings.ts";
import type { ReviewedRevision, ReviewFinding } from "../review/finding.ts";
import { listOpenQuestions } from "../review/open-questions.ts";
import { recipeText } from "../review/recipe-text.ts";
import type { Review } from "../review/review.ts";
import { wrapText } from "../words.ts";

const WIDTH = 80;
const SIZES: Readonly<Record<Review["sizes"], string>> = {
  database: "Sizes: from the database.",
  file: "Sizes: from the file.",
  none: "Sizes: not known, so every table counts as large. To use real ones: --sizes FILE.",
};

/** Prints a review for a terminal of 80 columns. */
export function printReview({ revisions, sizes, findings }: Review, reviewed: readonly ReviewedRevision[]): string {
  if (revisions.length === 0) return "There is no revision to review.";
  const parts = revisions.map((revision) => {
    const own = findings.filter((finding) => finding.revision === revision);
    const head = joinTexts(revision, own.length === 0 && "  nothing found");
    return [head, ...printQuestions(reviewed, revision), ...own.flatMap(printFinding)].join("\n");
  });
  return [
    ...parts,
    `${countFindings(findings)} ${SIZES[sizes]}`
      .split("\n")
      .flatMap((line) => wrapText(line, WIDTH))
      .join("\n"),
  ].join("\n\n");
}

function printQuestions(reviewed: readonly ReviewedRevision[], revision: string): readonly string[] {
  const about = reviewed.find((one) => one.revision === revision);
  return (about === undefined ? [] : listOpenQuestions(about)).flatMap(({ line, text }) => [
    ...wrapText(printableLine(`  open question  ${about?.file}:${line}`), WIDTH),
    ...wrapText(`    ${printableLine(text.split("\n")[0] ?? "")}`, WIDTH),
  ]);
}

function printFinding(finding: ReviewFinding): readonly string[] {
  const { level, rule, file, line, text, accepted } = finding;
  const head = `  ${accepted === undefined ? level : "accepted"}  ${rule}  ${file}:${line}`;
  const reason = collect(accepted !== undefined && `    Accepted: ${accepted}`);
  const said = [head, `    ${text}`, ...reason].map(printableLine).flatMap((one) => wrapText(one, WIDTH));
  return [...said, ...printRecipe(finding)];
}

/** The most lines of a recipe; Markdown and `--fix` have all of it. */
const MOST_LINES = 8;

/** What to write instead; nothing where the finding is no more than an info, since the table is small. */
function printRecipe(finding: ReviewFinding): readonly string[] {
  const { recipe, accepted, level } = finding;
  if (recipe === undefined || accepted !== undefined || level === "info") return [];
  const lines = recipeText(finding)
    .split("\n")
    .flatMap((line) => wrapText(`      ${printableLine(line)}`, WIDTH));
  if (lines.length <= MOST_LINES) return lines;
  const shown = lines.slice(0, MOST_LINES - 1);
  return [...shown, `      … ${lines.length - shown.length} more lines: remodel review --format markdown`];
}

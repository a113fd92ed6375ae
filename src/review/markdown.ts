import { collect } from "../collect.ts";
import { mapGiven } from "../given.ts";
import { printable, printableLine } from "../printable.ts";
import { findChangedTables } from "./changed-tables.ts";
import type { ReviewedRevision, ReviewFinding } from "./finding.ts";
import type { Level } from "./level.ts";
import { toMermaid } from "./mermaid.ts";
import { listOpenQuestions } from "./open-questions.ts";
import { recipeText } from "./recipe-text.ts";
import type { Review } from "./review.ts";

const SIGNS: Readonly<Record<Level, string>> = { error: "🛑 error", warning: "⚠️ warning", info: "ℹ️ info" };
const SIZES: Readonly<Record<Review["sizes"], string>> = {
  database: "Table sizes are those of the database.",
  file: "Table sizes come from a file.",
  none: "Table sizes are not known, so every table counts as large.",
};

/** A link in a comment leads into the repository of the project, which does not have the page. */
const RULES_PAGE = "`node_modules/typeorm-remodel/docs/rules.md`";

/** A review for a comment of a pull request. */
export function toMarkdown({ revisions, sizes, findings }: Review, reviewed: readonly ReviewedRevision[]): string {
  const head = "## remodel review";
  if (revisions.length === 0) return `${head}\n\nThere is no revision to review.\n`;
  const parts = revisions.map((revision) => {
    const own = findings.filter((finding) => finding.revision === revision);
    const about = reviewed.find((one) => one.revision === revision);
    const drawn = drawChanges(about);
    const found = own.length === 0 ? "Nothing found." : listFindings(own);
    return collect(`### ${escapeText(revision)}`, listQuestions(about), found, drawn).join("\n\n");
  });
  const rules = collect(findings.length > 0 && `The rules are explained in ${RULES_PAGE}.`);
  return `${[head, ...parts, [SIZES[sizes], ...rules].join(" ")].join("\n\n")}\n`;
}

function listQuestions(reviewed: ReviewedRevision | undefined): string | undefined {
  const open = mapGiven(reviewed, listOpenQuestions) ?? [];
  if (open.length === 0) return undefined;
  const items = open.map(({ line, text }) => `- line ${line}: ${escapeText(text)}`);
  return ["**Open questions.** It cannot run before they are answered.", "", ...items].join("\n");
}

/** What changes, as a picture. GitHub and GitLab draw it. */
function drawChanges(reviewed: ReviewedRevision | undefined): string | undefined {
  if (reviewed === undefined) return undefined;
  const { steps, before, after } = reviewed;
  const operations = steps.map(({ operation }) => operation);
  const text = toMermaid(findChangedTables(operations, before, after));
  return text && `\`\`\`mermaid\n${text}\n\`\`\``;
}

function listFindings(findings: readonly ReviewFinding[]): string {
  const rows = findings.map(({ level, rule, file, line, text, accepted }) => {
    const state = accepted === undefined ? SIGNS[level] : "✅ accepted";
    const reason = accepted === undefined ? "" : `<br>Accepted: ${escapeText(accepted)}`;
    return `| ${state} | ${asCode(rule)} | ${asCode(`${file}:${line}`)} | ${escapeText(text)}${reason} |`;
  });
  const table = ["| | rule | where | what happens |", "|---|---|---|---|", ...rows].join("\n");
  const recipes = findings
    .filter(({ recipe, accepted }) => recipe !== undefined && accepted === undefined)
    .map(printRecipe);
  return [table, ...recipes].join("\n\n");
}

/** What to write instead, as the lines of a revision. */
function printRecipe(finding: ReviewFinding): string {
  const { rule, table } = finding;
  const text = recipeText(finding);
  const fence = makeFence(text);
  const about = table === undefined ? "" : ` on <code>${escapeHtml(printableLine(table))}</code>`;
  return `<details><summary>Instead of ${rule}${about}</summary>\n\n${fence}ts\n${text}\n${fence}\n\n</details>`;
}

/** A fence that no line of the text closes: it has more backquotes than the text has in a row. */
function makeFence(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return "`".repeat(Math.max(3, longest + 1));
}

/** A name as code. In a table a code span cannot have every character. */
function asCode(name: string): string {
  return /^[\w ./:-]+$/.test(name) ? `\`${name}\`` : `<code>${escapeText(name)}</code>`;
}

function escapeText(text: string): string {
  return escapeHtml(printable(text).replaceAll(/\s+/g, " "))
    .replaceAll(/[\\|*_~`[\]]/g, "\\$&")
    .replaceAll(/[@#](?=\w)/g, "$&&#8203;")
    .replaceAll("$", "&#36;");
}

/** Markdown leaves text between tags as it is. */
function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

import { collect } from "../collect.ts";
import { type Html, html, printPage } from "../html.ts";
import { phraseOperation } from "../kinds/operation-text.ts";
import { printable } from "../printable.ts";
import type { Operation } from "../schema/operation.ts";
import { joinNames, plural } from "../words.ts";
import { type ChangedTable, type ChangedTables, findChangedTables, tableText } from "./changed-tables.ts";
import { countFindings } from "./count-findings.ts";
import { DIAGRAM_STYLE, drawTables } from "./diagram.ts";
import type { ReviewedRevision, ReviewedStep, ReviewFinding } from "./finding.ts";
import type { Level } from "./level.ts";
import { listLost } from "./notes.ts";
import { listOpenQuestions } from "./open-questions.ts";
import { recipeText } from "./recipe-text.ts";
import type { Review } from "./review.ts";
import { RULES } from "./rules.ts";
import { type LinePair, markOf, pairTexts } from "./side-by-side.ts";
import { schemaText } from "./text.ts";
import { showTimeLine, TIME_LINE_STYLE } from "./time-line.ts";

const SIZES: Readonly<Record<Review["sizes"], string>> = {
  database: "table sizes are those of the database",
  file: "table sizes come from a file",
  none: "table sizes are not known, so every table counts as large",
};

/**
 * Prints a review as one HTML file that can be sent to somebody: for each revision what changes, in words, as a picture and
 * as texts, what was found, which statements hold which locks, and what the way back loses.
 */
export function printReviewPage(review: Review, revisions: readonly ReviewedRevision[]): string {
  const title = `Review of ${plural(revisions.length, "revision")}`;
  const facts = `${countFindings(review.findings).slice(0, -1)} · ${SIZES[review.sizes]}`;
  const body = html`<h1>${title}</h1><p class="quiet">${facts}</p>
${revisions.length === 0 && html`<p>There is no revision to review.</p>`}
${revisions.length > 1 && html`<ul>${revisions.map(({ revision, message }) => html`<li><a href="#${revision}">${revision}</a> ${printable(message)}</li>`)}</ul>`}
${revisions.map((one) => showRevision(one, review.findings))}`;
  return printPage({ title, body, style: STYLE + DIAGRAM_STYLE + TIME_LINE_STYLE });
}

/** A finding with its number in the page. */
interface Numbered {
  readonly finding: ReviewFinding;
  readonly id: string;
}

function showRevision(reviewed: ReviewedRevision, all: readonly ReviewFinding[]): Html {
  const { revision, message, file, steps, before, after } = reviewed;
  const own = all.filter((finding) => finding.revision === revision);
  const findings = own.map((finding, at) => ({ finding, id: `${revision}-${at + 1}` }));
  const operations = steps.map(({ operation }) => operation);
  const changed = findChangedTables(operations, before, after);
  return html`<section id="${revision}"><h2>${revision} ${printable(message)}</h2><p class="quiet">${printable(file)}</p>
${showChanges(operations)}${showQuestions(steps)}${showDiagram(changed)}${showFindings(findings)}
${showSchemas(changed, reviewed)}${showStatements(reviewed, findings)}${showWayBack(reviewed)}</section>`;
}

/** What is in a list of operations but notes to persons and the ends of transactions. */
function listReal(operations: readonly Operation[]): readonly Operation[] {
  return operations.filter(({ note, endsTransaction }) => note === undefined && !endsTransaction);
}

function listPhrases(operations: readonly Operation[]): readonly Html[] {
  return listReal(operations).map((operation) => html`<li>${phraseOperation(operation)}</li>`);
}

function showChanges(operations: readonly Operation[]): Html {
  const phrases = listPhrases(operations);
  if (phrases.length === 0) return html`<p>It changes nothing.</p>`;
  return html`<h3>What changes</h3><ul>${phrases}</ul>`;
}

function showQuestions(steps: readonly ReviewedStep[]): Html | undefined {
  const open = listOpenQuestions({ steps });
  if (open.length === 0) return undefined;
  const items = open.map(({ text, line }) => html`<li>${printable(text)} <span class="quiet">line ${line}</span></li>`);
  return html`<h3>Open questions</h3><p>It cannot run before they are answered.</p><ul class="questions">${items}</ul>`;
}

const TONES: Readonly<Record<Level, string>> = { error: "bad", warning: "warn", info: "idle" };

function showFindings(findings: readonly Numbered[]): Html {
  if (findings.length === 0) return html`<h3>Findings</h3><p>Nothing was found.</p>`;
  return html`<h3>Findings</h3>${findings.map(showFinding)}`;
}

function showFinding({ finding, id }: Numbered): Html {
  const { rule, line, text, accepted, recipe } = finding;
  const { why, accept } = RULES[rule];
  return html`<div class="finding ${toneOf(finding)}" id="${id}"><p><b class="${toneOf(finding)}">${stateOf(finding)}</b> <code>${rule}</code> <span class="quiet">line ${line}</span></p>
<p>${printable(text)}</p>
${accepted !== undefined && html`<p>Accepted: ${printable(accepted)}</p>`}
<p class="quiet">${why}${accepted === undefined && ` To be accepted: ${accept.charAt(0).toLowerCase()}${accept.slice(1)}`}</p>
${recipe !== undefined && html`<p>Written out:</p><pre>${printable(recipeText(finding))}</pre>`}</div>
`;
}

function stateOf({ level, accepted }: ReviewFinding): string {
  if (accepted !== undefined) return "accepted";
  return level;
}

function toneOf({ level, accepted }: ReviewFinding): string {
  if (accepted !== undefined) return "good";
  return TONES[level];
}

function showDiagram(changed: ChangedTables): Html | undefined {
  const drawn = drawTables(changed);
  if (drawn === undefined) return undefined;
  return html`<h3>The tables</h3><p class="quiet"><span class="good">+ new</span> · <span class="bad">− gone</span> · <span class="warn">~ changed</span> · without a sign: a neighbour. An arrow is a foreign key.</p>
${drawn}`;
}

function showSchemas({ tables }: ChangedTables, { before, after }: ReviewedRevision): Html | undefined {
  const { tables: _, ...rest } = before;
  const { tables: __, ...others } = after;
  const parts = collect(
    ...tables.filter(({ fate }) => fate !== "same").map((table) => showTable(table)),
    showBeside(schemaText(rest), schemaText(others)),
  );
  if (parts.length === 0) return undefined;
  return html`<h3>Before and after</h3>
<p class="quiet">Tables with their columns, keys, checks and indexes, and enum types. What else changes is said in words above.</p>${parts}`;
}

function showTable({ before, after }: ChangedTable): Html | undefined {
  const text = showBeside(tableText(before), tableText(after));
  return (
    text &&
    html`${text}
`
  );
}

/** Shows two texts side by side, with all their lines. */
function showBeside(before: string, after: string): Html | undefined {
  if (before === after) return undefined;
  const blocks = pairTexts(before, after, before.length + after.length);
  if (blocks === undefined) return html`<pre>${printable(before)}</pre><pre>${printable(after)}</pre>`;
  return html`<table class="two-sides"><thead class="hidden"><tr><th>Before</th><th>After</th></tr></thead><tbody>${blocks.flat().map(showPair)}</tbody></table>`;
}

function showPair(pair: LinePair): Html {
  const { left, right } = pair;
  const differs = markOf(pair) !== " ";
  return html`<tr><td${differs && left !== undefined && { html: ' class="removed"' }}>${showLine(left)}</td><td${differs && right !== undefined && { html: ' class="added"' }}>${showLine(right)}</td></tr>
`;
}

function showLine(line: string | undefined): Html | undefined {
  if (line === undefined || line === "") return undefined;
  return html`<code>${printable(line)}</code>`;
}

function showStatements(reviewed: ReviewedRevision, findings: readonly Numbered[]): Html | undefined {
  if (listReal(reviewed.steps.map(({ operation }) => operation)).length === 0) return undefined;
  const showLinks = ({ line, operation }: ReviewedStep) => {
    const own = findings.filter(({ finding }) => finding.line === line && finding.operation === operation.name);
    const links = own.map(
      ({ finding, id }) => html` <a class="${toneOf(finding)}" href="#${id}">${stateOf(finding)}: ${finding.rule}</a>`,
    );
    if (own.length === 0) return undefined;
    return html`<p class="links">${links}</p>`;
  };
  return html`<h3>Statements and locks</h3>${showTimeLine(reviewed, showLinks)}`;
}

function showWayBack({ downgrade }: ReviewedRevision): Html {
  const lost = listLost(downgrade);
  const none = downgrade.filter(({ note }) => note === "no way back");
  const phrases = listPhrases(downgrade);
  return html`<h3>The way back</h3>
${none.map(({ args }) => html`<p class="bad">There is no way back: ${printable(String(args[0]))}</p>`)}
${lost.length > 0 && html`<p class="warn">A downgrade loses what ${printable(joinNames(lost))} has by then.</p>`}
${lost.length + none.length === 0 && html`<p>A downgrade drops no column and no table.</p>`}
${phrases.length > 0 && html`<ul>${phrases}</ul>`}`;
}

const STYLE = `
h2 { border-top: 1px solid var(--line); padding-top: 22px; } h3 { font-size: 15px; margin: 24px 0 8px; } ul { margin: 6px 0; padding-left: 22px; } a { color: var(--accent); }
li, p, h1, h2 { overflow-wrap: anywhere; } .questions li { white-space: pre-line; }
.finding { border: 1px solid var(--line); border-left: 6px solid currentColor; border-radius: 4px; padding: 6px 12px; margin: 8px 0; break-inside: avoid; }
.finding > p, .finding > pre { color: var(--text); } .finding > p.quiet { color: var(--quiet); font-size: 13px; }
.links a { margin-right: 12px; font-size: 13px; color: inherit; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
table.two-sides { table-layout: fixed; margin: 8px 0 14px; border: 1px solid var(--line); background: var(--panel); } table.two-sides td { width: 50%; border: 0; padding: 0 10px; }
table.two-sides td + td { border-left: 1px solid var(--line); } table.two-sides code { white-space: pre-wrap; overflow-wrap: anywhere; }
table.two-sides .added code { color: var(--good); } table.two-sides .removed code { color: var(--bad); }
table.two-sides code::before { content: "  "; } table.two-sides .added code::before { content: "+ "; } table.two-sides .removed code::before { content: "− "; }
@media print { h3 { break-after: avoid; } pre { white-space: pre-wrap; } }
`;

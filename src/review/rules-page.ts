import { RULE_NAMES, type RuleName } from "../schema/rule-names.ts";
import type { MeasuredWork } from "../shadow/measure.ts";
import type { Claim, ReviewRule } from "./rule.ts";
import { RULES } from "./rules.ts";

/** The majors of PostgreSQL on which a test measured what the rules claim. */
export const MEASURED_ON: readonly number[] = [14, 15, 16, 17, 18];

const HEAD = `# Rules

What \`remodel review\` can find. A test writes this page from the rules: \`npx vitest run test/unit/rules-page.test.ts -u\`.

- A finding is an **error**, a **warning** or an **info**. Where the level is "by size", the largest table decides: info below 10 MB, a warning below 1 GB, else an error. A table of unknown size counts as large.
- No rule says anything about a table that the same revision creates, nor about an empty one, except that \`drop-table\` is an info there.
- To accept a finding, write above the operation: \`op.accept("drop-table", "the rows are in the archive");\`. A finding about the whole revision is accepted above its first operation. The reason is required.
- **Measured** says what a test measured when it ran an operation about which the rule says something, on PostgreSQL ${MEASURED_ON.slice(0, -1).join(", ")} and ${MEASURED_ON.at(-1)}: the lock on the table, and what was done to its rows.
- Durations are rough: an ordinary disk reads 200 MB, builds an index over 50 MB and writes 40 MB in a second.
`;

const LEVELS: Readonly<Record<ReviewRule["level"], string>> = {
  error: "error",
  warning: "warning",
  info: "info",
  size: "by size",
  "warning by size": "warning; info for a small table",
};

const WORK: Readonly<Record<MeasuredWork, string>> = {
  rewrite: "the table is rewritten",
  build: "indexes are built",
  scan: "all rows are read",
  write: "rows are written",
};

/** The text of docs/rules.md: a table of all rules, and a section for each. */
export function writeRulesPage(): string {
  const rows = RULE_NAMES.map(
    (name) => `| [${name}](#${name}) | ${LEVELS[RULES[name].level]} | ${writeCells(RULES[name])} |`,
  );
  const table = ["| rule | level | measured | on PostgreSQL |", "|---|---|---|---|", ...rows].join("\n");
  return [HEAD, `${table}\n`, ...RULE_NAMES.map(writeSection)].join("\n");
}

/** What was measured, and on which majors; of a rule that says nothing about a lock and about rows, nothing. */
function writeCells({ measured }: ReviewRule): string {
  return measured === undefined ? " | " : `${describeClaim(measured)} | ${MEASURED_ON.join(", ")}`;
}

function writeSection(name: RuleName): string {
  const { level, what, long, why, instead, accept, measured } = RULES[name];
  return `## ${name}

Level: ${LEVELS[level]}.

- **What happens**: ${what}
- **How long**: ${long}
- **Why it matters**: ${why}
- **Instead**: ${instead}
- **When to accept it**: ${accept}
${measured === undefined ? "" : `- **Measured**: ${describeClaim(measured)}.\n`}`;
}

function describeClaim({ lock, work }: Claim): string {
  const done = work.length === 0 ? ["no rows are read or written"] : work.map((one) => WORK[one]);
  const held = lock === undefined ? "" : `the lock is ${lock}; `;
  return `${held}${done.join(", ")}`;
}

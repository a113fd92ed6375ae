import { RULE_NAMES, type RuleName } from "../schema/rule-names.ts";
import type { ReviewRule } from "./rule.ts";
import { RULES } from "./rules.ts";

const HEAD = `# Rules

What \`remodel review\` can find. A test writes this page from the rules: \`npx vitest run test/unit/rules-page.test.ts -u\`.

- A finding is an **error**, a **warning** or an **info**. Where the level is "by size", the largest table decides: info below 10 MB, a warning below 1 GB, else an error. A table of unknown size counts as large.
- No rule says anything about a table that the same revision creates, nor about an empty one, except that \`drop-table\` is an info there.
- To accept a finding, write above the operation: \`op.accept("drop-table", "the rows are in the archive");\`. A finding about the whole revision is accepted above its first operation. The reason is required.
- Durations are rough: an ordinary disk reads 200 MB, builds an index over 50 MB and writes 40 MB in a second.
`;

const LEVELS: Readonly<Record<ReviewRule["level"], string>> = {
  error: "error",
  warning: "warning",
  info: "info",
  size: "by size",
  "warning by size": "warning; info for a small table",
};

/** The text of docs/rules.md: a section for each rule. */
export function writeRulesPage(): string {
  const contents = RULE_NAMES.map((name) => `- [${name}](#${name}): ${LEVELS[RULES[name].level]}`).join("\n");
  return [HEAD, `${contents}\n`, ...RULE_NAMES.map(writeSection)].join("\n");
}

function writeSection(name: RuleName): string {
  const { level, what, long, why, instead, accept } = RULES[name];
  return `## ${name}

Level: ${LEVELS[level]}.

- **What happens**: ${what}
- **How long**: ${long}
- **Why it matters**: ${why}
- **Instead**: ${instead}
- **When to accept it**: ${accept}
`;
}

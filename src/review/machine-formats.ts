import { RULE_NAMES } from "../schema/rule-names.ts";
import type { ReviewFinding } from "./finding.ts";
import type { Level } from "./level.ts";
import type { Review } from "./review.ts";
import { RULES } from "./rules.ts";

const SARIF_LEVELS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", info: "note" };

/** A review as SARIF 2.1.0. Accepted findings are suppressed. */
export function toSarif({ findings }: Review): string {
  const used = RULE_NAMES.filter((name) => findings.some(({ rule }) => rule === name));
  const run = {
    tool: {
      driver: {
        name: "remodel",
        informationUri: "https://www.npmjs.com/package/typeorm-remodel",
        rules: used.map((id) => ({
          id,
          shortDescription: { text: RULES[id].what },
          fullDescription: { text: `${RULES[id].why} ${RULES[id].instead}` },
          help: { text: `${RULES[id].instead} See docs/rules.md#${id}.` },
        })),
      },
    },
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => toSarifResult(finding, used)),
  };
  return JSON.stringify(
    { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] },
    null,
    2,
  );
}

function toSarifResult(finding: ReviewFinding, used: readonly string[]): object {
  return {
    ruleId: finding.rule,
    ruleIndex: used.indexOf(finding.rule),
    level: SARIF_LEVELS[finding.level],
    message: { text: finding.text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: finding.file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" },
          region: { startLine: finding.line },
        },
      },
    ],
    partialFingerprints: { "remodel/v2": finding.fingerprint },
    ...(finding.accepted !== undefined && {
      suppressions: [{ kind: "inSource", status: "accepted", justification: finding.accepted }],
    }),
  };
}

const GITHUB_LEVELS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", info: "notice" };

/** The open questions and findings as annotations of GitHub Actions. */
export function toGithub({ findings, openQuestions = [] }: Review): string {
  const open = findings.filter(({ accepted }) => accepted === undefined);
  return [
    ...openQuestions.map((one) => annotate("warning", { ...one, rule: "open question" })),
    ...open.map((one) => annotate(GITHUB_LEVELS[one.level], one)),
  ].join("\n");
}

function annotate(
  level: string,
  { file, line, rule, text }: { readonly rule: string } & Pick<ReviewFinding, "file" | "line" | "text">,
): string {
  return `::${level} file=${escapeProperty(file)},line=${line},title=${escapeProperty(rule)}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

const GITLAB_LEVELS: Readonly<Record<Level, string>> = { error: "critical", warning: "minor", info: "info" };

/** The open findings as a report of GitLab Code Quality. */
export function toGitlab({ findings }: Review): string {
  const open = findings.filter(({ accepted }) => accepted === undefined);
  return JSON.stringify(
    open.map((finding) => ({
      description: finding.text,
      check_name: finding.rule,
      fingerprint: finding.fingerprint,
      severity: GITLAB_LEVELS[finding.level],
      location: { path: finding.file, lines: { begin: finding.line } },
    })),
    null,
    2,
  );
}

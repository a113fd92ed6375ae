import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { REVIEW_FORMATS } from "../../src/cli/review-formats.ts";
import { printReview } from "../../src/cli/review-text.ts";
import type { ReviewFinding } from "../../src/review/finding.ts";
import { toGithub, toGitlab, toSarif } from "../../src/review/machine-formats.ts";
import { toMarkdown } from "../../src/review/markdown.ts";
import type { Review } from "../../src/review/review.ts";
import type { Operations } from "../../src/revision/op.ts";
import { RULE_NAMES } from "../../src/schema/rule-names.ts";
import {
  type Example,
  exampleReview,
  HOSTILE,
  hostileReview,
  reviewWrites,
  SCHEMA,
  type Write,
} from "../support/example-review.ts";
import { findInvalid, type JsonSchema } from "../support/json-schema.ts";
import { SARIF_SCHEMA } from "../support/sarif-schema.ts";

const { review, revisions } = exampleReview();

/** What GitLab reads: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const GITLAB_SCHEMA: JsonSchema = {
  type: "array",
  items: {
    type: "object",
    required: ["description", "check_name", "fingerprint", "severity", "location"],
    properties: {
      description: { type: "string" },
      check_name: { type: "string" },
      fingerprint: { type: "string" },
      severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
      location: {
        type: "object",
        required: ["path", "lines"],
        properties: {
          path: { type: "string", pattern: "^(?!/|\\./)" },
          lines: { type: "object", required: ["begin"], properties: { begin: { type: "integer", minimum: 1 } } },
        },
      },
    },
  },
};

describe("Markdown", () => {
  const text = toMarkdown(review, revisions);
  const [, diagram = ""] = /```mermaid\n([\s\S]*?)\n```/.exec(text) ?? [];

  test("has a diagram of only what changed", () => {
    expect(diagram.split("\n")).toEqual([
      "erDiagram",
      '  "shop (changed)" {',
      '    character_varying(20) code "NOT NULL"',
      '    timestamp_without_time_zone opened_at "was opened"',
      '    text fax "gone"',
      "  }",
      '  "bill (changed)" {',
      '    bigint id "integer → bigint"',
      "  }",
      '  "tenant (new)" {',
      '    integer id "new"',
      '    text name "new"',
      '    integer shop_id "new"',
      "  }",
      '  "fax_log (gone)" {',
      '    integer id "gone"',
      '    integer shop_id "gone"',
      "  }",
      '  "mall" |o--o{ "shop (changed)" : "FK_shop_mall"',
      '  "shop (changed)" ||--o{ "bill (changed)" : "FK_bill_shop"',
      '  "shop (changed)" ||--o{ "tenant (new)" : "FK_tenant_shop (new)"',
      '  "shop (changed)" ||--o{ "fax_log (gone)" : "FK_fax_log_shop (gone)"',
    ]);
  });

  test("has the recipes", () => {
    expect(text).toContain("<summary>Instead of index-blocks-writes on <code>shop</code></summary>");
    expect(text).toContain(
      'op.createIndex("shop", { name: "IDX_shop_code", columns: ["code"] }, { concurrently: true });',
    );
  });

  test("has a recipe as the lines of one revision", () => {
    const setNotNull = (op: Operations) => op.alterColumn("shop", "code", { nullable: false });
    const { review, revisions } = reviewWrites([{ id: "aaaa", message: "", up: setNotNull }], {});
    expect(toMarkdown(review, revisions)).toContain(`\`\`\`ts
op.createCheckConstraint(
  "shop",
  { name: "CHK_shop_code_not_null", expression: \`"code" IS NOT NULL\` },
  { notValid: true },
);
op.commit();
op.validateConstraint("shop", "CHK_shop_code_not_null");
op.commit();
op.alterColumn("shop", "code", { nullable: false });
op.dropConstraint("shop", "CHK_shop_code_not_null");
\`\`\``);
  });

  test("has no diagram where no table changes", () => {
    const none = reviewWrites([{ id: "aaaa", message: "", up: (op) => op.createEnum("tier", ["a"]) }], {});
    expect(toMarkdown(none.review, none.revisions)).not.toContain("mermaid");
  });

  test("has a diagram that GitHub still draws, however many tables change, and says how many are left out", () => {
    const columns = Array.from({ length: 40 }, (_, at) => ({ name: `column_${at}`, type: "integer" }));
    const up = (op: Operations) => {
      for (let at = 0; at < 200; at += 1) {
        op.createTable(`table_${at}`, { columns });
        const references = { table: "table_0", columns: ["column_0"] };
        op.createForeignKey(`table_${at}`, { name: `FK_${at}`, columns: ["column_1"], references });
      }
    };
    const many = reviewWrites([{ id: "aaaa", message: "", up }], {});
    const [, drawn = ""] = /```mermaid\n([\s\S]*?)\n```/.exec(toMarkdown(many.review, many.revisions)) ?? [];
    expect(drawn.length).toBeLessThan(50_000);
    expect(drawn).toContain('"… and 170 more tables"');
  });

  test("writes no name that Mermaid or the fence would read as something else", () => {
    const columns = [{ name: '9 "odd"\n```', type: "numeric(8,2)" }];
    const odd = reviewWrites(
      [{ id: "aaaa", message: "", up: (op) => op.createTable('"a ""b"" %;{}"', { columns }) }],
      {},
    );
    const [, drawn = ""] = /```mermaid\n([\s\S]*?)\n```/.exec(toMarkdown(odd.review, odd.revisions)) ?? [];
    expect(drawn.split("\n")).toEqual([
      "erDiagram",
      expect.stringMatching(/^ {2}"[^"%;{}\\]+ \(new\)" \{$/),
      '    numeric(8_2) _9_odd_ "new"',
      "  }",
    ]);
  });
});

test("text fits 80 columns, and shows a few lines of what to write instead", () => {
  const lines = printReview(review, revisions).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContain('      op.createIndex("shop", { name: "IDX_shop_code", columns: ["code"] }, {');
  const notNull = lines.findIndex((line) => line.includes("error  not-null-scan"));
  const next = lines.findIndex((line, at) => at > notNull && /^ {2}\w/.test(line));
  expect(lines.slice(notNull, next).filter((line) => line.startsWith("      "))).toHaveLength(8);
  expect(lines[next - 1]).toMatch(/^ {6}… \d+ more lines: remodel review --format markdown$/);
});

describe("JSON", () => {
  const schema: JsonSchema = JSON.parse(
    readFileSync(new URL("../../docs/review.schema.json", import.meta.url), "utf8"),
  );
  const print = async (one: Example) => JSON.parse((await REVIEW_FORMATS["json"]?.(one.review, one.revisions)) ?? "");

  test("is as docs/review.schema.json says", async () => {
    expect(findInvalid(await print({ review, revisions }), schema)).toEqual([]);
    const { $defs } = schema as { readonly $defs: { readonly finding: { readonly properties: JsonSchema } } };
    expect($defs.finding.properties["rule"]).toEqual({ enum: RULE_NAMES });
  });

  test.each<[what: string, change: (data: { findings: Record<string, unknown>[] }) => unknown, wrong: string]>([
    ["a key that is not there", ({ findings: [one] }) => delete one?.["file"], "it.findings[0] has no file"],
    [
      "another key",
      ({ findings: [one] }) => Object.assign(one ?? {}, { x: 1 }),
      "it.findings[0] has the unknown key x",
    ],
    [
      "a text for a number",
      ({ findings: [one] }) => Object.assign(one ?? {}, { line: "8" }),
      "it.findings[0].line is no integer",
    ],
  ])("with %s is refused", async (_, change, wrong) => {
    const data = await print({ review, revisions });
    change(data);
    expect(findInvalid(data, schema)).toEqual([wrong]);
  });
});

const placeOf = (locations: unknown) => Object(locations)[0].physicalLocation;
const regionOf = (locations: unknown): object => placeOf(locations).region;
const fileOf = (locations: unknown): object => placeOf(locations).artifactLocation;

describe("SARIF", () => {
  const listFingerprints = (one: Review) =>
    JSON.parse(toSarif(one)).runs[0].results.map(
      (result: { partialFingerprints: unknown }) => result.partialFingerprints,
    );

  test("is as SARIF 2.1.0 says, and each result names its rule", () => {
    const log = JSON.parse(toSarif(review));
    expect(findInvalid(log, SARIF_SCHEMA)).toEqual([]);
    const [{ tool, results }] = log.runs;
    expect(results).toHaveLength(review.findings.length);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test.each<[what: string, change: (result: Record<string, unknown>) => unknown, wrong: RegExp]>([
    ["a key that it does not have", (result) => Object.assign(result, { file: "x" }), /unknown key file/],
    ["a level of ours", (result) => Object.assign(result, { level: "info" }), /level is none of/],
    ["a message without a text", (result) => Object.assign(result, { message: {} }), /message has no text/],
    ["a line 0", ({ locations }) => Object.assign(regionOf(locations), { startLine: 0 }), /startLine is below 1/],
    ["a path with a blank", ({ locations }) => Object.assign(fileOf(locations), { uri: "a b" }), /no uri-reference/],
  ])("with %s is refused", (_, change, wrong) => {
    const log = JSON.parse(toSarif(review));
    change(log.runs[0].results[0]);
    expect(findInvalid(log, SARIF_SCHEMA)).toEqual([expect.stringMatching(wrong)]);
  });

  test("names a file as a URI", () => {
    const file = "a b/c#d?e%f/ü.ts";
    const log = JSON.parse(toSarif({ ...review, findings: review.findings.map((one) => ({ ...one, file })) }));
    expect(findInvalid(log, SARIF_SCHEMA)).toEqual([]);
    const [{ physicalLocation }] = log.runs[0].results[0].locations;
    expect(decodeURIComponent(physicalLocation.artifactLocation.uri)).toBe(file);
  });

  test("has fingerprints that stay when operations and lines move, and differ from each other", () => {
    const calls: readonly Write[] = [
      (op) => op.createIndex("shop", { name: "IDX_a", columns: ["code"] }),
      (op) => op.createIndex("shop", { name: "IDX_b", columns: ["code", "fax"] }),
      (op) => op.alterColumn("shop", "code", { nullable: false }),
      (op) => op.alterColumn("shop", "mall_id", { nullable: false }),
      (op) => op.addEnumValue("tier", "silver"),
      (op) => op.addEnumValue("tier", "a 'b'"),
      (op) => op.dropColumn("shop", "fax"),
      (op) => op.dropColumn("shop", "opened"),
      (op) => op.sql("UPDATE bill SET total = 1"),
      (op) => op.sql("UPDATE bill SET total = 2"),
      (op) => op.run(async () => undefined),
    ];
    const [known, moved] = [calls, calls.toReversed()].map((all) => {
      const up: Write = (op) => {
        for (const call of all) call(op);
      };
      const { findings } = reviewWrites([{ id: "aaaa", message: "", up }], SCHEMA).review;
      const own = findings.filter(({ rule }) => rule !== "work-after-exclusive-lock" && rule !== "drop-takes-more");
      return own.map(({ fingerprint, text }) => `${fingerprint} ${text}`).sort();
    });
    expect(moved).toEqual(known);
    expect(new Set(known?.map((one) => one.split(" ")[0])).size).toBe(known?.length);
    expect(known?.length).toBeGreaterThan(calls.length);
  });

  test("has the fingerprints of JSON and GitLab, and one for each finding", () => {
    const known = review.findings.map(({ fingerprint }) => ({ "remodel/v2": fingerprint }));
    expect(listFingerprints(review)).toEqual(known);
    expect(new Set(known.map((one) => one["remodel/v2"])).size).toBe(review.findings.length);
  });

  test("has neither a time nor a path of this machine", () => {
    expect(toSarif(exampleReview().review)).toBe(toSarif(review));
    expect(toSarif(review)).not.toMatch(/\d\d:\d\d|startTimeUtc/);
    expect(toSarif(review)).not.toContain(process.cwd());
  });
});

describe("names, reasons and questions that look like something else", () => {
  const hostile = hostileReview();
  const open = hostile.review.findings.filter(({ accepted }) => accepted === undefined);
  const print = async (format: string) => (await REVIEW_FORMATS[format]?.(hostile.review, hostile.revisions)) ?? "";

  test("are data in JSON, SARIF and GitLab", async () => {
    const schema = JSON.parse(readFileSync(new URL("../../docs/review.schema.json", import.meta.url), "utf8"));
    const data = JSON.parse(await print("json"));
    expect(findInvalid(data, schema)).toEqual([]);
    expect(data.openQuestions).toHaveLength(HOSTILE.length);
    expect(findInvalid(JSON.parse(await print("sarif")), SARIF_SCHEMA)).toEqual([]);
    expect(findInvalid(JSON.parse(await print("gitlab")), GITLAB_SCHEMA)).toEqual([]);
    expect(JSON.parse(await print("gitlab"))).toHaveLength(open.length);
  });

  test("leave one line for each annotation", async () => {
    const lines = (await print("github")).split(/[\r\n]/);
    expect(lines).toHaveLength(open.length + HOSTILE.length);
    expect(
      lines.filter((line) => !/^::(error|warning|notice) file=[^,:]+,line=\d+,title=[\w -]+::./.test(line)),
    ).toEqual([]);
  });

  test("leave a terminal alone", async () => {
    const printed = await print("text");
    expect(printed).not.toContain("\u202e");
    expect(printed.split("\n").filter((line) => line.startsWith("line"))).toEqual([]);
  });

  test("end neither a cell nor a fence of Markdown, and are no markup", async () => {
    const lines = (await print("markdown")).split("\n");
    const rows = lines.filter((line) => line.startsWith("| ") && !line.startsWith("| |"));
    expect(rows).toHaveLength(hostile.review.findings.length);
    for (const row of rows) expect(row.replaceAll(/\\[\s\S]/g, "").split("|")).toHaveLength(6);
    const fences: string[] = [];
    const outside = lines.filter((line) => {
      const [fence = ""] = /^`{3,}/.exec(line) ?? [];
      const isIn = fences.length > 0;
      if (isIn && line === fences[0]) fences.pop();
      else if (!isIn && fence !== "") fences.push(fence);
      return !isIn && fence === "";
    });
    expect(fences).toEqual([]);
    const tags = outside.flatMap((line) => [...line.matchAll(/<[^>]*>?/g)].map(([tag]) => tag));
    const own = ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>", "<br>"];
    expect(tags.filter((tag) => !own.includes(tag))).toEqual([]);
    const summaries = outside.filter((line) => line.startsWith("<details>"));
    expect(summaries).toContain(
      "<details><summary>Instead of not-null-scan on <code>_under_*star*~~x~~</code></summary>",
    );
    expect(summaries.filter((line) => line.includes("\\_"))).toEqual([]);
    expect(outside.filter((line) => /@team|#12/.test(line.replaceAll(/<code>.*?<\/code>/g, "")))).toEqual([]);
  });
});

test("GitLab Code Quality has its keys for each open finding, and fingerprints that differ", () => {
  const report = JSON.parse(toGitlab(review));
  expect(findInvalid(report, GITLAB_SCHEMA)).toEqual([]);
  const open = review.findings.filter(({ accepted }) => accepted === undefined);
  expect(new Set(report.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(open.length);
});

test("GitHub annotations are one line each, whatever a text or a file name has", () => {
  const odd = { ...review.findings[0], file: "a,b:c%d\n.ts", text: "100% of\r\nshop: a, b" } as ReviewFinding;
  expect(toGithub({ revisions: [], sizes: "none", findings: [odd] })).toBe(
    "::error file=a%2Cb%3Ac%25d%0A.ts,line=10,title=index-blocks-writes::100%25 of%0D%0Ashop: a, b",
  );
  for (const line of toGithub(review).split("\n"))
    expect(line).toMatch(/^::(error|warning|notice) file=[^,:\n]+,line=\d+,title=[\w -]+::.+$/);
});

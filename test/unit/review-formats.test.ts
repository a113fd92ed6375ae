import { describe, expect, test } from "vitest";
import { printReview } from "../../src/cli/review-text.ts";
import { toMarkdown } from "../../src/review/markdown.ts";
import { exampleReview, reviewWrites } from "../support/example-review.ts";

const { review, revisions } = exampleReview();

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
    expect(text).toContain("<summary>Instead of index-blocks-writes on shop</summary>");
    expect(text).toContain(
      'op.createIndex("shop", { name: "IDX_shop_code", columns: ["code"] }, { concurrently: true });',
    );
  });

  test("has no diagram where no table changes", () => {
    const none = reviewWrites([{ id: "aaaa", message: "", up: (op) => op.createEnum("tier", ["a"]) }], {});
    expect(toMarkdown(none.review, none.revisions)).not.toContain("mermaid");
  });

  test("writes no name that Mermaid or the fence would read as something else", () => {
    const columns = [{ name: '9 "odd"\n```', type: "numeric(8,2)" }];
    const odd = reviewWrites([{ id: "aaaa", message: "", up: (op) => op.createTable('"a ""b"" %;{}"', { columns }) }], {});
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
  const lines = printReview(review).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContain('      op.createIndex("shop", { name: "IDX_shop_code", columns: ["code"] }, {');
  const notNull = lines.findIndex((line) => line.includes("error  not-null-scan"));
  const next = lines.findIndex((line, at) => at > notNull && /^ {2}\w/.test(line));
  expect(lines.slice(notNull, next).filter((line) => line.startsWith("      "))).toHaveLength(8);
  expect(lines[next - 1]).toMatch(/^ {6}… \d+ more lines: remodel review --format markdown$/);
});

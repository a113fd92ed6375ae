import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { RULES } from "../../src/review/rules.ts";
import { writeRulesPage } from "../../src/review/rules-page.ts";
import { RULE_NAMES } from "../../src/schema/rule-names.ts";

test("each rule that speaks of a lock, or of work on rows, says what was measured", () => {
  const known = RULE_NAMES.filter((name) => name !== "unknown-sql"); // says that they are not known
  const speaks = known.filter((name) => {
    const { what, long, why } = RULES[name];
    return /\block|a moment|rewrit|writes the|reads (all|the)|reads every|\bbuilds?\b|scan/i.test(
      [what, long, why].join(" "),
    );
  });
  expect(speaks.filter((name) => RULES[name].measured === undefined)).toEqual([]);
  expect(speaks.length).toBeGreaterThan(20);
});

test("docs/rules.md has a section for each rule", async () => {
  await expect(writeRulesPage()).toMatchFileSnapshot(fileURLToPath(new URL("../../docs/rules.md", import.meta.url)));
});

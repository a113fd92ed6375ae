import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { writeRulesPage } from "../../src/review/rules-page.ts";

test("docs/rules.md has a section for each rule", async () => {
  await expect(writeRulesPage()).toMatchFileSnapshot(fileURLToPath(new URL("../../docs/rules.md", import.meta.url)));
});

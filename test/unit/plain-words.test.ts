import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { expect, test } from "vitest";

/** Words that a newcomer has to read twice; CONTRIBUTING.md asks for those of PostgreSQL and Alembic. */
const UNCLEAR =
  /\b(beside|nobody|whoever|anew|meanwhile|leans?|whatever|tells?|told|thereby|hence|such a one|(?:stands?|stood)(?! in\b|-in))\b/gi;

const FILES = globSync(["src/**/*.ts", "*.md", "docs/**/*.md", "changes/*.md", "models/**/*.ts"]).sort();

test("the text that people read has plain words", () => {
  const found = FILES.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(UNCLEAR)].map(([word]) => `${file}: ${word}`),
  );
  expect(found).toEqual([]);
});

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const FOLDER = fileURLToPath(new URL("../../docs/decisions/", import.meta.url));
const FILES = readdirSync(FOLDER).sort();

test("decisions are numbered without a gap, each once", () => {
  const numbers = FILES.map((file) => Number(file.slice(0, 4)));
  expect(numbers).toEqual(FILES.map((_, at) => at + 1));
});

test.each(FILES)("%s has its number in its title", (file) => {
  expect(readFileSync(FOLDER + file, "utf8")).toMatch(new RegExp(`^# ${file.slice(0, 4)}: \\S`));
});

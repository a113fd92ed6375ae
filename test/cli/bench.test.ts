import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Runs a benchmark to its end, and returns the lines that it prints. */
function runBench(name: string, ...args: readonly string[]): readonly string[] {
  const file = fileURLToPath(new URL(`../../bench/${name}.mjs`, import.meta.url));
  return execFileSync(process.execPath, [file, ...args], { encoding: "utf8", stdio: "pipe" })
    .trimEnd()
    .split("\n");
}

test("each part of bench:pure runs", () => {
  const [head, ...lines] = runBench("pure", "--size", "4");
  expect(head).toMatch(/^ +n +ms +2n: ms +ratio$/);
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(line).toMatch(/^.* 4 +\d+\.\d +\d+\.\d +(?:\d+\.\d|NaN|Infinity)$/);
});

// Of these benchmarks, a part that is as small as it can be: all of each would take a minute.
test.each([
  ["verify", ["many", "--created", "1"], /^one revision that creates 1 tables, again .* 1 of 1 revision proved/],
  ["online", ["a check", "--rows", "10"], /^a check +\d+ +\d+ .*(?:yes|no|short)$/],
  [
    "fleet",
    ["reading", "--tenants", "2", "--tables", "1", "--changed", "1", "--loop", "1"],
    /^reading the catalogs .* MB$/,
  ],
] as const)("bench:%s runs", (name, args, line) => {
  expect(runBench(name, ...args)).toContainEqual(expect.stringMatching(line));
});

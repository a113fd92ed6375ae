import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PURE = fileURLToPath(new URL("../../bench/pure.mjs", import.meta.url));

test("each part of bench:pure runs", () => {
  const [head, ...lines] = execFileSync(process.execPath, [PURE, "--size", "4"], { encoding: "utf8" })
    .trimEnd()
    .split("\n");
  expect(head).toMatch(/^ +n +ms +2n: ms +ratio$/);
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(line).toMatch(/^.* 4 +\d+\.\d +\d+\.\d +(?:\d+\.\d|NaN|Infinity)$/);
});

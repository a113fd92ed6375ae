import { expect, test } from "vitest";
import { parseDuration } from "../../src/durations.ts";

test.each<[text: string, ms: number | undefined]>([
  ["0", 0],
  ["4000", 4000],
  ["500ms", 500],
  ["10s", 10_000],
  ["25m", 1_500_000],
  ["1h", 3_600_000],
  [" 10s ", 10_000],
  ["2147483647", 2_147_483_647],
  ["2147483648", undefined],
  ["1000h", undefined],
  ["", undefined],
  ["s", undefined],
  ["10 s", undefined],
  ["1.5s", undefined],
  ["-1s", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
  ["10S", undefined],
  ["10 years", undefined],
  ["10s5ms", undefined],
])("the duration %j is %j ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

import { expect, test } from "vitest";
import { chooseBatch } from "../../src/kinds/backfill.ts";

test.each<[what: string, rows: number, tookMs: number, next: number]>([
  ["as long as wanted", 1000, 40, 1000],
  ["too long", 1000, 80, 500],
  ["far too long", 1000, 4000, 100],
  ["a little less", 1000, 25, 1600],
  ["next to nothing", 1000, 0.01, 2000],
  ["next to nothing, with many rows", 8000, 1, 10_000],
  ["some time with the fewest rows", 100, 500, 100],
])("a batch that took %s is followed by a fitting one", (_, rows, tookMs, next) =>
  expect(chooseBatch(rows, tookMs)).toBe(next),
);

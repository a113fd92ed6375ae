import fc from "fast-check";
import { test } from "vitest";
import { pair, renamed } from "./arbitraries.ts";
import { runs, settings } from "./runs.ts";
import { fresh, type thereAndBack, withSite } from "./there-and-back.ts";

const TIMEOUT_MS = 60 * 60_000;

/**
 * Tests that what a diff says leads from one random schema to another, without and with renames.
 * @param part how many of the usual number of pairs
 * @param walk how far a pair of schemas is followed
 */
export function testDatabase(major: number, part: number, walk: typeof thereAndBack): void {
  test("what a diff says leads from one schema to another and back", { timeout: TIMEOUT_MS }, () =>
    withSite(major, (site) =>
      fc.assert(
        fc.asyncProperty(pair(major), ({ before, after }) => fresh(site, () => walk(site, before, after))),
        settings(`PostgreSQL ${major}, pairs`, runs(part / 2)),
      ),
    ),
  );

  test("renames keep every value, up and down", { timeout: TIMEOUT_MS }, () =>
    withSite(major, (site) =>
      fc.assert(
        fc.asyncProperty(renamed(major), ({ before, after, renames }) =>
          fresh(site, () => walk(site, before, after, { renamed: renames })),
        ),
        settings(`PostgreSQL ${major}, renames`, runs(part / 6)),
      ),
    ),
  );
}

import fc from "fast-check";
import { describe, test } from "vitest";
import { newest, oldest } from "../support/servers.ts";
import { pair, renamed } from "./arbitraries.ts";
import { runs, settings } from "./runs.ts";
import { fresh, thereAndBack, withSite } from "./there-and-back.ts";

const MINUTES = 60_000;

for (const [major, part] of [
  [newest(), 0.5],
  [oldest(), 0.5],
] as const)
  describe(`PostgreSQL ${major}`, () => {
    test("what a diff says leads from one schema to another and back", { timeout: 60 * MINUTES }, () =>
      withSite(major, (site) =>
        fc.assert(
          fc.asyncProperty(pair(major), ({ before, after }) => fresh(site, () => thereAndBack(site, before, after))),
          settings(`PostgreSQL ${major}, pairs`, runs(part)),
        ),
      ),
    );

    test("renames keep every value, up and down", { timeout: 60 * MINUTES }, () =>
      withSite(major, (site) =>
        fc.assert(
          fc.asyncProperty(renamed(major), ({ before, after, renames }) =>
            fresh(site, () => thereAndBack(site, before, after, { renamed: renames })),
          ),
          settings(`PostgreSQL ${major}, renames`, runs(part / 3)),
        ),
      ),
    );
  });

import fc from "fast-check";
import { test } from "vitest";
import { newest } from "../support/servers.ts";
import { movingTables } from "./moving-tables.ts";
import { runs, settings } from "./runs.ts";
import { fresh, thereAndBack, withSite } from "./there-and-back.ts";

test("tables move between schemas with items of the same names, up and down", { timeout: 60 * 60_000 }, () =>
  withSite(newest(), (site) =>
    fc.assert(
      fc.asyncProperty(movingTables, ({ before, after, renames }) =>
        fresh(site, () => thereAndBack(site, before, after, { renamed: renames })),
      ),
      settings("tables that move between schemas", runs(1 / 30)),
    ),
  ),
);

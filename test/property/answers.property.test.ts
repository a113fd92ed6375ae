import fc from "fast-check";
import { test } from "vitest";
import { newest } from "../support/servers.ts";
import { renamed } from "./arbitraries.ts";
import { runs, settings } from "./runs.ts";
import { answeredThereAndBack, fresh, withSite } from "./there-and-back.ts";

const MINUTES = 60_000;
const answers = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 });

test("whatever is answered to guessed renames, models and database agree, up and down", { timeout: 60 * MINUTES }, () =>
  withSite(newest(), (site) =>
    fc.assert(
      fc.asyncProperty(renamed(), answers, ({ before, after }, given) =>
        fresh(site, () => answeredThereAndBack(site, before, after, given)),
      ),
      settings(`PostgreSQL ${newest()}, answers`, runs(1 / 6)),
    ),
  ),
);

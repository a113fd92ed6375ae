import fc from "fast-check";
import { expect, test } from "vitest";
import { newest } from "../support/servers.ts";
import { pair } from "./arbitraries.ts";
import { withBoundedShrinking } from "./bounded.ts";
import { handMade, SORTS } from "./hand-made.ts";
import { findBreaches, WITHOUT_PUBLICATIONS } from "./objects-by-hand.ts";
import { runs, settings } from "./runs.ts";
import { fresh, withSite } from "./there-and-back.ts";

const MINUTES = 60_000;

test("what people made by hand is as it was, or the revision names it", { timeout: 60 * MINUTES }, async () => {
  const made = new Map<string, number>();
  await withSite(newest(), (site) =>
    fc.assert(
      fc.asyncProperty(
        pair(newest()),
        handMade,
        withBoundedShrinking(({ before, after }, objects) =>
          fresh(site, async () => {
            const breaches = await findBreaches(site, { before, after, objects, made });
            await site.client.query(WITHOUT_PUBLICATIONS);
            expect(breaches, breaches.join("\n")).toEqual([]);
          }),
        ),
      ),
      settings(`PostgreSQL ${newest()}, objects by hand`, runs(1 / 30)),
    ),
  );
  console.log(`${[...made.values()].reduce((a, b) => a + b, 0)} objects of ${made.size} of ${SORTS.length} sorts.`);
});

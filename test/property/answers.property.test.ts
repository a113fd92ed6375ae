import fc from "fast-check";
import { expect, test } from "vitest";
import { newest } from "../support/servers.ts";
import { renamed } from "./arbitraries.ts";
import { runs, settings } from "./runs.ts";
import { answeredThereAndBack, fresh, withSite } from "./there-and-back.ts";

const MINUTES = 60_000;
const answers = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 });

test(
  "whatever is answered to guessed renames, models and database agree, or PostgreSQL refuses",
  {
    timeout: 60 * MINUTES,
  },
  () =>
    withSite(newest(), async (site) => {
      const counts = { ran: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(renamed(newest()), answers, ({ before, after }, given) =>
          fresh(site, async () => {
            counts[(await answeredThereAndBack(site, before, after, given)) ? "refused" : "ran"]++;
          }),
        ),
        settings(`PostgreSQL ${newest()}, answers`, runs(1 / 6)),
      );
      console.log(`Answers: ${counts.ran} ran, up and down; ${counts.refused} were refused`);
      expect(counts.ran).toBeGreaterThan(4 * counts.refused);
    }),
);

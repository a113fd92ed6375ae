import fc from "fast-check";
import { test } from "vitest";
import { newest } from "../support/servers.ts";
import { runs, settings } from "./runs.ts";
import { fresh, thereAndBack, withSite } from "./there-and-back.ts";
import { wandering } from "./wandering-names.ts";

test("names move from one kind of object to another, up and down", { timeout: 60 * 60_000 }, () =>
  withSite(newest(), (site) =>
    fc.assert(
      fc.asyncProperty(wandering, ({ before, after }) => fresh(site, () => thereAndBack(site, before, after))),
      settings("names that move between kinds", runs(1 / 10)),
    ),
  ),
);

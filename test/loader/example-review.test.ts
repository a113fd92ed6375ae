import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { buildGraph } from "../../src/history/graph.ts";
import { upgradePlan } from "../../src/history/plan.ts";
import { NOTHING } from "../../src/kinds/apply.ts";
import { createLoader } from "../../src/load/load.ts";
import { prepareRevisions } from "../../src/review/prepare.ts";
import { reviewRevisions } from "../../src/review/review.ts";
import type { Sizes } from "../../src/review/sizes.ts";
import { judgeVolatility } from "../../src/review/volatile.ts";
import { readFolder } from "../../src/revision/folder.ts";
import { loadRevisions } from "../../src/state/revisions.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The sizes of all tables are the same, whatever their names are. */
const everyTable = (size: Sizes[string]): Sizes =>
  new Proxy(
    {},
    { get: () => size, getOwnPropertyDescriptor: () => ({ value: size, configurable: true, enumerable: true }) },
  );

const review = async (place: { readonly runs: boolean; readonly sizes: Sizes }) => {
  const plan = upgradePlan(buildGraph(readFolder(`${ROOT}migrations`)), [], "heads");
  const loaded = await loadRevisions(createLoader(ROOT), plan);
  const revisions = loaded.map((one) => ({ loaded: one, isReviewed: true, runs: place.runs }));
  const prepared = prepareRevisions(revisions, {
    before: NOTHING,
    sizes: place.sizes,
    own: "public",
    isVolatile: judgeVolatility(),
    showPath: (file) => file.slice(ROOT.length),
  });
  return reviewRevisions(prepared, "file").findings.filter(({ level }) => level !== "info");
};

test("nothing but notes is found in the revisions of the example on a new database", async () => {
  expect(await review({ runs: true, sizes: {} })).toEqual([]);
});

test("on small tables with rows only what old code meets and what is lost is found", async () => {
  const found = await review({ runs: false, sizes: everyTable({ rows: 100, bytes: 100_000 }) });
  expect(
    found.map(({ rule, file }) => `${file.slice("migrations/".length, "migrations/".length + 4)} ${rule}`),
  ).toEqual([
    "0002 rename-table",
    "0002 rename-column",
    "0004 drop-column",
    "0004 gone-for-old-code",
    "0006 enum-value-unknown-to-old-code",
    "0007 required-for-old-code",
  ]);
});

import { expect, test } from "vitest";
import { addProbes } from "../../src/review/probed.ts";
import type { ProbeResult } from "../../src/run/probe-revisions.ts";
import { reviewWrites, SCHEMA } from "../support/example-review.ts";

const REVIEW = reviewWrites(
  [
    {
      id: "aaaa",
      message: "",
      up: (op) => {
        for (const table of ["shop", "mall"]) for (const name of ["id", "x"]) op.dropColumn(table, name);
        for (const name of ["code", "mall_id"]) op.alterColumn("shop", name, { nullable: false });
      },
    },
  ],
  SCHEMA,
).review;
/** As a loop writes them: all in one line. */
const FINDINGS = REVIEW.findings.map((finding) => ({ ...finding, line: 9 }));
const place = { revision: "aaaa", file: "migrations/aaaa.ts", line: 9 };

test("operations of one line, as a loop writes them, each have their own probes", () => {
  const inTheWay = (rows: number): ProbeResult => ({
    ...place,
    table: "shop",
    state: "rows-in-the-way",
    rows,
    sqlState: "23502",
  });
  const drop = (table: string, name: string, state: ProbeResult["state"]): ProbeResult => ({
    ...place,
    table,
    name,
    state,
    rows: 3,
  });
  const results = {
    "rows-in-the-way": [inTheWay(1), inTheWay(2)],
    "drop-column": [
      drop("shop", "id", "rows-in-the-way"),
      drop("shop", "x", "clear"),
      drop("mall", "id", "clear"),
      drop("mall", "x", "rows-in-the-way"),
    ],
  };
  const { findings } = addProbes({ ...REVIEW, findings: FINDINGS }, results, (file) => file);
  const found = findings.flatMap(({ rule, text }) => (rule in results ? `${rule}: ${text}` : []));
  expect(found.sort()).toEqual([
    "drop-column: Every value of mall.id is NULL.",
    "drop-column: Every value of shop.x is NULL.",
    "drop-column: The values of mall.x are lost, in 3 rows.",
    "drop-column: The values of shop.id are lost, in 3 rows.",
    "rows-in-the-way: 1 row of shop in the way: PostgreSQL refuses them with 23502.",
    "rows-in-the-way: 2 rows of shop in the way: PostgreSQL refuses them with 23502.",
  ]);
  expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
});

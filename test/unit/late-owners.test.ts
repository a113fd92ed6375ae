import { expect, test } from "vitest";
import { giveOwnersLast } from "../../src/diff/late-owners.ts";
import type { Step } from "../../src/diff/order.ts";
import { dependents } from "../../src/kinds/dependents.ts";
import { sql } from "../../src/kinds/statements.ts";
import { createView } from "../../src/kinds/views.ts";
import type { Operation } from "../../src/schema/operation.ts";

const step = (...operations: readonly Operation[]): Step => ({
  move: "create",
  kind: dependents,
  change: { operations },
});
const statements = (steps: readonly Step[]) =>
  steps.map(({ change }) => change.operations.flatMap((operation) => operation.sql));

const OWNER = 'ALTER TABLE "more" OWNER TO reader';
const GRANT = 'GRANT SELECT ON "more" TO PUBLIC';

test.each([
  ["a view by hand", sql("CREATE VIEW more AS SELECT 1"), sql("CREATE MATERIALIZED VIEW all_more AS SELECT 2")],
  [
    "a view of the models",
    createView("more", { expression: "SELECT 1" }),
    createView("all_more", { expression: "SELECT 2", materialized: true }),
  ],
])("the owner of %s comes after the last materialized view, with what follows it", (_, view, filled) => {
  const given = giveOwnersLast([
    step(sql("UPDATE shop SET n = 1")),
    step(view, sql("COMMENT ON VIEW more IS 'x'"), sql(OWNER), sql(GRANT)),
    step(filled, sql('ALTER TABLE "all_more" OWNER TO reader')),
    step(sql("CREATE VIEW last AS SELECT 1"), sql('ALTER TABLE "last" OWNER TO reader')),
  ]);
  expect(statements(given)).toEqual([
    ["UPDATE shop SET n = 1"],
    [...view.sql, "COMMENT ON VIEW more IS 'x'"],
    [...filled.sql, 'ALTER TABLE "all_more" OWNER TO reader', OWNER, GRANT],
    ["CREATE VIEW last AS SELECT 1", 'ALTER TABLE "last" OWNER TO reader'],
  ]);
});

test("without a materialized view nothing moves", () => {
  const steps = [step(sql("CREATE VIEW more AS SELECT 1"), sql(OWNER))];
  expect(giveOwnersLast(steps)).toBe(steps);
});

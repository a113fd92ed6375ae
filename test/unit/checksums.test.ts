import { expect, test } from "vitest";
import { addColumn, dropTable, sql } from "../../src/kinds/operations.ts";
import { computeChecksum, computeChecksums } from "../../src/state/state.ts";

test("the checksums of the first operations are those of each list alone", () => {
  const operations = [
    addColumn("shop", { name: "floor", type: "integer" }),
    sql("SELECT 1"),
    dropTable("mall"),
    { ...sql("SELECT 2"), args: [10n, () => 1, undefined] },
  ];
  const alone = [0, 1, 2, 3, 4].map((end) => computeChecksum(operations.slice(0, end), []));
  expect(computeChecksums(operations)).toEqual(alone);
});

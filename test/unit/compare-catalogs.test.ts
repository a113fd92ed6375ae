import { expect, test } from "vitest";
import { compareCatalogs } from "../../src/shadow/compare-catalogs.ts";

const table = (type: string) => ({ name: "shop", columns: [{ name: "id", type }] });

test("a difference is a statement, or the call where the first of several statements would say little", () => {
  const find = (now: string, wanted: string) =>
    compareCatalogs({ tables: [table(now)] }, { tables: [table(wanted)] }).statements;
  expect(find("integer", "integer")).toEqual([]);
  expect(find("integer", "bigint")).toEqual([`ALTER TABLE "shop" ALTER COLUMN "id" TYPE bigint`]);
  const enums = (...values: readonly string[]) => ({ enums: [{ name: "kind", values }] });
  const { statements, labels } = compareCatalogs(enums("big", "small"), enums("small", "big"));
  expect(statements).toEqual([`op.replaceEnum("kind", ["small", "big"], []);`]);
  expect(labels).toEqual([]);
});

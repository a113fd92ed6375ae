import { expect, test } from "vitest";
import {
  type Asking,
  acceptDowngradeQuestions,
  acceptQuestions,
  findDoubt,
  findDowngradeDoubt,
  isDeclaredDrop,
} from "../../src/compare/accept.ts";
import type { Rename } from "../../src/diff/renames.ts";
import { dropColumn, dropTable } from "../../src/kinds/operations.ts";
import type { Change } from "../../src/schema/operation.ts";

const ASKING: Asking = { about: "constraint", text: "?" };
const QUERY = { query: "SELECT 1", rows: "fail" } as const;

test.each<[what: string, asking: Partial<Asking>, rows: number | undefined, doubt: string | undefined]>([
  ["a question without rows", {}, 5, undefined],
  ["rows that only change", { query: "SELECT 1", rows: "change" }, 5, undefined],
  ["no row in the way", QUERY, 0, undefined],
  ["one row in the way", QUERY, 1, "1 row is in the way. (open)"],
  ["rows in the way", QUERY, 2, "2 rows are in the way. (open)"],
  ["rows that cannot be counted", QUERY, undefined, "The rows in the way could not be counted."],
  ["what a person has to write", { needs: { text: "Write it." } }, 0, "Write it. (open)"],
  ["what an empty table does not need", { needs: { text: "Write it.", unlessEmpty: "empty" } }, 0, undefined],
  ["what a table with rows needs", { needs: { text: "Write it.", unlessEmpty: "full" } }, 0, "Write it. (open)"],
])("%s: whether the question can be accepted", async (_, asking, count, doubt) => {
  const rows = { count: async () => count, isEmpty: async (table: string) => table === "empty" };
  expect(describe(await findDoubt({ ...ASKING, ...asking }, rows))).toBe(doubt);
});

test.each<[what: string, asking: Partial<Asking>, doubt: string | undefined]>([
  ["a question without rows", {}, undefined],
  ["rows that may be in the way", QUERY, "In downgrade: it fails if rows are in the way by then."],
  ["what a person has to write", { needs: { text: "Write it." } }, "In downgrade: Write it. (open)"],
  ["what only rows need", { needs: { text: "Write it.", unlessEmpty: "shop" } }, "In downgrade: Write it."],
])("%s: whether a question of the downgrade can be accepted", (_, asking, doubt) => {
  expect(describe(findDowngradeDoubt({ ...ASKING, ...asking }))).toBe(doubt);
});

const RENAMES: readonly Rename[] = [{ list: "tables", from: "shop", to: "store" }];

test.each<[change: Change, dropped: string, declared: boolean]>([
  [{ operations: [dropTable("mall")] }, "mall", true],
  [{ operations: [dropTable("mall")] }, "shop", false],
  [{ operations: [dropColumn("store", "code")] }, "shop.code", true],
  [{ operations: [dropColumn("store", "code")] }, "store.code", false],
  [{ operations: [] }, "mall", false],
])("%o is a drop that --no-rename %s declares: %s", (change, dropped, declared) => {
  expect(isDeclaredDrop(change, { dropped: [dropped] }, RENAMES)).toBe(declared);
});

const DROP: Change = {
  operations: [dropTable("mall")],
  question: { about: "drop", asks: "unknown table", subject: { kind: "table", name: "mall" } },
};

test("an accepted question is gone, its operations stay; others stay open", async () => {
  const rows = { count: async () => 0, isEmpty: async () => true };
  const other: Change = { operations: [dropTable("shop")] };
  expect(await acceptQuestions([DROP, other], () => false, rows)).toEqual({ changes: [DROP, other], unsure: [] });
  expect(acceptDowngradeQuestions([DROP, other]).changes).toEqual([{ operations: DROP.operations }, other]);
});

function describe(doubt: { readonly why: string; readonly open: boolean } | undefined): string | undefined {
  return doubt && `${doubt.why}${doubt.open ? " (open)" : ""}`;
}

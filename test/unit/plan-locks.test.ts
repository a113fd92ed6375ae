import { expect, test } from "vitest";
import { planData } from "../../src/review/plan.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import type { LoadedRevision } from "../../src/state/revisions.ts";

/** What the last of these operations locks that was there before the revision. */
function lastLocks(write: (op: Operations) => unknown): unknown {
  const loaded: LoadedRevision = {
    revision: { id: "aaaa", down: [], message: "", file: "" },
    upgrade: record(write),
    downgrade: [],
    late: [],
    checksum: "",
    timeouts: {},
    findLine: () => undefined,
  };
  const [planned] = planData([loaded], "upgrade").revisions;
  return planned?.steps.at(-1)?.locks;
}

const columns = [{ name: "id", type: "integer" }];
const onShop = [{ mode: "SHARE UPDATE EXCLUSIVE", on: "shop" }];
const onSeq = [{ mode: "SHARE ROW EXCLUSIVE", on: "shop" }];

test.each<[what: string, write: (op: Operations) => unknown, locks: unknown]>([
  ["a table that was there", (op) => op.commentOnTable("shop", "x"), onShop],
  ["a new table", (op) => [op.createTable("shop", { columns }), op.commentOnTable("shop", "x")], []],
  ["a new sequence", (op) => [op.createSequence({ name: "shop" }), op.alterSequence({ name: "shop", start: "1" })], []],
  [
    "a table called like a new constraint",
    (op) => [op.createCheckConstraint("mall", { name: "shop", expression: "true" }), op.commentOnTable("shop", "x")],
    onShop,
  ],
  [
    "a table called like a new column",
    (op) => [op.addColumn("mall", { name: "shop", type: "text" }), op.commentOnTable("shop", "x")],
    onShop,
  ],
  [
    "a sequence called like a new enum type",
    (op) => [op.createEnum("shop", ["a"]), op.alterSequence({ name: "shop", start: "1" })],
    onSeq,
  ],
])("the plan says which lock is waited for: %s", (_, write, locks) => expect(lastLocks(write)).toEqual(locks));

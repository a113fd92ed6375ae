import { expect, test } from "vitest";
import { findContradiction } from "../../src/questions/contradictions.ts";
import type { Call } from "../../src/revision/calls.ts";
import { type Operations, record } from "../../src/revision/op.ts";

type Write = (op: Operations) => void;

const none: Write = () => {};

function found(upgrade: Write, downgrade: Write = none) {
  const [up, down] = [upgrade, downgrade].map((write) => record(write).map(({ operation }) => operation));
  return findContradiction(up!, down!);
}

const column = { name: "name", type: "text" };
const title = { name: "title", type: "text" };
/** As a person does it who wants to keep what points at the column. */
const replaced = (op: Operations, type: string) => [
  op.addColumn("mall", { name: "new_id", type }),
  op.sql("UPDATE shop SET new_mall_id = m.new_id FROM mall m WHERE m.id = shop.mall_id"),
  op.dropColumn("mall", "id"),
  op.renameColumn("mall", "new_id", "id"),
];
const renameUp: Write = (op) => op.renameColumn("mall", "title", "name");
const renameDown: Write = (op) => op.renameColumn("mall", "name", "title");

test.each<[what: string, upgrade: Write, downgrade: Write, direction: string, at: number]>([
  ["a column renamed and dropped", (op) => [renameUp(op), op.dropColumn("mall", "title")], renameDown, "upgrade", 1],
  ["a column renamed and added", (op) => [renameUp(op), op.addColumn("mall", column)], renameDown, "upgrade", 1],
  ["a column added and then renamed onto", (op) => [op.addColumn("mall", column), renameUp(op)], none, "upgrade", 1],
  ["a column dropped and then renamed", (op) => [op.dropColumn("mall", "title"), renameUp(op)], none, "upgrade", 1],
  ["both kept on the way down", renameUp, (op) => [renameDown(op), op.dropColumn("mall", "name")], "downgrade", 1],
  [
    "a statement of one's own in between",
    (op) => [renameUp(op), op.sql(`UPDATE "mall" SET "name" = ''`), op.addColumn("mall", column)],
    none,
    "upgrade",
    2,
  ],
  [
    "a table renamed and dropped",
    (op) => [op.renameTable("store", "shop"), op.dropTable("store")],
    (op) => op.renameTable("shop", "store"),
    "upgrade",
    1,
  ],
  [
    "a table renamed and created",
    (op) => [op.renameTable("store", "shop"), op.createTable("shop", { columns: [title] })],
    none,
    "upgrade",
    1,
  ],
  [
    "a rename up, an add and a drop down",
    renameUp,
    (op) => [op.addColumn("mall", title), op.dropColumn("mall", "name")],
    "downgrade",
    0,
  ],
  [
    "an add and a drop up, a rename down",
    (op) => [op.dropView("v"), op.addColumn("mall", column), op.dropColumn("mall", "title")],
    renameDown,
    "upgrade",
    1,
  ],
  [
    "a rename up, and down an add and a drop with a statement about something else",
    renameUp,
    (op) => [op.addColumn("mall", title), op.sql("UPDATE mall SET code = ''"), op.dropColumn("mall", "name")],
    "downgrade",
    0,
  ],
  [
    "a rename up, and a copy in the wrong place",
    renameUp,
    (op) => [op.sql("UPDATE mall SET title = name"), op.addColumn("mall", title), op.dropColumn("mall", "name")],
    "downgrade",
    1,
  ],
  [
    "a rename of a table up, a new table down",
    (op) => op.renameTable("store", "shop"),
    (op) => [op.createTable("store", { columns: [title] }), op.dropTable("shop")],
    "downgrade",
    0,
  ],
  [
    "a column of a renamed table",
    (op) => [op.renameTable("store", "shop"), op.renameColumn("shop", "title", "name")],
    (op) => [op.renameTable("shop", "store"), op.addColumn("store", title), op.dropColumn("store", "name")],
    "downgrade",
    1,
  ],
])("%s: two answers to one question", (_what, upgrade, downgrade, direction, at) => {
  expect(found(upgrade, downgrade)).toMatchObject({ direction, at });
});

test.each<[what: string, upgrade: Write, downgrade?: Write]>([
  ["a rename there and back", renameUp, renameDown],
  ["a rename and nothing in the other direction", renameUp],
  ["the other answer in both directions", (op) => op.addColumn("mall", column), (op) => op.dropColumn("mall", "name")],
  [
    "a new column under the old name",
    (op) => [renameUp(op), op.addColumn("mall", title)],
    (op) => [op.dropColumn("mall", "title"), renameDown(op)],
  ],
  [
    "a column that makes room",
    (op) => [op.dropColumn("mall", "name"), renameUp(op)],
    (op) => [renameDown(op), op.addColumn("mall", column)],
  ],
  [
    "a renamed column that is made anew",
    (op) => [renameUp(op), op.dropColumn("mall", "name"), op.addColumn("mall", column)],
    (op) => [renameDown(op), op.dropColumn("mall", "title"), op.addColumn("mall", title)],
  ],
  [
    "swapped names, each way over a third one",
    (op) => [op.renameColumn("m", "a", "x"), op.renameColumn("m", "b", "a"), op.renameColumn("m", "x", "b")],
    (op) => [op.renameColumn("m", "b", "y"), op.renameColumn("m", "a", "b"), op.renameColumn("m", "y", "a")],
  ],
  [
    "the same names in another table",
    (op) => [renameUp(op), op.dropColumn("shop", "title")],
    (op) => [renameDown(op), op.addColumn("shop", title)],
  ],
  [
    "a table and its column, renamed in either order",
    (op) => [op.renameColumn("store", "title", "name"), op.renameTable("store", "shop")],
    (op) => [op.renameTable("shop", "store"), op.renameColumn("store", "name", "title")],
  ],
  [
    "a table that is created under the old name",
    (op) => [op.renameTable("a", "b"), op.createTable("a", { columns: [title] }), op.addColumn("a", column)],
    (op) => [op.dropTable("a"), op.renameTable("b", "a")],
  ],
  [
    "a statement that may have moved everything",
    (op) => [renameUp(op), op.sql("ALTER TABLE mall RENAME name TO x"), op.addColumn("mall", column)],
  ],
  ["code that may have", (op) => [renameUp(op), op.run(async () => {}), op.addColumn("mall", column)]],
  ["a column of another type, by way of a new one", (op) => replaced(op, "uuid"), (op) => replaced(op, "integer")],
  [
    "a column that is filled and then renamed, taken back as a copy",
    (op) => [
      op.addColumn("mall", { name: "new", type: "uuid" }),
      op.dropColumn("mall", "id"),
      op.renameColumn("mall", "new", "id"),
    ],
    (op) => [op.dropColumn("mall", "id"), op.addColumn("mall", { name: "id", type: "integer" })],
  ],
  [
    "a column that is split, and joined again",
    (op) => [op.renameColumn("mall", "name", "first"), op.addColumn("mall", { name: "last", type: "text" })],
    (op) => [
      op.addColumn("mall", { ...column, nullable: true }),
      op.sql(`UPDATE mall SET name = first || ' ' || last`),
      op.dropColumn("mall", "first"),
      op.dropColumn("mall", "last"),
    ],
  ],
  [
    "columns that are joined, and split again by code",
    (op) => [op.sql(`UPDATE mall SET title = title || code`), op.dropColumn("mall", "code"), renameUp(op)],
    (op) => [
      op.addColumn("mall", title),
      op.addColumn("mall", { name: "code", type: "text" }),
      op.run(async () => {}),
      op.dropColumn("mall", "name"),
    ],
  ],
  [
    "a table that is replaced by a new one",
    (op) => [
      op.renameTable("shop", "shop_old"),
      op.createTable("shop", { columns: [title] }),
      op.sql("INSERT INTO shop SELECT title FROM shop_old"),
      op.dropTable("shop_old"),
    ],
    (op) => [
      op.renameTable("shop", "shop_new"),
      op.createTable("shop", { columns: [title] }),
      op.sql("INSERT INTO shop SELECT title FROM shop_new"),
      op.dropTable("shop_new"),
    ],
  ],
  [
    "a new table that takes the place of the old one",
    (op) => [
      op.createTable("shop_new", { columns: [title] }),
      op.dropTable("shop"),
      op.renameTable("shop_new", "shop"),
    ],
    (op) => [
      op.createTable("shop_old", { columns: [title] }),
      op.dropTable("shop"),
      op.renameTable("shop_old", "shop"),
    ],
  ],
  [
    "values that change places in a third column",
    (op) => [op.renameColumn("m", "a", "c"), op.renameColumn("m", "b", "a"), op.renameColumn("m", "c", "b")],
    (op) => [
      op.addColumn("m", { name: "c", type: "text", nullable: true }),
      op.sql("UPDATE m SET c = a, a = b, b = a"),
      op.dropColumn("m", "c"),
    ],
  ],
  [
    "a column that may be there already",
    (op) => [renameUp(op), op.dropColumn("mall", "title", { ifExists: true })],
    renameDown,
  ],
])("%s: nothing to say", (_what, upgrade, downgrade) => {
  expect(found(upgrade, downgrade)).toBeUndefined();
});

test("the two answers are named", () => {
  expect(found((op) => [renameUp(op), op.addColumn("mall", column)])?.text).toBe(
    `op.renameColumn("mall", "title", "name") and op.addColumn("mall", {"name":"name"}) contradict each other: they are two answers to one question.`,
  );
  expect(found(renameUp, (op) => op.dropColumn("mall", "name"))?.text).toBe(
    `upgrade renames mall.title to name, but downgrade has op.dropColumn("mall", "name").`,
  );
});

/** What comes back of many renames: nothing, what is about other objects, or the renames themselves. */
const BACK: Readonly<Record<string, (op: Operations, at: number) => unknown>> = {
  indexes: (op, at) => op.dropIndex(`mall_${at}`, "i"),
  columns: (op, at) => op.dropColumn(`mall_${at}`, "c"),
  renames: (op, at) => op.renameColumn(`mall_${at}`, "b", "a"),
};

test.each<[what: string, rename: (op: Operations, at: number) => unknown]>([
  ["columns of one table", (op, at) => op.renameColumn("mall", `a${at}`, `b${at}`)],
  ["a column of many tables", (op, at) => op.renameColumn(`mall_${at}`, "a", "b")],
  ["tables", (op, at) => op.renameTable(`a${at}`, `b${at}`)],
])("twice as many renames are twice the work: %s", (_, rename) => {
  const countLooks = (number: number, back: (op: Operations, at: number) => unknown) => {
    let looks = 0;
    const get = (target: object, key: string | symbol) => {
      looks += 1;
      return Reflect.get(target, key);
    };
    const numbers = Array.from({ length: number }, (_, at) => at);
    const recordMany = (write: (op: Operations, at: number) => unknown) =>
      record((op) => numbers.map((at) => write(op, at))).map(({ operation }) => new Proxy<Call>(operation, { get }));
    findContradiction(recordMany(rename), recordMany(back));
    return looks;
  };
  for (const [what, back] of Object.entries(BACK))
    expect(countLooks(400, back), what).toBeLessThanOrEqual(2 * countLooks(200, back) + 100);
});

import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { NOTHING } from "../../src/kinds/apply.ts";
import { fixText } from "../../src/review/fix.ts";
import { prepareRevisions } from "../../src/review/prepare.ts";
import { findRewritings, rewriteChanges } from "../../src/review/rewrite.ts";
import { judgeVolatility } from "../../src/review/volatile.ts";
import { type Operations, type Recorded, record } from "../../src/revision/op.ts";
import type { Change } from "../../src/schema/operation.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { LoadedRevision } from "../../src/state/revisions.ts";

const SCHEMA: Schema = {
  tables: [
    {
      name: "shop",
      columns: [
        { name: "id", type: "integer" },
        { name: "code", type: "text", nullable: true },
      ],
      primaryKey: { name: "PK_shop", columns: ["id"] },
      indexes: [{ name: "IDX_code", columns: ["code"] }],
    },
    { name: "keyless", columns: [{ name: "n", type: "integer" }] },
  ],
};

/** What can be rewritten in a revision whose operations are on lines 2, 3, 4 …. */
function findIn(write: (op: Operations) => unknown) {
  return findAmong(record(write));
}

function findAmong(upgrade: readonly Recorded[]) {
  const loaded: LoadedRevision = {
    revision: { id: "aaaa", down: [], message: "", file: "" },
    upgrade,
    downgrade: [],
    late: [],
    checksum: "",
    timeouts: {},
    findLine: (stack) => upgrade.findIndex((one) => one.stack === stack) + 2,
  };
  const known = { before: { ...NOTHING, schema: SCHEMA }, own: "public", isVolatile: judgeVolatility() };
  const [revision] = prepareRevisions([{ loaded, isReviewed: true, runs: true }], {
    ...known,
    asIfLarge: true,
    showPath: (file) => file,
  });
  return findRewritings(revision!);
}

const index = { name: "IDX_new", columns: ["code"] };
const fixed = (text: string, write: (op: Operations) => unknown) => fixText(text, findIn(write).found, morph);

test("comments, other lines, indentation and line ends stay as a person wrote them", () => {
  const text = `\uFEFFexport const upgrade = (o: Operations) => {\r
\to.createIndex("shop", { name: "IDX_new", columns: ["code"] }); // quick\r
\to.sql("SELECT 1");\r
};\r
`;
  const { text: after } = fixed(text, (op) => [op.createIndex("shop", index), op.sql("SELECT 1")]);
  expect(after).toBe(text.replace('columns: ["code"] });', 'columns: ["code"] }, { concurrently: true });'));
});

test("the steps of a recipe are lines of their own, with the commits between them", () => {
  const text = `export function upgrade(op: Operations): void {
  op.alterColumn("shop", "code", { nullable: false });
}
`;
  expect(
    fixed(text, (op) => op.alterColumn("shop", "code", { nullable: false })).text,
  ).toBe(`export function upgrade(op: Operations): void {
  op.createCheckConstraint(
    "shop",
    { name: "CHK_shop_code_not_null", expression: \`"code" IS NOT NULL\` },
    { notValid: true },
  );
  op.commit();
  op.validateConstraint("shop", "CHK_shop_code_not_null");
  op.commit();
  op.alterColumn("shop", "code", { nullable: false });
  op.dropConstraint("shop", "CHK_shop_code_not_null");
}
`);
});

test.each<[what: string, text: string, write: (op: Operations) => unknown, why: string]>([
  [
    "under an open question",
    `export function upgrade(op: Operations): void {
  op.todo("Are there NULLs in shop.code?", "SELECT 1");
  op.alterColumn("shop", "code", { nullable: false });
}
`,
    (op) => [op.todo("Are there NULLs in shop.code?", "SELECT 1"), op.alterColumn("shop", "code", { nullable: false })],
    "its question is open",
  ],
  [
    "whose values are computed",
    `export function upgrade(op: Operations): void {
  op.createIndex("shop", { name: NAME, columns: ["code"] });
}
`,
    (op) => op.createIndex("shop", index),
    "plain values",
  ],
  [
    "without braces around it",
    `export function upgrade(op: Operations): void {
  if (ok) op.createIndex("shop", { name: "IDX_new", columns: ["code"] });
}
`,
    (op) => op.createIndex("shop", index),
    "plain values",
  ],
])("an operation %s stays, and it is said why", (_, text, write, why) => {
  const { text: after, done, left } = fixed(text, write);
  expect(after).toBe(text);
  expect(done).toEqual([]);
  expect(left).toEqual([expect.objectContaining({ line: expect.any(Number), why: expect.stringContaining(why) })]);
});

test.each<[what: string, write: (op: Operations) => unknown, left: readonly string[]]>([
  ["accepted", (op) => [op.accept("index-blocks-writes", "at night"), op.createIndex("shop", index)], []],
  [
    "about a new table",
    (op) => [
      op.createTable("mall", { columns: [{ name: "id", type: "integer" }] }),
      op.createIndex("mall", { columns: ["id"] }),
    ],
    [],
  ],
  [
    "a change of type",
    (op) => op.alterColumn("shop", "id", { type: "bigint" }),
    ["type-rewrite: there is no recipe for it"],
  ],
  [
    "about a table without a key",
    (op) => op.addColumn("keyless", { name: "no", type: "serial" }),
    ["serial-rewrite: there is no recipe for it"],
  ],
  [
    "in another place",
    (op) => op.addColumn("shop", { name: "n", type: "text", nullable: true }, { after: "id" }),
    ["column-placed: its recipe gives another schema; choose it by hand"],
  ],
  ["harmless", (op) => op.createIndex("shop", index, { concurrently: true }), []],
])("nothing is rewritten that is %s", (_, write, left) => {
  const found = findIn(write);
  expect(found.found).toEqual([]);
  expect(found.left.map(({ rule, why }) => `${rule}: ${why}`)).toEqual(left);
});

test("an index is not built before what it needs: a column that changes between its drop and its creation", () => {
  const { found } = findIn((op) => [
    op.dropIndex("shop", "IDX_code"),
    op.renameColumn("shop", "code", "label"),
    op.createIndex("shop", { name: "IDX_code", columns: ["label"] }),
  ]);
  expect(found).toHaveLength(1);
  expect(found[0]?.without).toEqual([]);
  expect(found[0]?.instead.map(({ name }) => name)).toEqual(["createIndex"]);
});

test("changes of a new revision are rewritten, but not those with a question", () => {
  const recorded = record((op) => [
    op.dropIndex("shop", "IDX_code"),
    op.createIndex("shop", { name: "IDX_code", columns: ["code", "id"] }),
    op.alterColumn("shop", "code", { nullable: false }),
  ]);
  const [drop, create, required] = recorded.map(({ operation }) => operation);
  const question: Change["question"] = {
    about: "constraint",
    asks: "not null",
    subject: { kind: "column", table: "shop", name: "code" },
  };
  const changes: readonly Change[] = [
    { operations: [drop!] },
    { operations: [create!] },
    { operations: [required!], question },
  ];
  const { changes: after, done, left } = rewriteChanges(changes, findAmong(recorded));
  expect(after.map(({ operations }) => operations.map(({ name }) => name))).toEqual([
    ["createIndex", "renameIndex", "renameIndex", "dropIndex"],
    ["alterColumn"],
  ]);
  expect(done).toHaveLength(1);
  expect(left).toEqual([expect.objectContaining({ rule: "not-null-scan", waits: true })]);
});

import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { NOTHING } from "../../src/kinds/apply.ts";
import type { ReviewedRevision } from "../../src/review/finding.ts";
import { fixText } from "../../src/review/fix.ts";
import { prepareRevisions } from "../../src/review/prepare.ts";
import { reviewRevisions } from "../../src/review/review.ts";
import { findRewritings, rewriteChanges } from "../../src/review/rewrite.ts";
import { RULES } from "../../src/review/rules.ts";
import { judgeVolatility } from "../../src/review/volatile.ts";
import { type Operations, type Recorded, record } from "../../src/revision/op.ts";
import type { Change } from "../../src/schema/operation.ts";
import type { RuleName } from "../../src/schema/rule-names.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { LoadedRevision } from "../../src/state/revisions.ts";
import { CASES, SCHEMA as CASES_SCHEMA, READ_RULES, type Write } from "../support/rule-cases.ts";

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
  return findRewritings(prepare(upgrade, SCHEMA, (stack) => upgrade.findIndex((one) => one.stack === stack) + 2));
}

function prepare(upgrade: readonly Recorded[], schema: Schema, findLine: LoadedRevision["findLine"]) {
  const loaded: LoadedRevision = {
    revision: { id: "aaaa", down: [], message: "", file: "" },
    upgrade,
    downgrade: [],
    late: [],
    checksum: "",
    timeouts: {},
    findLine,
  };
  const known = { before: { ...NOTHING, schema }, own: "public", isVolatile: judgeVolatility() };
  const [revision] = prepareRevisions([{ loaded, isReviewed: true, runs: true }], {
    ...known,
    asIfLarge: true,
    showPath: (file) => file,
  });
  return revision!;
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

test("comments between the arguments go above the recipe", () => {
  const text = `export function upgrade(op: Operations): void {
  op.createIndex("shop", {
    name: "IDX_new", // see http://x/*
    /* for
       the search */
    columns: ["code"],
  }); // quick
}
`;
  expect(fixed(text, (op) => op.createIndex("shop", index)).text).toBe(`export function upgrade(op: Operations): void {
  // see http://x/*
  /* for
       the search */
  op.createIndex("shop", { name: "IDX_new", columns: ["code"] }, { concurrently: true }); // quick
}
`);
});

test.each<[call: string, write: (op: Operations) => unknown]>([
  [`createPrimaryKey("keyless", { columns: ["n"] })`, (op) => op.createPrimaryKey("keyless", { columns: ["n"] })],
  [
    `createUniqueConstraint("shop", { columns: ["code"] })`,
    (op) => op.createUniqueConstraint("shop", { columns: ["code"] }),
  ],
  [
    `createCheckConstraint("shop", { expression: "id > 0" })`,
    (op) => op.createCheckConstraint("shop", { expression: "id > 0" }),
  ],
  [
    `createForeignKey("keyless", { columns: ["n"], references: { table: "shop", columns: ["id"] } })`,
    (op) => op.createForeignKey("keyless", { columns: ["n"], references: { table: "shop", columns: ["id"] } }),
  ],
])("a constraint whose name is left to TypeORM is rewritten: %s", (call, write) => {
  const { done, left } = fixed(`export function upgrade(op: Operations): void {\n  op.${call};\n}\n`, write);
  expect({ done: done.length, left }).toEqual({ done: 1, left: [] });
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

const READS_LINE = /<anonymous>:(\d+):\d+\)$/m;

/** Reviews the lines of a function, as if they were lines 2, 3 … of a file. */
function prepareLines(lines: readonly string[]): ReviewedRevision {
  const write = new Function("op", lines.join("\n"));
  // The engine puts two lines before the text of such a function.
  const findLine = (stack: string) => Number(READS_LINE.exec(stack)?.[1]) - 1;
  return prepare(
    record((op) => void write(op)),
    CASES_SCHEMA,
    findLine,
  );
}

function fixLines(lines: readonly string[]) {
  const { found } = findRewritings(prepareLines(lines));
  const text = `export function upgrade(op) {\n${lines.join("\n")}\n}\n`;
  const { text: after, left } = fixText(text, found, morph);
  return { found, left, lines: after.split("\n").slice(1, -2) };
}

const listFindings = (lines: readonly string[]) => reviewRevisions([prepareLines(lines)], "none").findings;
const printAll = (write: Write) =>
  record((op) => void write(op)).map(
    ({ operation: { name, args } }) => `op.${name}(${args.map((arg) => JSON.stringify(arg)).join(", ")});`,
  );

const REWRITTEN = READ_RULES.filter((rule) => {
  if (RULES[rule].level !== "size") return false;
  return fixLines(printAll(CASES[rule][0])).found.length > 0;
});

test("most rules about blocking work have a recipe that a file can get", () => {
  expect(REWRITTEN.length).toBeGreaterThan(6);
});

test.each(REWRITTEN)("what a person accepted about an operation is accepted after the recipe of %s too", (rule) => {
  const plain = printAll(CASES[rule][0]);
  const others = listFindings(plain).filter((one) => RULES[one.rule].level !== "size");
  const accept = (name: RuleName) => [`// ${name} is right here`, `op.accept("${name}", "because of ${name}");`];
  const lines = plain.flatMap((line, at) => {
    const isLast = at === plain.length - 1;
    const own = others.filter((one) => (one.operation === undefined ? at === 0 : one.line === at + 2));
    return [...(isLast ? accept("drop-table") : []), ...own.flatMap((one) => accept(one.rule)), line];
  });
  const { found, lines: after } = fixLines(lines);
  expect(found.map((one) => one.rule)).toContain(rule);
  const known = new Set(others.map((one) => one.rule));
  const reviewed = listFindings(after);
  const open = reviewed.filter((one) => known.has(one.rule) && one.accepted === undefined);
  expect(open).toEqual([]);
  const unused = reviewed.filter((one) => one.rule === "unused-acceptance").map(({ text }) => /"(.*)"/.exec(text)?.[1]);
  const gone = [...known].filter((name) => !reviewed.some((one) => one.rule === name));
  expect(unused.sort()).toEqual([...gone, "drop-table"].sort());
  for (const name of ["drop-table", ...known]) expect(after.join("\n")).toContain(accept(name as RuleName).join("\n"));
});

test("the steps before the operation go above what was accepted about it, and above its comments", () => {
  const lines = [
    '  op.accept("many-exclusive-locks", "closed");',
    "",
    "  // Codes are printed from now on.",
    '  op.accept("required-for-old-code", "no old code inserts");',
    '  op.alterColumn("mall", "title", { nullable: false }); // see #12',
  ];
  expect(fixLines(lines).lines).toEqual([
    '  op.accept("many-exclusive-locks", "closed");',
    "",
    "  op.createCheckConstraint(",
    '    "mall",',
    '    { name: "CHK_mall_title_not_null", expression: `"title" IS NOT NULL` },',
    "    { notValid: true },",
    "  );",
    "  op.commit();",
    '  op.validateConstraint("mall", "CHK_mall_title_not_null");',
    "  op.commit();",
    "  // Codes are printed from now on.",
    '  op.accept("required-for-old-code", "no old code inserts");',
    '  op.alterColumn("mall", "title", { nullable: false });',
    '  op.dropConstraint("mall", "CHK_mall_title_not_null"); // see #12',
  ]);
});

test("what is accepted about the whole revision stays above all steps", () => {
  const lines = [
    '  op.accept("required-for-old-code", "no old code inserts");',
    '  op.accept("many-exclusive-locks", "closed");',
    '  op.alterColumn("mall", "title", { nullable: false });',
  ];
  const { lines: after } = fixLines(lines);
  expect(after[0]).toBe(lines[1]);
  expect(after.slice(-3)).toEqual([lines[0], lines[2], '  op.dropConstraint("mall", "CHK_mall_title_not_null");']);
});

test("an operation whose op.accept is elsewhere stays as it is", () => {
  const lines = [
    "  {",
    '  op.accept("required-for-old-code", "no old code inserts");',
    "  }",
    '  op.alterColumn("mall", "title", { nullable: false });',
  ];
  const { lines: after, left } = fixLines(lines);
  expect(after).toEqual(lines);
  expect(left).toEqual([expect.objectContaining({ why: expect.stringContaining("op.accept") })]);
});

import { NOTHING } from "../../src/kinds/apply.ts";
import type { ReviewedRevision } from "../../src/review/finding.ts";
import { prepareRevisions } from "../../src/review/prepare.ts";
import { type Review, reviewRevisions } from "../../src/review/review.ts";
import { judgeVolatility } from "../../src/review/volatile.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { qualifiedName } from "../../src/sql.ts";

/** What a function of a revision file does. */
export type Write = (op: Operations) => unknown;

const id = { name: "id", type: "integer" };
const link = (name: string, column: string, table: string) => ({
  name,
  columns: [column],
  references: { table, columns: ["id"] },
});

/** The schema before the example. */
export const SCHEMA: Schema = {
  enums: [{ name: "tier", values: ["basic", "gold"] }],
  tables: [
    { name: "mall", columns: [id, { name: "title", type: "text" }], primaryKey: { name: "PK_mall", columns: ["id"] } },
    {
      name: "shop",
      columns: [
        id,
        { name: "mall_id", type: "integer", nullable: true },
        { name: "code", type: "character varying(20)", nullable: true },
        { name: "fax", type: "text", nullable: true },
        { name: "opened", type: "timestamp without time zone", nullable: true },
        { name: "tier", type: "tier", default: "'basic'" },
      ],
      primaryKey: { name: "PK_shop", columns: ["id"] },
      foreignKeys: [link("FK_shop_mall", "mall_id", "mall")],
    },
    {
      name: "bill",
      columns: [id, { name: "shop_id", type: "integer" }, { name: "total", type: "numeric(8,2)" }],
      primaryKey: { name: "PK_bill", columns: ["id"] },
      foreignKeys: [link("FK_bill_shop", "shop_id", "shop")],
    },
    {
      name: "offer",
      columns: [id, { name: "mall_id", type: "integer" }],
      foreignKeys: [link("FK_offer_mall", "mall_id", "mall")],
    },
    {
      name: "fax_log",
      columns: [id, { name: "shop_id", type: "integer" }],
      foreignKeys: [link("FK_fax_log_shop", "shop_id", "shop")],
    },
  ],
};

const SIZES = {
  "public.shop": { rows: 9_000_000, bytes: 2_000_000_000 },
  "public.bill": { rows: 800_000, bytes: 90_000_000 },
  "public.fax_log": { rows: 40, bytes: 40_000 },
  "public.mall": { rows: 12, bytes: 40_000 },
  "public.offer": { rows: 12, bytes: 40_000 },
};

/** A revision with findings of each level, an accepted one, a question, and tables of each fate. */
const shops: Write = (op) => {
  op.createTable("tenant", {
    columns: [id, { name: "name", type: "text" }, { name: "shop_id", type: "integer" }],
    primaryKey: { name: "PK_tenant", columns: ["id"] },
  });
  op.createForeignKey("tenant", link("FK_tenant_shop", "shop_id", "shop"));
  op.createIndex("shop", { name: "IDX_shop_code", columns: ["code"] });
  op.alterColumn("shop", "code", { nullable: false });
  op.renameColumn("shop", "opened", "opened_at");
  op.accept("drop-column", "no faxes any more, <b>says A & B</b>");
  op.dropColumn("shop", "fax");
  op.dropTable("fax_log");
  op.addEnumValue("tier", "silver");
  op.commit();
  op.alterColumn("bill", "id", { type: "bigint" });
  op.sql("UPDATE bill SET total = round(total, 2) WHERE total > 100");
  op.todo("Was offer.mall_id renamed to offer.place_id? No guess is certain.");
};

const shopsBack: Write = (op) => {
  op.alterColumn("bill", "id", { type: "integer" });
  op.renameColumn("shop", "opened_at", "opened");
  op.addColumn("shop", { name: "fax", type: "text", nullable: true });
  op.dropTable("tenant");
};

/** The example as it is reviewed. */
export function exampleReview(): Example {
  return reviewWrites([{ id: "91bc0f3d6a2e", message: "tenants of shops", up: shops, down: shopsBack }], SCHEMA);
}

/** A review with its revisions, as the formats take them. */
export interface Example {
  readonly review: Review;
  readonly revisions: readonly ReviewedRevision[];
}

/** Where the first operation of a revision file is. */
const FIRST_LINE = 8;

/** Reviews revisions that are written in a test. */
export function reviewWrites(
  writes: readonly { readonly id: string; readonly message: string; readonly up: Write; readonly down?: Write }[],
  schema: Schema,
): Example {
  const revisions = prepareRevisions(
    writes.map(({ id: revision, message, up, down = () => undefined }) => {
      const upgrade = record((op) => void up(op));
      const loaded = {
        revision: { id: revision, down: [], message, file: `migrations/${revision}.ts` },
        upgrade,
        downgrade: record((op) => void down(op)),
        late: [],
        checksum: "",
        timeouts: {},
        findLine: (at: string) => FIRST_LINE + upgrade.findIndex(({ stack }) => stack === at),
      };
      return { loaded, isReviewed: true, runs: true };
    }),
    {
      before: { ...NOTHING, schema },
      sizes: SIZES,
      own: "public",
      isVolatile: judgeVolatility(),
      showPath: (file) => file,
    },
  );
  return { review: reviewRevisions(revisions, "file"), revisions };
}

/** Names and texts that a format may read as something else. */
export const HOSTILE = [
  `a "q" 's'`,
  "pi|pe",
  "back`tick```s",
  "new\nline",
  "fox🦊",
  "</script><b>x</b>",
  "\\back\\|",
  "x".repeat(63),
  "_under_*star*~~x~~",
  "@team #12 $1$ [l](x)",
  "%{};--",
  "\u202eabc",
  "::error::x",
];

/** A review of operations about tables, columns and values with such names, with such reasons and questions. */
export function hostileReview(): Example {
  const id = { name: "id", type: "integer" };
  const tables = HOSTILE.map((name) => ({
    name: qualifiedName(name),
    columns: [id, { name, type: "text", nullable: true as const }],
    primaryKey: { name: `PK ${name}`.slice(0, 60), columns: ["id"] },
  }));
  const enums = HOSTILE.map((name) => ({ name: qualifiedName(`kind ${name}`.slice(0, 60)), values: ["a"] }));
  const up: Write = (op) => {
    for (const name of HOSTILE) {
      const table = qualifiedName(name);
      op.todo(`Which ${name}?`, `SELECT '${name}'`);
      op.createIndex(table, { name: `I ${name}`.slice(0, 60), columns: [name] });
      op.alterColumn(table, name, { nullable: false });
      op.addEnumValue(qualifiedName(`kind ${name}`.slice(0, 60)), name);
      op.accept("drop-column", name);
      op.dropColumn(table, name);
      op.sql(`UPDATE x SET y = '${name}'`);
    }
  };
  const down: Write = (op) => {
    for (const name of HOSTILE) op.addColumn(qualifiedName(name), { name, type: "text", nullable: true });
  };
  const made = reviewWrites([{ id: "aaaa", message: HOSTILE.join(" "), up, down }], { tables, enums });
  const file = `migrations/${HOSTILE.join(" ")}.ts`;
  const change = <One extends { readonly file: string }>(one: One): One => ({ ...one, file });
  const { findings, openQuestions = [] } = made.review;
  return {
    review: { ...made.review, findings: findings.map(change), openQuestions: openQuestions.map(change) },
    revisions: made.revisions.map(change),
  };
}

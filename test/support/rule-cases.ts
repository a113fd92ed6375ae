import { type Following, NOTHING } from "../../src/kinds/apply.ts";
import type { ReviewFinding } from "../../src/review/finding.ts";
import { prepareRevisions, type ReviewStart } from "../../src/review/prepare.ts";
import { reviewRevisions } from "../../src/review/review.ts";
import { RULES } from "../../src/review/rules.ts";
import type { Sizes } from "../../src/review/sizes.ts";
import { judgeVolatility } from "../../src/review/volatile.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import { RULE_NAMES, type RuleName } from "../../src/schema/rule-names.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { LoadedRevision } from "../../src/state/revisions.ts";

/** Writes operations, as the function `upgrade` of a revision does. */
export type Write = (op: Operations) => unknown;

/** The schema before each case. */
export const SCHEMA: Schema = {
  enums: [{ name: "tier", values: ["basic", "gold"] }],
  sequences: [{ name: "bill_number" }],
  tables: [
    {
      name: "mall",
      columns: [
        { name: "id", type: "integer" },
        { name: "title", type: "character varying(40)", nullable: true },
      ],
      primaryKey: { name: "PK_mall", columns: ["id"] },
    },
    {
      name: "shop",
      columns: [
        { name: "id", type: "integer" },
        { name: "mall_id", type: "integer", nullable: true },
        { name: "code", type: "character varying(20)" },
        { name: "slug", type: "text", nullable: true },
        { name: "price", type: "numeric(8,2)" },
        { name: "opened", type: "timestamp without time zone", nullable: true },
        { name: "tier", type: "tier", default: "'basic'" },
      ],
      primaryKey: { name: "PK_shop", columns: ["id"] },
      checks: [
        { name: "CHK_code", expression: "length(code) > 0 AND price > 0" },
        { name: "CHK_slug", expression: "slug IS NOT NULL" },
      ],
      indexes: [
        { name: "IDX_wide", columns: ["code", "slug"] },
        { name: "IDX_opened", columns: ["opened"] },
      ],
    },
    {
      name: "bill",
      columns: [
        { name: "id", type: "integer" },
        { name: "shop_id", type: "integer" },
      ],
    },
    { name: "item", columns: [{ name: "id", type: "integer" }] },
    {
      name: "tag",
      columns: [
        { name: "id", type: "integer" },
        { name: "word", type: "character varying(20)" },
      ],
      indexes: [{ name: "IDX_tag", columns: ["id"], where: "word <> ''" }],
    },
  ],
};

const key = { name: "FK", columns: ["shop_id"], references: { table: "shop", columns: ["id"] } };
const check = { name: "CHK", expression: "price < 9" };
/** A generated column that is not stored. */
const VIRTUAL = {
  name: "twice",
  type: "integer",
  asExpression: "id * 2",
  generatedType: "VIRTUAL" as const,
  nullable: true as const,
};
const tier = { table: "shop", column: "tier", default: "'basic'" };
const uuid = { name: "token", type: "uuid", nullable: true as const };

/** Rules about statements and code of a person, which only a measurement shows. */
export type OnlyMeasured = "truncate" | "cascade" | "matview-refresh" | "vacuum-full";

export type ReadRule = Exclude<RuleName, OnlyMeasured>;

/** The other rules. */
export const READ_RULES = RULE_NAMES.filter((rule): rule is ReadRule => !isOnlyMeasured(rule));

function isOnlyMeasured(rule: RuleName): rule is OnlyMeasured {
  return !("find" in RULES[rule]) && !("findInRevision" in RULES[rule]);
}

/** For each rule an upgrade about which it says something, and one that looks alike and is harmless. */
export const CASES: Readonly<Record<ReadRule, readonly [fires: Write, silent: Write]>> = {
  "drop-table": [(op) => op.dropTable("item"), (op) => op.dropColumn("item", "id")],
  "drop-column": [(op) => op.dropColumn("shop", "slug"), (op) => op.dropIndex("shop", "IDX_opened")],
  "drop-takes-more": [(op) => op.dropColumn("shop", "code"), (op) => op.dropColumn("shop", "opened")],
  "retype-loses": [
    (op) => op.alterColumn("shop", "opened", { type: "date" }),
    (op) => op.alterColumn("shop", "price", { type: "numeric(12,2)" }),
  ],
  "drop-and-add": [
    (op) => [op.dropColumn("shop", "code"), op.addColumn("shop", { name: "code", type: "integer", nullable: true })],
    (op) => [op.dropColumn("shop", "code"), op.addColumn("mall", { name: "code", type: "integer", nullable: true })],
  ],
  "enum-value-removed": [
    (op) => op.replaceEnum("tier", ["basic"], [tier]),
    (op) => op.replaceEnum("tier", ["gold", "basic"], [tier]),
  ],
  "identity-restarts": [
    (op) => op.dropSequence("bill_number"),
    (op) => [
      op.alterColumn("bill", "id", { generatedIdentity: "ALWAYS", continueAfter: "bill_number" }),
      op.dropSequence("bill_number"),
    ],
  ],
  "not-null-scan": [
    (op) => op.alterColumn("shop", "mall_id", { nullable: false }),
    (op) => op.alterColumn("shop", "slug", { nullable: false }), // CHK_slug proves it
  ],
  "check-scan": [
    (op) => op.createCheckConstraint("shop", check),
    (op) => op.createCheckConstraint("shop", check, { notValid: true }),
  ],
  "unique-build": [
    (op) => op.createUniqueConstraint("shop", { columns: ["code"] }),
    (op) => op.createUniqueConstraint("shop", { columns: ["code"] }, { usingIndex: "i" }),
  ],
  "primary-key-build": [
    (op) => op.createPrimaryKey("bill", { columns: ["id"] }),
    (op) => op.createPrimaryKey("bill", { columns: ["id"] }, { usingIndex: "i" }),
  ],
  "exclusion-build": [
    (op) => op.createExclusionConstraint("bill", { expression: "USING gist (int4range(id, id, '[]') WITH &&)" }),
    (op) => op.createCheckConstraint("bill", { name: "CHK", expression: "id > 0" }, { notValid: true }),
  ],
  "type-rewrite": [
    (op) => op.alterColumn("shop", "id", { type: "bigint" }),
    (op) => op.alterColumn("mall", "title", { type: "text" }),
  ],
  "type-scan": [
    (op) => op.alterColumn("shop", "code", { type: "varchar(60)" }),
    (op) => op.alterColumn("mall", "title", { type: "varchar(60)" }),
  ],
  "type-index-rebuild": [
    (op) => op.alterColumn("shop", "opened", { type: "timestamp with time zone" }),
    (op) => op.alterColumn("mall", "title", { type: "text" }),
  ],
  "default-rewrite": [
    (op) => op.addColumn("shop", { ...uuid, default: "gen_random_uuid()" }),
    (op) => op.addColumn("shop", { name: "at", type: "timestamptz", default: "now()" }),
  ],
  "generated-rewrite": [
    (op) => op.addColumn("shop", { name: "twice", type: "integer", asExpression: "id * 2" }),
    (op) => op.addColumn("shop", VIRTUAL),
  ],
  "serial-rewrite": [
    (op) => op.addColumn("shop", { name: "number", type: "serial" }),
    (op) => op.addColumn("shop", { name: "number", type: "integer", nullable: true }),
  ],
  "identity-rewrite": [
    (op) => op.addColumn("shop", { name: "number", type: "integer", generatedIdentity: "ALWAYS" }),
    (op) => op.addColumn("shop", { name: "number", type: "integer", nullable: true }),
  ],
  "column-placed": [(op) => op.addColumn("shop", uuid, { after: "id" }), (op) => op.addColumn("shop", uuid)],
  "enum-replaced": [
    (op) => op.replaceEnum("tier", ["basic", "gold", "new"], [tier]),
    (op) => op.addEnumValue("tier", "new"),
  ],
  "index-blocks-writes": [
    (op) => op.createIndex("shop", { columns: ["code"] }),
    (op) => op.createIndex("shop", { columns: ["code"] }, { concurrently: true }),
  ],
  "foreign-key-scan": [
    (op) => op.createForeignKey("bill", key),
    (op) => op.createForeignKey("bill", key, { notValid: true }),
  ],
  "foreign-key-without-index": [
    (op) => op.createForeignKey("bill", key, { notValid: true }),
    (op) => [
      op.createForeignKey("bill", key, { notValid: true }),
      op.createIndex("bill", { columns: ["shop_id", "id"] }),
    ],
  ],
  "rows-in-the-way": [
    (op) => op.alterColumn("shop", "mall_id", { nullable: false }),
    (op) => op.alterColumn("shop", "mall_id", { nullable: true }),
  ],
  "rename-column": [(op) => op.renameColumn("shop", "code", "sku"), (op) => op.renameIndex("shop", "IDX_wide", "IDX")],
  "rename-table": [(op) => op.renameTable("shop", "stall"), (op) => op.renameConstraint("shop", "CHK_code", "CHK")],
  "rename-schema": [(op) => op.renameSchema("sales", "trade"), (op) => op.createSchema("trade")],
  "required-for-old-code": [
    (op) => op.alterColumn("shop", "mall_id", { nullable: false }),
    (op) => op.alterColumn("shop", "mall_id", { nullable: false, default: "1" }),
  ],
  "gone-for-old-code": [(op) => op.dropColumn("shop", "slug"), (op) => op.dropConstraint("shop", "CHK_code")],
  "enum-value-unknown-to-old-code": [(op) => op.addEnumValue("tier", "new"), (op) => op.createEnum("mood", ["new"])],
  "validate-in-same-transaction": [
    (op) => [op.createCheckConstraint("shop", check, { notValid: true }), op.validateConstraint("shop", "CHK")],
    (op) => op.validateConstraint("shop", "CHK_code"),
  ],
  "many-exclusive-locks": [
    (op) => ["mall", "shop", "bill", "item"].map((table) => op.addColumn(table, { ...uuid })),
    (op) => ["mall", "shop", "bill"].map((table) => op.addColumn(table, { ...uuid })),
  ],
  "work-after-exclusive-lock": [
    (op) => [op.addColumn("shop", uuid), op.sql("UPDATE shop SET slug = code")],
    (op) => [op.sql("UPDATE shop SET slug = code"), op.addColumn("shop", uuid)],
  ],
  "update-without-batches": [
    (op) => op.sql('UPDATE "shop" SET slug = code'),
    (op) => op.sql("INSERT INTO item VALUES (0)"),
  ],
  "unqualified-function": [
    (op) => op.createIndex("shop", { columns: ["id"], where: "find_code(code) = 'x'" }),
    (op) => op.createIndex("shop", { columns: ["id"], where: "lower(code) = 'x'" }),
  ],
  "enum-value-stays": [
    (op) => op.addEnumValue("tier", "new"),
    (op) => [op.createEnum("mood", ["sad"]), op.addEnumValue("mood", "glad")],
  ],
  "downgrade-loses": [(op) => op.addColumn("shop", uuid), (op) => op.createIndex("shop", { columns: ["slug"] })],
  "unknown-sql": [(op) => op.sql("SELECT 1"), (op) => op.backfill("shop", { set: { slug: "code" } })],
  "unused-acceptance": [
    (op) => [op.accept("drop-table", "unused"), op.dropColumn("item", "id")],
    (op) => [op.accept("drop-table", "unused"), op.dropTable("item")],
  ],
};

/** What is measured: a statement about which the rule says something, one that it does not, and what is there before. */
export interface MeasuredCase {
  readonly fires: string;
  readonly silent: string;
  readonly first?: string;
  /** They run outside a transaction. */
  readonly isOutside?: true;
}

const alter = (shop: string) => `ALTER TABLE shop ${shop}`;
const NO_ROW = "DELETE FROM item WHERE id = 0";

/** For each rule that reads measurements: statements of a person. */
export const MEASURED_CASES: Readonly<Partial<Record<RuleName, MeasuredCase>>> = {
  "drop-table": { fires: "DROP TABLE item", silent: NO_ROW },
  "drop-column": { fires: alter("DROP opened"), silent: alter("ADD closed date") },
  truncate: { fires: "TRUNCATE item", silent: NO_ROW },
  cascade: {
    first: "CREATE VIEW busy AS SELECT id FROM item",
    fires: "DROP TABLE item CASCADE",
    silent: "DROP VIEW busy; DROP TABLE item",
  },
  "identity-restarts": {
    first: "CREATE SEQUENCE numbers; SELECT nextval('numbers'), nextval('numbers')",
    fires: "ALTER SEQUENCE numbers RESTART",
    silent: "ALTER SEQUENCE numbers RESTART WITH 1000",
  },
  "not-null-scan": { fires: alter("ALTER mall_id SET NOT NULL"), silent: alter("ALTER slug SET NOT NULL") },
  "check-scan": { fires: alter("ADD CHECK (price < 9000)"), silent: alter("ADD CHECK (price < 9000) NOT VALID") },
  "unique-build": { fires: alter("ADD UNIQUE (code)"), silent: "CREATE UNIQUE INDEX i ON shop (code)" },
  "primary-key-build": { fires: "ALTER TABLE bill ADD PRIMARY KEY (id)", silent: "CREATE UNIQUE INDEX i ON bill (id)" },
  "exclusion-build": {
    fires: "ALTER TABLE bill ADD EXCLUDE USING gist (int4range(id, id, '[]') WITH &&)",
    silent: "ALTER TABLE bill ADD CHECK (id > 0)",
  },
  "type-rewrite": { fires: alter("ALTER id TYPE bigint"), silent: "ALTER TABLE mall ALTER title TYPE text" },
  "default-rewrite": {
    fires: alter("ADD token uuid DEFAULT gen_random_uuid()"),
    silent: alter("ADD at timestamptz DEFAULT now()"),
  },
  "generated-rewrite": {
    fires: alter("ADD twice integer GENERATED ALWAYS AS (id * 2) STORED"),
    silent: alter("ADD number serial"),
  },
  "serial-rewrite": { fires: alter("ADD number serial"), silent: alter("ADD number integer") },
  "identity-rewrite": {
    fires: alter("ADD number integer GENERATED ALWAYS AS IDENTITY"),
    silent: alter("ADD number integer"),
  },
  "matview-refresh": {
    first: "CREATE MATERIALIZED VIEW busy AS SELECT id FROM item; CREATE UNIQUE INDEX ON busy (id)",
    fires: "REFRESH MATERIALIZED VIEW busy",
    silent: "REFRESH MATERIALIZED VIEW CONCURRENTLY busy",
  },
  "vacuum-full": { fires: "VACUUM FULL item", silent: "VACUUM item", isOutside: true },
  "index-blocks-writes": { fires: "CREATE INDEX ON shop (code)", silent: alter("ADD UNIQUE (code)") },
  "foreign-key-scan": {
    fires: "ALTER TABLE bill ADD FOREIGN KEY (shop_id) REFERENCES shop (id)",
    silent: "ALTER TABLE bill ADD FOREIGN KEY (shop_id) REFERENCES shop (id) NOT VALID",
  },
  "rename-column": { fires: alter("RENAME code TO sku"), silent: alter('RENAME CONSTRAINT "CHK_code" TO c') },
  "rename-table": { fires: alter("RENAME TO stall"), silent: alter("RENAME code TO sku") },
  "update-without-batches": {
    fires: "WITH done AS (UPDATE shop SET slug = code RETURNING 1) SELECT count(*) FROM done",
    silent: "INSERT INTO item VALUES (0)",
  },
};

/** Reviews revisions that follow each other. */
export function reviewWritten(
  writes: readonly Write[],
  sizes?: Sizes,
  before: Following = { ...NOTHING, schema: SCHEMA },
  measured?: ReviewStart["measured"],
): readonly ReviewFinding[] {
  const revisions = writes.map((write, at) => ({
    loaded: loadWritten(write, `rev${at}`),
    isReviewed: true,
    runs: true,
  }));
  const prepared = prepareRevisions(revisions, {
    before,
    ...(sizes && { sizes }),
    ...(measured && { measured }),
    own: "public",
    isVolatile: judgeVolatility(),
    version: 170000,
    searched: [{ name: "find_code", names: ["trim_code"] }],
    showPath: (file) => file,
  });
  return reviewRevisions(prepared, sizes === undefined ? "none" : "file").findings;
}

/** A revision that is written, with a way back that drops its columns. */
function loadWritten(write: Write, id: string): LoadedRevision {
  const upgrade = record((op) => void write(op));
  const added = upgrade.map(({ operation }) => operation.target).filter((target) => target?.effect === "create");
  const downgrade = record((op) => {
    for (const target of added) if (target?.kind === "column") op.dropColumn(target.table ?? "", target.name);
  });
  return {
    revision: { id, down: [], message: id, file: `${id}.ts` },
    upgrade,
    downgrade,
    late: [],
    checksum: "",
    timeouts: {},
    findLine: () => 3,
  };
}

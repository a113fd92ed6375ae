/** A revision that a person writes. `t("shop")` is the table's name in the schema that the test is about. */
export interface ByHand {
  readonly title: string;
  readonly up: string;
  readonly down: string;
  /** Other exports of the file. */
  readonly exports?: string;
  /** The way up leaves everything as it is. */
  readonly same?: true;
  /** There is no script for code \(op\.run\). */
  readonly noScript?: true;
}

/** The id of the revision that all others follow. */
export const START = "start";

/** The text of a revision file. */
export function revisionFile(id: string, prefix: string, { title, up, down, exports = "" }: ByHand): string {
  return `/** ${title}. */
import { createHash } from "node:crypto";
import type { Operations } from "typeorm-remodel";

export const revision = "${id}";
export const downRevision = ${id === START ? "null" : JSON.stringify(START)};
${exports}
const schema: string | undefined = ${prefix === "" ? "undefined" : JSON.stringify(prefix)};
const t = (name: string): string => (schema === undefined ? name : \`\${schema}.\${name}\`);
/** The name that TypeORM gives. */
const hashed = (kind: string, text: string): string => \`\${kind}_\${createHash("sha1").update(text).digest("hex")}\`.slice(0, 30);

export function upgrade(op: Operations): void {
  ${up}
}

export function downgrade(op: Operations): void {
  ${down}
}
`;
}

/** What all cases start from. */
export const BASE: ByHand = {
  title: "Base",
  up: `
  if (schema !== undefined) op.createSchema(schema);
  op.createEnum(t("shop_status"), ["open", "shut"]);
  op.createTable(t("mall"), {
    columns: [{ name: "id", type: "serial" }, { name: "name", type: "text" }, { name: "tags", type: "text[]", default: "'{}'" }],
    primaryKey: { name: "PK_mall", columns: ["id"] },
    comment: "Malls",
  });
  op.createTable(t("shop"), {
    columns: [
      { name: "id", type: "integer", generatedIdentity: "ALWAYS" },
      { name: "mall_id", type: "integer" },
      { name: "code", type: "character varying(20)", comment: "Of the shop" },
      { name: "status", type: schema === undefined ? "shop_status" : \`\${schema}.shop_status\`, default: "'open'" },
      { name: "area", type: "integer", nullable: true },
      { name: "area_feet", type: "integer", asExpression: "area * 11", nullable: true },
    ],
    primaryKey: { name: "PK_shop", columns: ["id"] },
    uniques: [{ name: "UQ_shop_code", columns: ["code"] }],
    checks: [{ name: "CHK_shop_area", expression: "area > 0" }],
  });
  op.createForeignKey(t("shop"), { name: "FK_shop_mall", columns: ["mall_id"], references: { table: t("mall"), columns: ["id"] } });
  op.createIndex(t("shop"), { name: "IDX_shop_mall", columns: ["mall_id"] });
  op.createTable(t("booking"), { columns: [{ name: "room", type: "integer" }, { name: "during", type: "int4range" }] });
  op.createTable(t("price"), {
    columns: [{ name: "shop_id", type: "integer" }, { name: "day", type: "date" }, { name: "note", type: "text", nullable: true }, { name: "amount", type: "numeric(10,2)", nullable: true }],
    primaryKey: { columns: ["shop_id", "day"] },
  });
  op.createSequence({ name: t("invoice_number"), start: "1000" });
  op.createView(t("open_shop"), { expression: \`SELECT "id", "code" FROM \${t("shop")} WHERE "status" = 'open'\` });
  op.insertRows(t("mall"), [{ id: 1, name: "Riverside", tags: ["roof", "a \\"b\\""] }, { id: 2, name: "O'Mill \\\\ Co" }], { sequenceOf: "id" });
  op.insertRows(t("shop"), [{ mall_id: 1, code: "A", area: 10 }, { mall_id: 1, code: "B", status: "shut" }, { mall_id: 2, code: "C" }]);
  op.insertRows(t("price"), Array.from({ length: 25 }, (_, at) => ({ shop_id: at % 3, day: new Date(Date.UTC(2024, 0, at + 1)), amount: at })));`,
  down: `
  op.dropView(t("open_shop"));
  op.dropSequence(t("invoice_number"));
  for (const name of ["price", "booking", "shop", "mall"]) op.dropTable(t(name));
  op.dropEnum(t("shop_status"));
  if (schema !== undefined) op.dropSchema(schema);`,
};

export const CASES: readonly ByHand[] = [
  {
    title: "1 create a table with everything",
    up: `op.createTable(t("lease"), {
    columns: [
      { name: "id", type: "bigserial", sequence: "lease_numbers" },
      { name: "shop_id", type: "integer" },
      { name: "period", type: "int4range" },
      { name: "name", type: "text", collation: "C", nullable: true, comment: "Who" },
    ],
    primaryKey: { columns: ["id"] },
    uniques: [{ columns: ["name", "shop_id"], deferrable: "INITIALLY DEFERRED" }],
    checks: [{ expression: "shop_id > 0" }],
    exclusions: [{ expression: "USING gist (period WITH &&)" }],
    comment: "Leases",
  });
  op.createForeignKey(t("lease"), { columns: ["shop_id"], references: { table: t("shop"), columns: ["id"] }, onDelete: "CASCADE" });`,
    down: `op.dropTable(t("lease"));`,
  },
  {
    title: "1 drop a table",
    up: `op.dropTable(t("booking"));`,
    down: `op.createTable(t("booking"), { columns: [{ name: "room", type: "integer" }, { name: "during", type: "int4range" }] });`,
  },
  {
    title: "1 create and drop a table, if need be",
    up: `op.createTable(t("booking"), { columns: [{ name: "room", type: "serial", sequence: "rooms" }] }, { ifNotExists: true });
  op.dropTable(t("nothing"), { ifExists: true });`,
    down: `op.dropTable(t("nothing"), { ifExists: true });`,
    same: true,
  },
  {
    title: "2 add a column",
    up: `op.addColumn(t("mall"), { name: "opened", type: "date", default: "'2020-01-01'" });`,
    down: `op.dropColumn(t("mall"), "opened");`,
  },
  {
    title: "2 drop a column",
    up: `op.dropColumn(t("booking"), "during");`,
    down: `op.addColumn(t("booking"), { name: "during", type: "int4range" });`,
  },
  {
    title: "2 add and drop a column, if need be",
    up: `op.addColumn(t("mall"), { name: "name", type: "text" }, { ifNotExists: true });
  op.dropColumn(t("mall"), "nothing", { ifExists: true });`,
    down: "",
    same: true,
  },
  {
    title: "3 rename a column",
    up: `op.renameColumn(t("mall"), "name", "title");`,
    down: `op.renameColumn(t("mall"), "title", "name");`,
  },
  {
    title: "4 change a column's type",
    up: `op.alterColumn(t("price"), "amount", { type: "integer", using: "amount::integer" });
  op.alterColumn(t("price"), "note", { type: "character varying(50)", collation: "C" });`,
    down: `op.alterColumn(t("price"), "note", { type: "text", collation: "default" });
  op.alterColumn(t("price"), "amount", { type: "numeric(10,2)" });`,
  },
  {
    title: "5 set and remove a default",
    up: `op.alterColumn(t("price"), "amount", { default: "0" }); op.alterColumn(t("shop"), "status", { default: null });`,
    down: `op.alterColumn(t("price"), "amount", { default: null }); op.alterColumn(t("shop"), "status", { default: "'open'" });`,
  },
  {
    title: "5 required, not required, identity, serial and generated no more",
    up: `op.alterColumn(t("booking"), "during", { nullable: true });
  op.alterColumn(t("shop"), "id", { setGenerated: "BY DEFAULT" });
  op.alterColumn(t("price"), "shop_id", { type: "serial" });
  op.alterColumn(t("booking"), "room", { generatedIdentity: "BY DEFAULT" });
  op.alterColumn(t("shop"), "area_feet", { asExpression: null });`,
    down: `op.dropColumn(t("shop"), "area_feet");
  op.addColumn(t("shop"), { name: "area_feet", type: "integer", asExpression: "area * 11", generatedType: "STORED", nullable: true });
  op.alterColumn(t("booking"), "room", { generatedIdentity: null });
  op.alterColumn(t("price"), "shop_id", { default: null });
  op.dropSequence(t("price_shop_id_seq"));
  op.alterColumn(t("shop"), "id", { setGenerated: "ALWAYS" });
  op.alterColumn(t("booking"), "during", { nullable: false });`,
  },
  {
    title: "6 change the primary key",
    up: `op.dropConstraint(t("price"), hashed("PK", "price_day_shop_id"));
  op.createPrimaryKey(t("price"), { columns: ["day"] });`,
    down: `op.dropConstraint(t("price"), hashed("PK", "price_day"));
  op.createPrimaryKey(t("price"), { columns: ["shop_id", "day"] });`,
  },
  {
    title: "7 add and remove a foreign key",
    up: `op.dropConstraint(t("shop"), "FK_shop_mall");
  op.createForeignKey(t("booking"), { name: "FK_booking_shop", columns: ["room"], references: { table: t("shop"), columns: ["id"] }, onDelete: "CASCADE", onUpdate: "RESTRICT", deferrable: "INITIALLY IMMEDIATE" });`,
    down: `op.dropConstraint(t("booking"), "FK_booking_shop");
  op.createForeignKey(t("shop"), { name: "FK_shop_mall", columns: ["mall_id"], references: { table: t("mall"), columns: ["id"] } });`,
  },
  {
    title: "7 a foreign key that is not valid yet, and is validated",
    up: `op.createForeignKey(t("price"), { name: "FK_price_shop", columns: ["shop_id"], references: { table: t("shop"), columns: ["id"] } }, { notValid: true });
  op.createForeignKey(t("shop"), { name: "FK_other", columns: ["mall_id"], references: { table: t("mall"), columns: ["id"] } }, { notValid: true });
  op.validateConstraint(t("shop"), "FK_other");`,
    down: `op.dropConstraint(t("price"), "FK_price_shop"); op.dropConstraint(t("shop"), "FK_other");`,
  },
  {
    title: "8 unique constraints",
    up: `op.createUniqueConstraint(t("mall"), { name: "UQ_mall_name", columns: ["name"], deferrable: "INITIALLY IMMEDIATE" });
  op.dropConstraint(t("shop"), "UQ_shop_code");`,
    down: `op.dropConstraint(t("mall"), "UQ_mall_name");
  op.createUniqueConstraint(t("shop"), { name: "UQ_shop_code", columns: ["code"] });`,
  },
  {
    title: "8 a unique constraint and a primary key take over indexes",
    up: `op.createIndex(t("mall"), { name: "mall_name", columns: ["name"], unique: true }, { concurrently: true });
  op.createUniqueConstraint(t("mall"), { columns: ["name"] }, { usingIndex: "mall_name" });
  op.createIndex(t("booking"), { name: "booking_room", columns: ["room"], unique: true });
  op.createPrimaryKey(t("booking"), { name: "PK_booking", columns: ["room"] }, { usingIndex: "booking_room" });`,
    down: `op.dropConstraint(t("booking"), "PK_booking");
  op.dropConstraint(t("mall"), hashed("UQ", "mall_name"));`,
  },
  {
    title: "9 check constraints",
    up: `op.createCheckConstraint(t("price"), { name: "CHK_amount", expression: "amount >= 0" });
  op.createCheckConstraint(t("price"), { name: "CHK_note", expression: "note <> ''" }, { notValid: true });
  op.validateConstraint(t("price"), "CHK_note");
  op.createCheckConstraint(t("price"), { name: "CHK_much", expression: "amount > 1000" }, { notValid: true });
  op.dropConstraint(t("shop"), "CHK_shop_area");
  op.dropConstraint(t("shop"), "CHK_nothing", { ifExists: true });`,
    down: `for (const name of ["CHK_amount", "CHK_note", "CHK_much"]) op.dropConstraint(t("price"), name);
  op.createCheckConstraint(t("shop"), { name: "CHK_shop_area", expression: "area > 0" });`,
  },
  {
    title: "10 indexes",
    up: `op.createIndex(t("mall"), { name: "IDX_name", columns: ["name"], unique: true, where: "id > 0" });
  op.createIndex(t("mall"), { name: "IDX_tags", columns: ["tags"], type: "gin" }, { ifNotExists: true });
  op.createIndex(t("mall"), { name: "IDX_tags", columns: ["tags"], type: "gin" }, { ifNotExists: true });
  op.renameIndex(t("shop"), "IDX_shop_mall", "IDX_other");
  op.dropIndex(t("shop"), "IDX_nothing", { ifExists: true });`,
    down: `op.dropIndex(t("mall"), "IDX_name"); op.dropIndex(t("mall"), "IDX_tags");
  op.renameIndex(t("shop"), "IDX_other", "IDX_shop_mall");`,
  },
  {
    title: "10 indexes that come and go without blocking",
    up: `op.createIndex(t("mall"), { columns: ["name"] }, { concurrently: true });
  op.dropIndex(t("shop"), "IDX_shop_mall", { concurrently: true });
  op.dropIndex(t("shop"), "IDX_nothing", { concurrently: true, ifExists: true });`,
    down: `op.createIndex(t("shop"), { name: "IDX_shop_mall", columns: ["mall_id"] }, { concurrently: true, ifNotExists: true });
  op.dropIndex(t("mall"), hashed("IDX", "mall_name"), { concurrently: true });`,
  },
  {
    title: "11 rename a table",
    up: `op.renameTable(t("shop"), "store");`,
    down: `op.renameTable(t("store"), "shop");`,
  },
  {
    title: "11 move a table to another schema and back",
    up: `op.moveToSchema(t("shop"), "other");`,
    down: `op.moveToSchema("other.shop", schema);`,
  },
  {
    title: "12 add columns in the middle",
    up: `op.addColumn(t("shop"), { name: "floor", type: "smallint", default: "0" }, { after: "mall_id" });
  op.addColumn(t("shop"), { name: "number", type: "serial" }, { before: "id" });
  op.addColumn(t("mall"), { name: "name", type: "text" }, { after: "id", ifNotExists: true });`,
    down: `op.dropColumn(t("shop"), "number"); op.dropColumn(t("shop"), "floor");`,
  },
  {
    title: "13 SQL with and without values",
    up: `op.sql(\`UPDATE \${t("mall")} SET name = $1, tags = $2 WHERE id = $3\`, ["It's $1", ["x", "y"], 1]);
  op.sql(\`UPDATE \${t("mall")} SET name = 'plain' WHERE id = 2 -- the second\`);`,
    down: `op.sql(\`UPDATE \${t("mall")} SET name = $1, tags = $2 WHERE id = 1\`, ["Riverside", ["roof", 'a "b"']]);
  op.sql(\`UPDATE \${t("mall")} SET name = 'O''Mill \\\\ Co' WHERE id = 2\`);`,
  },
  {
    title: "13 code (op.run)",
    up: `op.run(async (db) => {
    for (const { id } of await db.query(\`SELECT id FROM \${t("mall")}\`)) await db.query(\`UPDATE \${t("mall")} SET name = name || $1 WHERE id = $2\`, ["!", id]);
  });`,
    down: `op.run(async (db) => void (await db.query(\`UPDATE \${t("mall")} SET name = rtrim(name, '!')\`)));`,
    noScript: true,
  },
  {
    title: "14 names are TypeORM's where none is given, and renamed",
    up: `op.createExclusionConstraint(t("booking"), { expression: "USING gist (during WITH &&)" });
  op.createExclusionConstraint(t("booking"), { name: "XCL_booking", expression: "USING gist (during WITH &&)", deferrable: "INITIALLY DEFERRED" });
  op.renameConstraint(t("shop"), "UQ_shop_code", "UQ_other");`,
    down: `op.renameConstraint(t("shop"), "UQ_other", "UQ_shop_code");
  op.dropConstraint(t("booking"), "XCL_booking");
  op.dropConstraint(t("booking"), hashed("XCL", "booking_USING gist (during WITH &&)"));`,
  },
  {
    title: "rows of every kind of value, in several statements",
    up: `op.createTable(t("thing"), {
    columns: [
      { name: "id", type: "integer", generatedIdentity: "ALWAYS" }, { name: "big", type: "bigint", nullable: true },
      { name: "ratio", type: "double precision", nullable: true }, { name: "flag", type: "boolean", default: "true" },
      { name: "at", type: "timestamp with time zone", nullable: true }, { name: "bytes", type: "bytea", nullable: true },
      { name: "tags", type: "text[]", nullable: true }, { name: "data", type: "jsonb", nullable: true },
      { name: "list", type: "json", nullable: true }, { name: "blobs", type: "bytea[]", nullable: true },
    ],
  });
  op.insertRows(t("thing"), [
    { id: 7, big: 9007199254740993n, ratio: 0.1, flag: false, at: new Date(0), bytes: new Uint8Array([0, 39, 92, 255]) },
    { id: 8, tags: ["a,b", 'c"d', "e\\\\f", null, ""], data: { a: [1, "it's"] }, list: ["x", 1], blobs: [new Uint8Array([1])] },
    { id: 9, ratio: Number.NaN, flag: undefined, data: "text", list: "x" },
    { id: 10, data: null },
  ], { types: { data: "jsonb", list: "json" }, sequenceOf: "id", batch: 3 });
  op.insertRows(t("thing"), [{ big: 1 }]);
  op.sql(\`DO $do$ BEGIN IF (SELECT array_agg(id ORDER BY id) FROM \${t("thing")}) <> '{7,8,9,10,11}' THEN RAISE 'sequence'; END IF;
    IF (SELECT count(*) FROM \${t("thing")} WHERE flag) <> 4 THEN RAISE 'default'; END IF;
    IF (SELECT tags[2] || tags[3] FROM \${t("thing")} WHERE id = 8) <> 'c"de' || chr(92) || 'f' THEN RAISE 'array'; END IF;
    IF (SELECT bytes FROM \${t("thing")} WHERE id = 7) <> '\\\\x00275cff' THEN RAISE 'bytes'; END IF;
    IF (SELECT data FROM \${t("thing")} WHERE id = 9) <> '"text"' THEN RAISE 'json'; END IF; END $do$\`);`,
    down: `op.dropTable(t("thing"));`,
  },
  {
    title: "values at their limits, in rows and in parameters",
    up: `const odd = "It's \\\\ a \\"test\\": $1 $$ ; -- ü 漢 🛍 \\n\\t";
  op.createTable(t("odd"), {
    columns: [
      { name: "id", type: "integer" }, { name: "text", type: "text", nullable: true }, { name: "big", type: "bigint", nullable: true },
      { name: "small", type: "smallint", nullable: true }, { name: "exact", type: "numeric", nullable: true }, { name: "real", type: "real", nullable: true },
      { name: "double", type: "double precision", nullable: true }, { name: "bytes", type: "bytea", nullable: true }, { name: "day", type: "date", nullable: true },
      { name: "at", type: "timestamp with time zone", nullable: true }, { name: "data", type: "jsonb", nullable: true }, { name: "texts", type: "text[]", nullable: true },
      { name: "grid", type: "integer[]", nullable: true }, { name: "span", type: "interval", nullable: true }, { name: "uuid", type: "uuid", nullable: true }, { name: "ip", type: "inet", nullable: true },
    ],
  });
  const data = { [odd]: [odd, null, true, 1e300, { deep: [odd] }] };
  const row = {
    text: odd, big: -9223372036854775808n, small: 32767, exact: "123456789012345678901234567890.0000000001", real: 3.4e38, double: Number.MIN_VALUE,
    bytes: new Uint8Array([0, 39, 92, 127, 128, 255]), day: "4713-01-01 BC", at: new Date(8_640_000_000_000), data, texts: [odd, "", "NULL", "{}", null], grid: [[1, -2147483648], [2147483647, 0]],
    span: "-178000000 years", uuid: "ffffffff-ffff-ffff-ffff-ffffffffffff", ip: "2001:db8::1/128",
  };
  op.insertRows(t("odd"), [
    { id: 1, ...row },
    { id: 2, text: "", big: 9223372036854775807n, small: -32768, real: Number.NaN, double: -0, bytes: new Uint8Array(), day: "infinity", at: "-infinity", data: {}, texts: [], grid: [] },
    { id: 3, double: Number.POSITIVE_INFINITY, exact: Number.NaN, day: "5874897-12-31", at: "294276-12-31 23:59:59.999999+00" },
  ], { types: { data: "jsonb" } });
  const names = Object.keys(row);
  op.sql(\`INSERT INTO \${t("odd")} (id, \${names.join(", ")}) VALUES (4, \${names.map((_, at) => "$" + (at + 1)).join(", ")}) -- '$1'\`, Object.values(row));
  op.sql(\`DO $do$ BEGIN IF (SELECT count(DISTINCT (text, big, small, exact, real, double, bytes, day, at, data, texts, grid, span, uuid, ip)) FROM \${t("odd")} WHERE id IN (1, 4)) <> 1 THEN RAISE 'not the same'; END IF; END $do$\`);`,
    down: `op.dropTable(t("odd"));`,
  },
  {
    title: "a backfill in batches, over keys of one and of two columns",
    up: `op.backfill(t("price"), { set: { note: "'day ' || day", amount: "coalesce(amount, 0) + 100" }, batch: 4 });
  op.backfill(t("shop"), { set: { area: "5" }, where: "area IS NULL", batch: 1 });
  op.backfill(t("mall"), { set: { name: "name || '$1'" } });`,
    down: `op.backfill(t("price"), { set: { note: "NULL", amount: "amount - 100" }, batch: 25 });
  op.backfill(t("shop"), { set: { area: "DEFAULT" }, where: "area = 5" });
  op.sql(\`UPDATE \${t("mall")} SET name = rtrim(name, '$1')\`);`,
  },
  {
    title: "values from another table, over names that mean something in the block of the operation",
    up: `op.addColumn(t("shop"), { name: "off", type: "text", nullable: true });
  op.setValues(t("shop"), { set: { off: "m.name -- '$$'" }, from: \`\${t("mall")} AS m -- of it\`, where: "off IS NULL -- all" });
  op.setValues(t("mall"), { set: { name: "name || '$1'" } });`,
    down: `op.dropColumn(t("shop"), "off");
  op.setValues(t("mall"), { set: { name: "rtrim(name, '$1')" } });`,
  },
  {
    title: "schemas",
    up: `op.createSchema("fresh"); op.renameSchema("fresh", "stale"); op.createSchema("stale", { ifNotExists: true }); op.dropSchema("nothing", { ifExists: true });`,
    down: `op.dropSchema("stale");`,
  },
  {
    title: "an enum type comes, is renamed, moves and goes",
    up: `op.createEnum(t("mood"), ["", "it's", "good"]); op.createEnum(t("mood"), ["x"], { ifNotExists: true });
  op.createEnum(t("cash"), ["$$", "$_$"], { ifNotExists: true });
  op.renameEnum(t("mood"), "spirit"); op.moveEnumToSchema(t("spirit"), "other"); op.dropEnum(t("nothing"), { ifExists: true });`,
    down: `op.moveEnumToSchema("other.spirit", schema); op.renameEnum(t("spirit"), "mood"); op.dropEnum(t("mood")); op.dropEnum(t("cash"));`,
  },
  {
    title: "values of an enum type",
    up: `op.addEnumValue(t("shop_status"), "soon", { before: "open" });
  op.addEnumValue(t("shop_status"), "paused", { after: "open", commit: true });
  op.addEnumValue(t("shop_status"), "gone");
  op.renameEnumValue(t("shop_status"), "shut", "closed");`,
    down: `op.renameEnumValue(t("shop_status"), "closed", "shut");
  op.dropView(t("open_shop"));
  op.replaceEnum(t("shop_status"), ["open", "shut"], [{ table: t("shop"), column: "status", default: "'open'" }]);
  op.createView(t("open_shop"), { expression: \`SELECT "id", "code" FROM \${t("shop")} WHERE "status" = 'open'\` });`,
  },
  {
    title: "sequences",
    up: `op.createSequence({ name: t("counter"), type: "smallint", start: "5", increment: "5", minimum: "-10", maximum: "100", cycle: true });
  op.alterSequence({ name: t("counter"), minimum: null, maximum: null, cycle: false, restart: "7" });
  op.renameSequence(t("counter"), "number");
  op.createSequence({ name: t("number") }, { ifNotExists: true });
  op.renameSequence(t("nothing"), "something", { ifExists: true });
  op.dropSequence(t("nothing"), { ifExists: true });`,
    down: `op.dropSequence(t("number"));`,
  },
  {
    title: "views",
    up: `op.dropView(t("open_shop")); op.dropView(t("nothing"), { ifExists: true });
  op.createView(t("mall_names"), { expression: \`SELECT id, name FROM \${t("mall")}\`, materialized: true, indexes: [{ name: "IDX_names", columns: ["id"], unique: true }] });`,
    down: `op.dropView(t("mall_names"), { materialized: true });
  op.createView(t("open_shop"), { expression: \`SELECT "id", "code" FROM \${t("shop")} WHERE "status" = 'open'\` });`,
  },
  {
    title: "comments",
    up: `op.commentOnTable(t("shop"), "It's a \\\\ shop"); op.commentOnTable(t("mall"), null); op.commentOnColumn(t("shop"), "code", null);`,
    down: `op.commentOnTable(t("shop"), null); op.commentOnTable(t("mall"), "Malls"); op.commentOnColumn(t("shop"), "code", "Of the shop");`,
  },
  {
    title: "extensions",
    up: `op.createExtension("citext"); op.createExtension("citext"); op.dropExtension("hstore", { ifExists: true });`,
    down: `op.dropExtension("citext");`,
  },
  {
    title: "transactions that end in the middle",
    up: `op.createCheckConstraint(t("shop"), { name: "CHK_code", expression: "code <> ''" }, { notValid: true }); op.commit();
  op.validateConstraint(t("shop"), "CHK_code"); op.commit(); op.createIndex(t("mall"), { name: "IDX_name", columns: ["name"] }, { concurrently: true }); op.commit();`,
    down: `op.dropIndex(t("mall"), "IDX_name"); op.commit(); op.commit(); op.dropConstraint(t("shop"), "CHK_code");`,
  },
  {
    title: "defaults with words between their operands",
    up: `op.addColumn(t("shop"), { name: "at", type: "timestamp", default: "'2024-01-01 UTC'::timestamptz at time zone 'utc'" });
  op.addColumn(t("shop"), { name: "is_new", type: "boolean", default: "1 IS NOT NULL AND 'x' LIKE 'x' -- so" });
  op.createTable(t("hour"), { columns: [{ name: "of", type: "text", default: "'b' COLLATE \\"C\\"" }, { name: "open", type: "boolean", default: "1 IN (1, 2) OR 'and' = 'or'" }] });
  op.alterColumn(t("shop"), "is_new", { default: "2 BETWEEN 1 AND 3" });`,
    down: `op.dropTable(t("hour")); op.dropColumn(t("shop"), "is_new"); op.dropColumn(t("shop"), "at");`,
  },
  {
    title: "notes for TypeORM",
    up: `op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: t("shop"), name: "area_feet" }, "area * 11");`,
    down: `op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: t("shop"), name: "area_feet" });`,
  },
  {
    title: "timeouts of one revision",
    exports: "export const lockTimeout = 12_345;\nexport const statementTimeout = 60 * 1000;",
    up: `op.sql(\`DO $do$ BEGIN IF current_setting('lock_timeout') <> '12345ms' OR current_setting('statement_timeout') <> '1min' THEN RAISE '%', current_setting('lock_timeout'); END IF; END $do$\`);
  op.createIndex(t("mall"), { name: "IDX_name", columns: ["name"] }, { concurrently: true });`,
    down: `op.dropIndex(t("mall"), "IDX_name");`,
  },
];

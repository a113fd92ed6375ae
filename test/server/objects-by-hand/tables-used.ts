import { Check, Column, Entity, Generated, Index, PrimaryColumn, Unique } from "typeorm";
import { type Columns, declared, type Input, int, maybe, named, table, text, view } from "./models.ts";

const varchar = { type: "varchar" } as const;
const shop = (no: typeof varchar | typeof int) => table("shop", { code: varchar, no });
const SHOP = "INSERT INTO shop (code, no) VALUES ('a', '1');";
const NOTED = "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";
const mall = (slug: boolean) => table("mall", { name: text, ...(slug && { slug: maybe(text) }) });
const lease = table("lease", { rent: int });

/** Excluded tables have rows of ours in them, inherit from ours, or take numbers from our sequences. */
export const TABLES_USED: readonly Input[] = [
  {
    name: "rows as values of columns, alone, in arrays, in a composite type and in a domain",
    before: [shop(varchar)],
    after: [shop(int)],
    exclude: ["tmp_*"],
    byHand: `${SHOP} CREATE TYPE pair AS (one shop, two int); CREATE DOMAIN some_shop AS shop CHECK ((VALUE).code <> '');
      CREATE TABLE tmp_rows (one shop, more shop[], p pair, d some_shop); INSERT INTO tmp_rows (one) SELECT shop FROM shop;`,
    rows: "SELECT one::text FROM tmp_rows",
  },
  {
    name: "rows as values, and a column comes that has a default",
    before: [shop(varchar)],
    after: [table("shop", { code: varchar, no: varchar, floor: { ...int, default: 0 } })],
    exclude: ["tmp_*"],
    byHand: `${SHOP} CREATE TABLE tmp_rows (one shop); INSERT INTO tmp_rows SELECT shop FROM shop;`,
  },
  {
    name: "a view, a policy, a trigger, a rule and an index over an inherited column that gets another type",
    before: [shop(varchar)],
    after: [shop(int)],
    exclude: ["tmp_*"],
    byHand: `${SHOP} ${NOTED} CREATE TABLE tmp_child (more int) INHERITS (shop); CREATE TABLE tmp_grandchild () INHERITS (tmp_child);
      INSERT INTO tmp_child (id, code, no) VALUES (8, 'b', '2'); CREATE VIEW seen AS SELECT no FROM tmp_child; CREATE INDEX by_no ON tmp_child (lower(no));
      CREATE POLICY filled ON tmp_grandchild USING (no <> ''); CREATE TRIGGER noted AFTER UPDATE OF no ON tmp_child FOR EACH ROW EXECUTE FUNCTION noted();
      CREATE RULE kept AS ON DELETE TO tmp_child WHERE OLD.no = '' DO INSTEAD NOTHING;`,
  },
  {
    name: "tables that inherit a column that goes, and from a table that goes",
    before: [mall(true), lease],
    after: [mall(false)],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO mall (name) VALUES ('m'); CREATE TABLE tmp_mall (more int) INHERITS (mall); CREATE TABLE tmp_lease (more int) INHERITS (lease);
      INSERT INTO tmp_mall (id, name, slug) VALUES (7, 'a', 'b'); INSERT INTO tmp_lease (id, rent) VALUES (7, 1);
      CREATE VIEW slugs AS SELECT slug FROM tmp_mall; CREATE INDEX by_slug ON tmp_mall (slug DESC);`,
  },
  {
    name: "foreign keys of columns that PostgreSQL compares as any enum type, any array or any range",
    before: [placed(varchar)],
    after: [placed(text)],
    exclude: ["tmp_*"],
    byHand: `CREATE TYPE wing AS ENUM ('north'); CREATE TYPE pair AS (one int, two int);
      INSERT INTO shop (code, path, years) VALUES ('a', '{1}', '[1,2)');
      CREATE TABLE tmp_paths (path int[], code varchar, years int4range, FOREIGN KEY (path, code) REFERENCES shop (path, code) MATCH FULL,
        CONSTRAINT "in ""years""" FOREIGN KEY (years, code) REFERENCES shop (years, code) ON DELETE CASCADE NOT VALID);
      INSERT INTO tmp_paths VALUES ('{1}', 'a', '[1,2)'); CREATE TABLE tmp_own (w wing, p pair, no int, PRIMARY KEY (w, p, no));
      CREATE TABLE tmp_of_own (w wing, p pair, no int, FOREIGN KEY (w, p, no) REFERENCES tmp_own);`,
    rows: "SELECT * FROM tmp_paths",
  },
  {
    name: "sequences of a table and of columns that go, and of one that is no identity any more",
    before: [
      numbered("serial"),
      table("shop", { no: { type: "int", generatedIdentity: "ALWAYS", generated: "identity" } as typeof int }),
      lease,
    ],
    after: [numbered("none"), table("shop", { no: int })],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO mall (name) VALUES ('m'); INSERT INTO lease (rent) VALUES (1);
      CREATE TABLE tmp_numbers (a int DEFAULT nextval('lease_id_seq'), b int DEFAULT nextval('mall_no_seq'), c int DEFAULT nextval('shop_no_seq'));
      CREATE VIEW last_numbers AS SELECT l.last_value FROM lease_id_seq l, mall_no_seq;
      CREATE FUNCTION following() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('lease_id_seq'); END;
      GRANT USAGE ON SEQUENCE mall_no_seq TO mall_reader; COMMENT ON SEQUENCE mall_no_seq IS 'numbers'; ALTER SEQUENCE mall_no_seq CACHE 5;`,
  },
  {
    name: "sequences that a table and a column own which go, and that give them no numbers",
    before: [mall(true), lease],
    after: [mall(false)],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO mall (name) VALUES ('m'); INSERT INTO lease (rent) VALUES (1);
      CREATE SEQUENCE spare AS smallint INCREMENT 5 CYCLE OWNED BY mall.slug; COMMENT ON SEQUENCE spare IS 'x'; GRANT USAGE ON SEQUENCE spare TO mall_reader;
      CREATE SEQUENCE of_lease OWNED BY lease.rent; CREATE TABLE tmp_numbers (n int DEFAULT nextval('of_lease')); CREATE VIEW last_number AS SELECT last_value FROM of_lease;`,
  },
  {
    name: "a sequence of a column that goes, of a table with another owner",
    before: [mall(true)],
    after: [mall(false)],
    byHand: `INSERT INTO mall (name) VALUES ('m'); CREATE SEQUENCE spare INCREMENT 5 OWNED BY mall.slug; COMMENT ON SEQUENCE spare IS 'x';
      ALTER TABLE mall OWNER TO mall_owner; GRANT USAGE ON SEQUENCE spare TO mall_reader;`,
  },
  {
    name: "a sequence of a table that goes, with another owner",
    before: [mall(true), lease],
    after: [lease],
    byHand: `INSERT INTO mall (name) VALUES ('m'); CREATE SEQUENCE spare OWNED BY mall.slug; ALTER TABLE mall OWNER TO mall_owner;`,
  },
  {
    name: "a column becomes serial in a table with another owner, and one is serial no longer",
    before: [declared(named("mall"), "mall", { id: { ...int, primary: true } }), table("lease", { rent: int })],
    after: [table("mall", {}), declared(named("lease"), "lease", { id: { ...int, primary: true }, rent: int })],
    byHand: `INSERT INTO mall VALUES (1); INSERT INTO lease (rent) VALUES (1); ALTER TABLE mall OWNER TO mall_owner; ALTER TABLE lease OWNER TO mall_owner;`,
  },
  {
    name: "a table of ours inherits from one whose columns it changes, drops and renames",
    before: [table("shop", { a: maybe(varchar), b: maybe(text), c: maybe(int), d: maybe(int) })],
    after: [table("shop", { a: maybe(int), no: maybe(int), d: maybe(int) })],
    exclude: ["tmp_*"],
    given: "CREATE SCHEMA archive;",
    byHand: `INSERT INTO shop (a, b) VALUES ('1', 'b'); CREATE TABLE tmp_base (a varchar); CREATE TABLE archive.base (b text, c int);
      ALTER TABLE shop INHERIT tmp_base; ALTER TABLE shop INHERIT archive.base;`,
  },
  {
    name: "a table of ours inherits NOT NULL of a column that loses it",
    before: [table("shop", { a: text, b: text })],
    after: [table("shop", { a: maybe(text), b: text })],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO shop (a, b) VALUES ('1', 'b'); CREATE TABLE tmp_base (a text NOT NULL, b text NOT NULL); ALTER TABLE shop INHERIT tmp_base;`,
  },
  ...[
    { to: [], what: "goes" },
    { to: [Check("CHK_a", `"a" > 1`)], what: "changes" },
    { to: [Check("CHK_more", `"a" > 0`)], what: "gets another name" },
  ].map(
    ({ to, what }): Input => ({
      name: `a table of ours inherits a check that ${what}`,
      before: [table("shop", { a: int }, Check("CHK_a", `"a" > 0`))],
      after: [table("shop", { a: int }, ...to)],
      exclude: ["tmp_*"],
      byHand: `INSERT INTO shop (a) VALUES (2); CREATE TABLE tmp_base (a int, CONSTRAINT "CHK_a" CHECK (a > 0)); ALTER TABLE shop INHERIT tmp_base;`,
    }),
  ),
  {
    name: "a table of ours inherits a check over an enum type that is replaced",
    before: [states(["open", "shut"])],
    after: [states(["shut", "open"])],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO shop (a) VALUES ('{open}'); CREATE TABLE tmp_base (LIKE shop INCLUDING CONSTRAINTS); ALTER TABLE shop INHERIT tmp_base;`,
  },
  {
    name: "a table of ours inherits a generated column that becomes a plain one",
    before: [table("shop", { a: int, b: { ...maybe(int), asExpression: "a * 2", generatedType: "STORED" } })],
    after: [table("shop", { a: int, b: maybe(int) })],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO shop (a) VALUES (2); CREATE TABLE tmp_base (a int, b int GENERATED ALWAYS AS (a * 2) STORED); ALTER TABLE shop INHERIT tmp_base;`,
  },
  {
    name: "a table of ours inherits a column that only gets another name",
    before: [table("shop", { code: text })],
    after: [table("shop", { codes: text })],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO shop (code) VALUES ('a'); CREATE TABLE tmp_base (code text NOT NULL); ALTER TABLE shop INHERIT tmp_base;`,
  },
  {
    name: "a table of ours that goes inherits a column of a type that goes",
    before: [
      table("shop", { code: text, state: { type: "enum", enum: ["a", "b"], enumName: "state", nullable: true } }),
      lease,
    ],
    after: [lease],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO shop (code, state) VALUES ('x', 'b'); CREATE TABLE tmp_base (state state); CREATE TABLE tmp_other (code text NOT NULL);
      ALTER TABLE shop INHERIT tmp_base, INHERIT tmp_other; INSERT INTO tmp_base VALUES ('a');`,
    rows: "SELECT state::text FROM tmp_base WHERE state::text = 'a'",
  },
  {
    name: "a table of ours that goes is of a type with a column of a type that goes",
    before: [table("shop", { state: { type: "enum", enum: ["a", "b"], enumName: "state", nullable: true } }), lease],
    after: [lease],
    given: "CREATE SCHEMA archive;",
    byHand: `INSERT INTO shop (state) VALUES ('b'); CREATE TYPE archive.row AS (id int, state state); ALTER TABLE shop OF archive.row;`,
    first: "DROP TABLE shop",
  },
  {
    name: "a table of ours is of a type, and its columns change, go and come",
    before: [table("shop", { a: maybe(varchar), b: maybe(text) })],
    after: [table("shop", { a: maybe(int), c: maybe({ type: "date" }) })],
    given: "CREATE SCHEMA archive;",
    byHand: `INSERT INTO shop (a, b) VALUES ('1', 'b'); CREATE TYPE archive.row AS (id int, a varchar, b text); ALTER TABLE shop OF archive.row;`,
  },
  {
    name: "a view of ours whose rows are values of columns, also inside of a type",
    before: [shop(varchar), view("codes", `SELECT "id", "code" FROM "shop"`, ["id", "code"])],
    after: [shop(varchar), view("codes", `SELECT "id", "code" FROM "shop" WHERE "id" > 0`, ["id", "code"])],
    exclude: ["tmp_*"],
    byHand: `${SHOP} CREATE TYPE pair AS (c codes); CREATE TABLE tmp_rows (one codes, many codes[], p pair); INSERT INTO tmp_rows (one) SELECT c FROM codes c;`,
    rows: "SELECT one::text FROM tmp_rows",
  },
  {
    name: "partitions of a table of the models with views, policies and indexes of their own over columns that change and go",
    before: [visit({ no: maybe(varchar), more: maybe(text) }), lease],
    after: [visit({ no: maybe(int) }), lease],
    exclude: ["visit_*"],
    given: `CREATE TABLE visit (id int NOT NULL, no varchar, more text, CONSTRAINT "PK_visit" PRIMARY KEY (id)) PARTITION BY RANGE (id);
      CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM (0) TO (100) PARTITION BY LIST (id); CREATE TABLE visit_11 PARTITION OF visit_1 FOR VALUES IN (1, 2);`,
    byHand: `INSERT INTO visit (id, no) VALUES (1, '1'); ${NOTED} CREATE VIEW nos AS SELECT no FROM visit_1; CREATE VIEW mores AS SELECT more FROM visit_11;
      CREATE POLICY filled ON visit_11 USING (no <> ''); CREATE INDEX by_lower ON visit_11 (lower(no)); CREATE STATISTICS st ON no, more FROM visit_11;
      CREATE TRIGGER noted AFTER UPDATE OF no ON visit FOR EACH ROW EXECUTE FUNCTION noted(); ALTER TABLE visit_11 DISABLE TRIGGER noted;
      GRANT SELECT (no) ON visit_1 TO mall_reader; COMMENT ON COLUMN visit_11.no IS 'part'; ALTER TABLE visit_11 ADD CONSTRAINT few CHECK (no <> '9');`,
    rows: "SELECT id, no::text FROM visit",
  },
  {
    name: "a key that gets fewer columns, and views that group by it, which fit the other key too",
    before: [keyed(["id", "no"], ["slug"])],
    after: [keyed(["id"], ["slug"])],
    byHand: `INSERT INTO mall (id, no, name, slug) VALUES (1, 1, 'm', 's'); CREATE VIEW grouped AS SELECT id, no, name FROM mall GROUP BY id, no;
      CREATE MATERIALIZED VIEW kept AS SELECT name FROM grouped; CREATE VIEW over AS SELECT name FROM kept;
      CREATE FUNCTION grouped_of() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM (SELECT id, no, name FROM mall GROUP BY id, no) g; END;`,
  },
  {
    name: "keys that get other columns",
    before: [keyed(["id"], ["slug"])],
    after: [keyed(["id", "no"], ["slug", "name"])],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO mall (id, no, name, slug) VALUES (1, 1, 'm', 's'); COMMENT ON CONSTRAINT "UQ_slug" ON mall IS 'short';
      CREATE TABLE tmp_far (id int CONSTRAINT by_id REFERENCES mall ON DELETE CASCADE, slug text CONSTRAINT by_slug REFERENCES mall (slug)); INSERT INTO tmp_far VALUES (1, 's');
      COMMENT ON CONSTRAINT by_id ON tmp_far IS 'far'; CREATE VIEW grouped AS SELECT id, name FROM mall GROUP BY id; ALTER TABLE mall CLUSTER ON mall_pk;`,
  },
];

function visit(columns: Columns): unknown {
  const entity = named("visit");
  PrimaryColumn({ type: "int", primaryKeyConstraintName: "PK_visit" })(entity.prototype, "id");
  return declared(entity, "visit", columns);
}

function placed(code: typeof varchar | typeof text): new () => object {
  const unique = (name: string, column: string) => Index(name, [column, "code"], { unique: true });
  const columns = { code, path: { type: "int", array: true }, years: { type: "int4range" } } as const;
  return table("shop", columns, unique("by_path", "path"), unique("by_years", "years"));
}

function states(values: readonly string[]): new () => object {
  const a = { type: "enum", enum: [...values], enumName: "state", array: true } as const;
  return table("shop", { a }, Check("CHK_a", 'cardinality("a") < 9'));
}

function numbered(by: "serial" | "none"): unknown {
  const entity = named("mall");
  PrimaryColumn({ type: "text" })(entity.prototype, "name");
  if (by === "serial") {
    Column({ type: "int" })(entity.prototype, "no");
    Generated("increment")(entity.prototype, "no");
  }
  Entity({ name: "mall" })(entity);
  return entity;
}

function keyed(primary: readonly string[], unique: string[]): unknown {
  const entity = named("mall");
  for (const column of ["id", "no"]) {
    const isKey = primary.includes(column);
    if (isKey) PrimaryColumn({ type: "int", primaryKeyConstraintName: "mall_pk" })(entity.prototype, column);
    else Column(int)(entity.prototype, column);
  }
  for (const column of ["name", "slug"]) Column(text)(entity.prototype, column);
  Unique("UQ_slug", unique)(entity);
  Entity({ name: "mall" })(entity);
  return entity;
}

import { Check, Exclusion, Index, JoinColumn, ManyToOne } from "typeorm";
import { enumeration, type Input, int, maybe, table, text, view } from "./models.ts";

const money = { type: "numeric", precision: 12, scale: 2 } as const;
const varchar = { type: "varchar" } as const;
const NOTED = "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";

function sale(before: boolean): readonly unknown[] {
  const mall = table("mall", { no: before ? int : varchar }, Index("UX_mall_no", ["no"], { unique: true }));
  const one = table(
    "sale",
    {
      mallId: int,
      amount: before ? int : money,
      double: { type: before ? "int" : "numeric", asExpression: `"amount" * 2`, generatedType: "STORED" },
    },
    Check("CHK_amount", `"amount" > 0`),
    Index("IDX_big", ["mallId"], { where: `"amount" > 1000` }),
  );
  ManyToOne(() => mall, { nullable: true })(one.prototype, "mall");
  JoinColumn({ name: "mallNo", referencedColumnName: "no", foreignKeyConstraintName: "FK_no" })(one.prototype, "mall");
  return [mall, one];
}

const shop = (no: typeof varchar | typeof int | typeof text) => table("shop", { code: varchar, no });
const RETYPED = { before: [shop(varchar)], after: [shop(int)] };
const ROW = "INSERT INTO shop (code, no) VALUES ('a', '1');";

/** A column gets another type. */
export const COLUMN_RETYPED: readonly Input[] = [
  {
    name: "indexes, constraints and columns of the models with facts",
    before: sale(true),
    after: sale(false),
    byHand: `INSERT INTO mall (no) VALUES (1); INSERT INTO sale ("mallId", "mallNo", amount) VALUES (1, 1, 5);
      ALTER INDEX "IDX_big" SET (fillfactor = 50); COMMENT ON INDEX "IDX_big" IS 'night report';
      COMMENT ON CONSTRAINT "FK_no" ON sale IS 'by number'; COMMENT ON CONSTRAINT "CHK_amount" ON sale IS 'no refunds';
      REVOKE ALL ON sale FROM PUBLIC; GRANT SELECT (id, double) ON sale TO mall_reader;
      ALTER TABLE sale ALTER double SET STATISTICS 500;
      ALTER TABLE sale DROP CONSTRAINT "FK_no", ADD CONSTRAINT "FK_no" FOREIGN KEY ("mallNo") REFERENCES mall (no) MATCH FULL;
      CREATE INDEX sale_double_desc ON sale (double DESC);`,
  },
  {
    name: "indexes, constraints and columns of the models with other facts",
    before: sale(true),
    after: sale(false),
    byHand: `INSERT INTO mall (no) VALUES (1); INSERT INTO sale ("mallId", "mallNo", amount) VALUES (1, 1, 5);
      ALTER TABLE sale DROP CONSTRAINT "FK_no", ADD CONSTRAINT "FK_no" FOREIGN KEY ("mallNo") REFERENCES mall (no) NOT VALID;
      ALTER TABLE sale DROP CONSTRAINT "CHK_amount", ADD CONSTRAINT "CHK_amount" CHECK (amount > 0) NO INHERIT NOT VALID;
      DROP INDEX "IDX_big"; CREATE INDEX "IDX_big" ON sale ("mallId" DESC) INCLUDE (id) WHERE amount > 1000;
      ALTER TABLE mall CLUSTER ON "UX_mall_no"; ALTER TABLE mall ALTER no SET (n_distinct = 5);
      GRANT UPDATE (amount) ON sale TO mall_reader WITH GRANT OPTION;`,
  },
  {
    name: "indexes by hand",
    ...RETYPED,
    byHand: `${ROW}
      CREATE INDEX shop_no_lower ON shop (lower(no)); CREATE INDEX shop_no_pattern ON shop (no varchar_pattern_ops);
      CREATE INDEX shop_no_part ON shop (code DESC) WHERE no <> '';`,
  },
  {
    name: "collations, included columns and statistics by hand",
    ...RETYPED,
    byHand: `${ROW}
      CREATE INDEX by_no_c ON shop (no COLLATE "C" DESC); CREATE UNIQUE INDEX by_code ON shop (code) INCLUDE (no);
      COMMENT ON INDEX by_code IS 'covers'; CREATE STATISTICS code_no ON code, no FROM shop; ALTER STATISTICS code_no OWNER TO mall_owner;
      CREATE STATISTICS length_no ON length(no), length(code) FROM shop;`,
  },
  {
    name: "statistics of a column that can no longer be sorted",
    before: [shop(text)],
    after: [table("shop", { code: varchar, no: { type: "json" } })],
    byHand: `INSERT INTO shop (code, no) VALUES ('a', '1');
      CREATE STATISTICS plain ON code, no FROM shop; CREATE STATISTICS counted (mcv) ON no, code FROM shop; ALTER STATISTICS counted SET STATISTICS 50;`,
  },
  {
    name: "policies of this and another table, triggers, rules and a function",
    before: [shop(varchar), table("mall", { name: text })],
    after: [shop(int), table("mall", { name: text })],
    byHand: `${ROW} ${NOTED}
      ALTER TABLE shop ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON shop FOR SELECT TO mall_reader USING (no <> '7');
      CREATE POLICY far ON mall USING (EXISTS (SELECT FROM shop s WHERE s.no = mall.name));
      CREATE TRIGGER noted AFTER UPDATE ON shop FOR EACH ROW WHEN (NEW.no <> OLD.no) EXECUTE FUNCTION noted();
      ALTER TABLE shop ENABLE ALWAYS TRIGGER noted; COMMENT ON TRIGGER noted ON shop IS 'always';
      CREATE RULE keep AS ON UPDATE TO shop WHERE NEW.no IS NULL DO INSTEAD NOTHING;
      CREATE FUNCTION no_of(i int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT no FROM shop WHERE id = i; END;`,
  },
  {
    name: "views on views and materialized views on them",
    ...RETYPED,
    byHand: `${ROW} ${NOTED}
      CREATE VIEW numbers WITH (security_barrier) AS SELECT id, no FROM shop; CREATE VIEW ids AS SELECT id FROM numbers;
      CREATE MATERIALIZED VIEW kept WITH (fillfactor = 60) AS SELECT id, no FROM numbers; CREATE UNIQUE INDEX kept_key ON kept (id);
      CREATE MATERIALIZED VIEW empty AS SELECT count(*) FROM kept WITH NO DATA;
      GRANT SELECT ON numbers, kept TO mall_reader; ALTER MATERIALIZED VIEW kept OWNER TO mall_owner;
      CREATE TRIGGER put INSTEAD OF INSERT ON ids FOR EACH ROW EXECUTE FUNCTION noted();`,
  },
  {
    name: "materialized views that hold rows",
    ...RETYPED,
    byHand: `${ROW}
      CREATE MATERIALIZED VIEW kept AS SELECT s AS one FROM shop s WHERE s.id > 0; CREATE INDEX kept_id ON kept (((one).id));
      CREATE MATERIALIZED VIEW lists AS SELECT array_agg(s) AS many FROM shop s; GRANT SELECT ON lists TO mall_reader;
      CREATE VIEW firsts AS SELECT (many)[1] AS one FROM lists; CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM shop;`,
  },
  {
    name: "foreign keys of an excluded table",
    before: [table("shop", { no: varchar }, Index("UX_no", ["no"], { unique: true }))],
    after: [table("shop", { no: int }, Index("UX_no", ["no"], { unique: true }))],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO shop (no) VALUES ('1');
      CREATE TABLE tmp_audit (no varchar CONSTRAINT tmp_no REFERENCES shop (no) ON DELETE CASCADE); INSERT INTO tmp_audit VALUES ('1');`,
  },
  {
    name: "keys by hand, whose indexes have options, comments and marks",
    ...RETYPED,
    exclude: ["tmp_*"],
    byHand: `${ROW}
      ALTER TABLE shop ADD CONSTRAINT by_code UNIQUE (code) INCLUDE (no) WITH (fillfactor = 20) DEFERRABLE; COMMENT ON INDEX by_code IS 'of the key'; COMMENT ON CONSTRAINT by_code ON shop IS 'the key';
      ALTER TABLE shop CLUSTER ON by_code; CREATE TABLE tmp_child (PRIMARY KEY (id), CONSTRAINT tmp_no EXCLUDE USING btree (no WITH =) WITH (fillfactor = 30)) INHERITS (shop);
      ALTER TABLE tmp_child ADD CONSTRAINT tmp_code UNIQUE (code, no) WITH (fillfactor = 40); ALTER TABLE tmp_child REPLICA IDENTITY USING INDEX tmp_code; COMMENT ON INDEX tmp_no IS 'x';`,
  },
  {
    name: "publications with a filter and with a list of columns",
    ...RETYPED,
    byHand: `${ROW} CREATE PUBLICATION listed FOR TABLE shop (id, no); CREATE PUBLICATION numbered FOR TABLE shop (id, no) WHERE (no <> '') WITH (publish = 'insert');`,
    since: 15,
  },
  {
    name: "a column that is also renamed, with views and indexes by hand",
    before: [shop(varchar)],
    after: [table("shop", { code: { type: "varchar", length: 40 }, no: { type: "varchar", length: 9 } })],
    byHand: `${ROW} CREATE VIEW codes AS SELECT id, code FROM shop; GRANT SELECT (code) ON shop TO mall_reader;
      CREATE INDEX by_lower ON shop (lower(code)) WHERE no <> ''; CREATE POLICY coded ON shop USING (code <> no);`,
  },
  {
    name: "a column that is also renamed, and that another table inherits",
    before: [table("shop", { code: maybe(varchar) })],
    after: [table("shop", { kode: maybe(text) })],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO shop (code) VALUES ('a'); CREATE TABLE tmp_more () INHERITS (shop); CREATE INDEX by_code ON tmp_more (lower(code)); CREATE VIEW codes AS SELECT code FROM tmp_more;`,
  },
  {
    name: "from an enum type, with a function of the type and what calls it",
    before: [table("shop", { state: enumeration("shop_state", ["open", "shut"], { default: "open" }) })],
    after: [table("shop", { state: { ...text, default: "open" } })],
    byHand: `INSERT INTO shop DEFAULT VALUES; CREATE POLICY p ON shop USING (state IN ('open', 'shut'));
      CREATE FUNCTION f(s shop_state) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f(state) FROM shop; CREATE VIEW over_v AS SELECT * FROM v;`,
  },
  {
    name: "functions of another schema that call their arguments by their own names, and what calls them",
    ...RETYPED,
    byHand: `${ROW} CREATE SCHEMA "Fn s";
      CREATE FUNCTION "Fn s".f(a int) RETURNS varchar LANGUAGE sql LEAKPROOF SECURITY DEFINER RETURN (SELECT no FROM shop WHERE id = f.a); GRANT EXECUTE ON FUNCTION "Fn s".f TO mall_reader;
      CREATE PROCEDURE "Fn s".p(INOUT a int) LANGUAGE sql BEGIN ATOMIC UPDATE shop SET no = '3' WHERE id = p.a RETURNING id; END; COMMENT ON PROCEDURE "Fn s".p IS 'pp';
      CREATE VIEW calls AS SELECT "Fn s".f(1) AS one; CREATE POLICY called ON shop USING ("Fn s".f(id) <> '');`,
  },
  {
    name: "views of the models that count rows, or have whole ones",
    before: [shop(varchar), ...ofWholeRows()],
    after: [shop(int), ...ofWholeRows()],
    byHand: `${ROW} GRANT SELECT ON counts TO mall_reader; CREATE VIEW over AS SELECT r FROM wholes; COMMENT ON MATERIALIZED VIEW kept IS 'counts';`,
    untouched: ["counts", "wholes", "kept"],
  },
  {
    name: "a materialized view of the models that holds whole rows",
    before: [shop(varchar), heldRows()],
    after: [shop(int), heldRows()],
    byHand: `${ROW} REFRESH MATERIALIZED VIEW held; CREATE INDEX held_id ON held (((r).id)); COMMENT ON MATERIALIZED VIEW held IS 'x';`,
  },
  {
    name: "an exclusion constraint of the models that changes with its columns",
    before: [booking("date", "daterange")],
    after: [booking("timestamptz", "tstzrange")],
    given: "CREATE EXTENSION btree_gist",
    byHand: `INSERT INTO booking (room, starts, ends) VALUES (1, '2026-01-01', '2026-01-05');
      COMMENT ON CONSTRAINT "XCL_room" ON booking IS 'no two at once'; CREATE INDEX by_days ON booking (starts DESC, ends);`,
  },
];

function ofWholeRows(): readonly unknown[] {
  return [
    view("counts", "SELECT count(*) AS n FROM shop", ["n"]),
    view("wholes", "SELECT s AS r, s IS NULL AS b FROM shop s", ["r", "b"]),
    view("kept", "SELECT count(*) AS n FROM shop", ["n"], { materialized: true }),
  ];
}

function heldRows(): unknown {
  return view("held", "SELECT s AS r FROM shop s", ["r"], { materialized: true });
}

function booking(type: "date" | "timestamptz", range: string): unknown {
  const using = `USING gist ("room" WITH =, ${range}("starts", "ends") WITH &&)`;
  return table("booking", { room: int, starts: { type }, ends: { type } }, Exclusion("XCL_room", using));
}

const mall = table("mall", { name: text, slug: maybe(text) });
const DROPPED = { before: [mall], after: [table("mall", { name: text })] };
const MALL = "INSERT INTO mall (name, slug) VALUES ('m', 's');";

/** A column or a table goes. */
export const DROPPED_WITH: readonly Input[] = [
  {
    name: "one of each sort",
    before: [mall, table("lease", { rent: int })],
    after: [table("mall", { name: text })],
    exclude: ["tmp_*"],
    since: 15,
    byHand: `INSERT INTO mall (name) VALUES ('m'); INSERT INTO lease (rent) VALUES (5);
      CREATE FUNCTION slug_of(i int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT slug FROM mall WHERE id = i; END;
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER touch BEFORE UPDATE OF slug ON mall FOR EACH ROW EXECUTE FUNCTION touch();
      CREATE TABLE tmp_audit (lease integer REFERENCES lease (id), row lease);
      CREATE FUNCTION rents(l lease) RETURNS int LANGUAGE sql AS 'SELECT l.rent';
      CREATE PUBLICATION pub FOR TABLE mall (id, slug);
      CREATE RULE r AS ON UPDATE TO mall WHERE NEW.slug IS NULL DO INSTEAD NOTHING;
      CREATE POLICY p ON mall USING (slug IS NOT NULL);
      CREATE STATISTICS st ON name, slug FROM mall;`,
  },
  {
    name: "indexes of every form",
    ...DROPPED,
    byHand: `${MALL}
      CREATE INDEX i1 ON mall (slug DESC); CREATE INDEX i2 ON mall (name DESC, slug); CREATE INDEX i3 ON mall (name DESC) WHERE slug <> '';
      CREATE INDEX i4 ON mall (lower(slug)); CREATE UNIQUE INDEX i5 ON mall (name) INCLUDE (slug); COMMENT ON INDEX i5 IS 'covers';
      CREATE INDEX i6 ON mall (id DESC); ALTER INDEX i2 SET (fillfactor = 30); ALTER TABLE mall CLUSTER ON i1;`,
  },
  {
    name: "views on views, with a function and a policy over them",
    ...DROPPED,
    byHand: `${MALL}
      CREATE VIEW slugs AS SELECT id, slug FROM mall; CREATE VIEW of_slugs AS SELECT id FROM slugs WHERE slug <> '';
      CREATE FUNCTION one() RETURNS SETOF slugs LANGUAGE sql AS 'SELECT * FROM slugs'; GRANT SELECT ON of_slugs TO mall_reader;
      CREATE POLICY through ON mall USING (id IN (SELECT id FROM of_slugs));
      CREATE MATERIALIZED VIEW kept AS SELECT id FROM of_slugs; CREATE INDEX kept_id ON kept (id DESC);`,
  },
  {
    name: "a column with rights, a statistics target and storage of its own",
    ...DROPPED,
    byHand: `${MALL} GRANT SELECT (slug) ON mall TO mall_reader; ALTER TABLE mall ALTER slug SET STATISTICS 9, ALTER slug SET STORAGE EXTERNAL;`,
  },
  {
    name: "a table with policies, triggers, rules, indexes, statistics, rights and an owner",
    before: [mall, table("lease", { rent: int })],
    after: [mall],
    byHand: `${MALL} ${NOTED} INSERT INTO lease (rent) VALUES (5);
      CREATE POLICY mine ON lease USING (rent > 0); CREATE TRIGGER noted AFTER INSERT ON lease EXECUTE FUNCTION noted();
      CREATE RULE keep AS ON DELETE TO lease DO INSTEAD NOTHING; CREATE INDEX by_rent ON lease (rent DESC);
      CREATE STATISTICS st ON id, rent FROM lease; GRANT SELECT ON lease TO mall_reader; ALTER TABLE lease OWNER TO mall_owner;`,
  },
  {
    name: "a table that is used by views, functions, policies and a composite type",
    before: [mall, table("lease", { rent: int })],
    after: [mall],
    byHand: `${MALL} INSERT INTO lease (rent) VALUES (5);
      CREATE VIEW rents AS SELECT l.rent FROM lease l; CREATE FUNCTION all_rents() RETURNS SETOF lease LANGUAGE sql AS 'SELECT * FROM lease';
      CREATE POLICY far ON mall USING (EXISTS (SELECT FROM lease)); CREATE TYPE pair AS (a lease, b lease);
      CREATE FUNCTION total() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(rent) FROM lease; END;`,
  },
  {
    name: "a key that excluded tables point at",
    before: [table("mall", { slug: varchar }, Index("UX_slug", ["slug"], { unique: true }))],
    after: [table("mall", { slug: varchar })],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO mall (slug) VALUES ('a');
      CREATE TABLE tmp_far (slug varchar, CONSTRAINT tmp_slug FOREIGN KEY (slug) REFERENCES mall (slug) ON UPDATE CASCADE NOT VALID);
      COMMENT ON CONSTRAINT tmp_slug ON tmp_far IS 'by slug';`,
  },
];

const codes = (column: typeof text | { type: "varchar"; length: number }) => [
  table("shop", { code: column, floor: { ...int, default: 0 } }),
  view("shop_codes", `SELECT "id", "code" FROM "shop" WHERE "floor" >= 0`, ["id", "code"]),
];
const totals = (precision: number) => [
  table("sale", { shop: int, amount: { type: "numeric", precision, scale: 2 } }),
  view("shop_totals", `SELECT "shop", sum("amount") AS "total" FROM "sale" GROUP BY "shop"`, ["shop", "total"], {
    materialized: true,
  }),
];

/** A view of the models is dropped for a column below it. */
export const VIEW_RECREATED: readonly Input[] = [
  {
    name: "owner, rights, options, comment and a trigger",
    before: codes({ type: "varchar", length: 20 }),
    after: codes(text),
    byHand: `INSERT INTO shop (code) VALUES ('a'); GRANT SELECT ON shop_codes TO mall_reader;
      ALTER VIEW shop_codes SET (security_barrier = true); COMMENT ON VIEW shop_codes IS 'for the reports';
      CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO shop (code) VALUES (NEW.code); RETURN NEW; END';
      CREATE TRIGGER put INSTEAD OF INSERT ON shop_codes FOR EACH ROW EXECUTE FUNCTION put(); ALTER VIEW shop_codes OWNER TO mall_owner;`,
  },
  {
    name: "the same with security_invoker",
    before: codes({ type: "varchar", length: 20 }),
    after: codes(text),
    byHand: "ALTER VIEW shop_codes SET (security_invoker = true, check_option = local)",
    since: 15,
  },
  {
    name: "rights and comments of columns, defaults, rules",
    before: codes({ type: "varchar", length: 20 }),
    after: codes(text),
    byHand: `GRANT SELECT (code), UPDATE (id) ON shop_codes TO mall_reader WITH GRANT OPTION; REVOKE DELETE ON shop_codes FROM mall_owner;
      COMMENT ON COLUMN shop_codes.code IS 'of the shop'; ALTER VIEW shop_codes ALTER code SET DEFAULT 'x';
      CREATE RULE keep AS ON DELETE TO shop_codes DO INSTEAD NOTHING; COMMENT ON RULE keep ON shop_codes IS 'never';`,
  },
  {
    name: "views, functions and policies by hand over it",
    before: codes({ type: "varchar", length: 20 }),
    after: codes(text),
    byHand: `INSERT INTO shop (code) VALUES ('a'); CREATE VIEW over AS SELECT code FROM shop_codes; GRANT SELECT ON over TO mall_reader;
      CREATE FUNCTION code_of(i int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT code FROM shop_codes WHERE id = i; END;
      CREATE POLICY seen ON shop USING (id IN (SELECT id FROM shop_codes)); CREATE MATERIALIZED VIEW kept AS SELECT id FROM over, shop_codes;`,
  },
  {
    name: "indexes of a materialized view",
    before: totals(8),
    after: totals(12),
    byHand: `INSERT INTO sale (shop, amount) VALUES (1, 2.5), (1, 3), (2, 9);
      REFRESH MATERIALIZED VIEW shop_totals; CREATE UNIQUE INDEX shop_totals_key ON shop_totals (shop) INCLUDE (total);
      CREATE INDEX shop_totals_desc ON shop_totals (total DESC NULLS LAST);
      CREATE INDEX shop_totals_expr ON shop_totals ((shop % 10)) WHERE total > 1;
      REFRESH MATERIALIZED VIEW CONCURRENTLY shop_totals;`,
  },
  {
    name: "options, rights, statistics and facts of the indexes of a materialized view",
    before: totals(8),
    after: totals(12),
    byHand: `INSERT INTO sale (shop, amount) VALUES (1, 2.5); ALTER MATERIALIZED VIEW shop_totals SET (fillfactor = 60);
      GRANT SELECT ON shop_totals TO mall_reader; COMMENT ON MATERIALIZED VIEW shop_totals IS 'by night';
      ALTER MATERIALIZED VIEW shop_totals ALTER total SET STATISTICS 77; COMMENT ON COLUMN shop_totals.total IS 'sum';
      CREATE INDEX by_total ON shop_totals (total DESC) WITH (fillfactor = 40); COMMENT ON INDEX by_total IS 'sorted';
      ALTER MATERIALIZED VIEW shop_totals CLUSTER ON by_total; CREATE STATISTICS st ON shop, total FROM shop_totals;
      ALTER MATERIALIZED VIEW shop_totals OWNER TO mall_owner;`,
  },
];

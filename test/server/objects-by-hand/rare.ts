import { Check, type ColumnOptions, Exclusion } from "typeorm";
import { type Columns, enumeration, type Input, int, maybe, table, view } from "./models.ts";

const varchar = { type: "varchar" } as const;
const WHOLE = ["open", "paid", "void"];
const LESS = ["open", "paid"];
const purchase = (values: readonly string[], ...more: ClassDecorator[]) =>
  table(
    "purchase",
    { state: enumeration("order_state", values, { default: "open" }), total: { ...int, default: 0 } },
    ...more,
  );
const SIDES = { before: [purchase(WHOLE)], after: [purchase(LESS)] };
const ROW = "INSERT INTO purchase (state) VALUES ('open');";
const refund = (values: readonly string[]) => table("refund", { state: enumeration("order_state", values) });
const NOTED = "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';";

/** What people made over the type before the first revision. */
const OVER_TYPE = `CREATE TYPE order_state AS ENUM ('open', 'paid', 'void'); CREATE TYPE pair AS (s order_state, n int);
  CREATE DOMAIN some_state AS order_state; COMMENT ON DOMAIN some_state IS 'x';
  CREATE FUNCTION next_of(i int) RETURNS order_state LANGUAGE sql IMMUTABLE AS $$ SELECT 'open'::order_state $$;
  CREATE FUNCTION counted(s order_state) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$;`;

const COUNTED: ColumnOptions = { ...int, default: () => "counted('open')" };
const NEXT = Check("CHK_f", "next_of(n) IS NOT NULL");

const CODES = view("codes", `SELECT "code" FROM "bill"`, ["code"], { materialized: true });

/** Sorts of objects that few people make, and names that few people give. */
export const RARE: readonly Input[] = [
  {
    name: "a table inherits from one that goes while the type of its column is replaced",
    before: [purchase(WHOLE, Check("CHK_s", `state <> 'paid'`)), refund(WHOLE)],
    after: [refund(LESS)],
    exclude: ["tmp_*"],
    byHand: `CREATE TABLE tmp_child (more int) INHERITS (purchase); CREATE TABLE tmp_grandchild () INHERITS (tmp_child); INSERT INTO tmp_child (id, more) VALUES (7, 1); CREATE VIEW states AS SELECT state FROM tmp_child;`,
    rows: "SELECT id, more FROM tmp_child",
  },
  {
    name: "views, indexes, policies and triggers over columns of excluded tables, also of another schema",
    ...SIDES,
    exclude: ["tmp_*"],
    given: "CREATE SCHEMA archive;",
    byHand: `${ROW} CREATE TABLE tmp_old (state order_state, n int); CREATE VIEW old_states AS SELECT state FROM tmp_old; CREATE VIEW over_old AS SELECT * FROM old_states; GRANT SELECT ON old_states TO mall_reader;
      CREATE INDEX by_state ON tmp_old (state) WHERE state <> 'paid'; CREATE POLICY p ON tmp_old USING (state = 'open');
      CREATE TABLE archive.old (state order_state DEFAULT 'open', n int); CREATE VIEW archive.states AS SELECT state FROM archive.old; CREATE VIEW archive.over AS SELECT count(state) FROM archive.states;
      CREATE FUNCTION archive.counted() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(state) FROM archive.old; END;
      CREATE TRIGGER t AFTER UPDATE ON archive.old FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION suppress_redundant_updates_trigger();`,
  },
  {
    name: "materialized views whose columns get another type say how their values are stored",
    before: [table("bill", { code: varchar, total: maybe(int) }), CODES],
    after: [table("bill", { code: int, total: maybe(int) }), CODES],
    byHand: `INSERT INTO bill (code) VALUES ('1'); ALTER MATERIALIZED VIEW codes ALTER code SET STORAGE EXTERNAL; CREATE MATERIALIZED VIEW hand AS SELECT code FROM bill;
      ALTER MATERIALIZED VIEW hand ALTER code SET STORAGE EXTERNAL; CREATE MATERIALIZED VIEW over AS SELECT code::text AS t FROM hand; ALTER MATERIALIZED VIEW over ALTER t SET STORAGE MAIN;`,
    between: `DO $$ BEGIN ASSERT (SELECT attstorage = 'm' FROM pg_attribute WHERE attrelid = 'over'::regclass AND attname = 't'); END $$`,
  },
  {
    name: "a materialized view without rows whose query PostgreSQL could not run",
    before: [table("bill", { code: varchar })],
    after: [table("bill", { code: int })],
    byHand: `INSERT INTO bill (code) VALUES ('1'); CREATE VIEW codes AS SELECT code FROM bill;
      CREATE FUNCTION codes_of() RETURNS SETOF codes LANGUAGE sql AS 'SELECT * FROM nowhere.codes'; CREATE MATERIALIZED VIEW hand AS SELECT code FROM codes_of() WITH NO DATA;
      CREATE INDEX by_code ON hand (code DESC); COMMENT ON MATERIALIZED VIEW hand IS 'by hand';`.replace(
      "LANGUAGE",
      "SET check_function_bodies = off LANGUAGE",
    ),
  },
  {
    name: "the name of NOT NULL of a column that may be NULL afterwards, and of one that no longer may",
    before: [table("bill", { code: varchar, total: maybe(int) })],
    after: [table("bill", { code: maybe(varchar), total: int })],
    byHand: `INSERT INTO bill (code, total) VALUES ('1', 2); ALTER TABLE bill RENAME CONSTRAINT bill_code_not_null TO "has a code"; COMMENT ON CONSTRAINT "has a code" ON bill IS 'by hand';`,
    since: 18,
  },
  {
    name: "casts, and what casts and calls functions of the type",
    ...SIDES,
    byHand: `${ROW}
      CREATE FUNCTION is_void(s order_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT s::text = 'void' $$;
      CREATE CAST (order_state AS boolean) WITH FUNCTION is_void(order_state) AS ASSIGNMENT; COMMENT ON CAST (order_state AS boolean) IS 'gone';
      CREATE FUNCTION from_int(i int) RETURNS order_state LANGUAGE sql IMMUTABLE AS $$ SELECT 'open'::order_state $$;
      CREATE CAST (int AS order_state) WITH FUNCTION from_int(int) AS IMPLICIT;
      CREATE CAST (order_state AS int[]) WITH INOUT;
      CREATE VIEW voids AS SELECT id FROM purchase WHERE state::boolean AND state = 'void';
      CREATE VIEW casts AS SELECT id, state::boolean AS b, total::order_state AS o FROM purchase;
      CREATE DOMAIN some_state AS order_state CHECK (is_void(VALUE) OR VALUE <> 'void');
      CREATE INDEX by_bool ON purchase ((state::boolean));`,
  },
  {
    name: "a check of the models calls a function of the type",
    before: [purchase(WHOLE, Check("CHK_f", "next_of(total) IS NOT NULL"))],
    after: [purchase(LESS, Check("CHK_f", "next_of(total) IS NOT NULL"))],
    given: `CREATE TYPE order_state AS ENUM ('open', 'paid', 'void'); CREATE FUNCTION next_of(i int) RETURNS order_state LANGUAGE sql IMMUTABLE AS $$ SELECT 'open'::order_state $$;`,
    byHand: `${ROW} COMMENT ON CONSTRAINT "CHK_f" ON purchase IS 'x'`,
  },
  {
    name: "aggregates, operators, and views that call them",
    ...SIDES,
    byHand: `${ROW}
      CREATE FUNCTION pick(a order_state, b order_state) RETURNS order_state LANGUAGE sql IMMUTABLE AS $$ SELECT a $$;
      CREATE AGGREGATE first_state(order_state) (SFUNC = pick, STYPE = order_state);
      CREATE FUNCTION cmp(a order_state, b order_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT a = b $$;
      CREATE OPERATOR === (LEFTARG = order_state, RIGHTARG = order_state, FUNCTION = cmp);
      CREATE VIEW firsts AS SELECT first_state(state) FROM purchase; CREATE VIEW same AS SELECT id FROM purchase WHERE state === 'open';`,
  },
  {
    name: "domains over domains, and ranges, composite types and arrays of the type",
    ...SIDES,
    exclude: ["tmp_*"],
    byHand: `${ROW}
      CREATE DOMAIN d1 AS order_state DEFAULT 'open' NOT NULL CHECK (VALUE <> 'paid'); CREATE DOMAIN "D 2" AS d1 CHECK (VALUE::order_state <> 'void'); CREATE DOMAIN d3 AS order_state[];
      COMMENT ON CONSTRAINT d1_check ON DOMAIN d1 IS 'no'; ALTER DOMAIN d3 OWNER TO mall_owner; GRANT USAGE ON DOMAIN d3 TO mall_reader WITH GRANT OPTION; REVOKE USAGE ON DOMAIN d3 FROM PUBLIC;
      ALTER DOMAIN d1 ADD CONSTRAINT later CHECK (VALUE IS NOT NULL) NOT VALID;
      CREATE TYPE "Pair Of" AS (a order_state, "B b" order_state[], c d1); COMMENT ON COLUMN "Pair Of"."B b" IS 'bb'; CREATE TYPE outer_pair AS (p "Pair Of", q "Pair Of"[]);
      CREATE TYPE span AS RANGE (SUBTYPE = order_state, MULTIRANGE_TYPE_NAME = spans);
      CREATE FUNCTION of_span(s span, m spans) RETURNS spans LANGUAGE sql AS 'SELECT m';
      CREATE FUNCTION of_pair(p outer_pair, VARIADIC d "D 2"[] DEFAULT '{}') RETURNS TABLE (x d1, y "Pair Of") LANGUAGE sql AS $$ SELECT NULL::d1, NULL::"Pair Of" $$;
      CREATE TABLE tmp_a (a "D 2", b outer_pair, c span, d spans, e d3, f d1[]);`,
  },
  {
    name: "names with quotes, capitals and spaces",
    before: [
      table('My "Shop" x', { "Some Col": varchar, 'q"x': maybe(int) }),
      view("A View", `SELECT "Some Col" AS "S c" FROM "My ""Shop"" x"`, ["S c"]),
    ],
    after: [
      table('My "Shop" x', { "Some Col": int }),
      view("A View", `SELECT "Some Col" AS "S c" FROM "My ""Shop"" x"`, ["S c"]),
    ],
    byHand: `INSERT INTO "My ""Shop"" x" ("Some Col") VALUES ('1'); CREATE VIEW "Hand ""V" AS SELECT "S c" AS "x ""y" FROM "A View"; GRANT SELECT ("x ""y") ON "Hand ""V" TO mall_reader; COMMENT ON COLUMN "Hand ""V"."x ""y" IS 'it''s';
      ${NOTED} CREATE TRIGGER "T ""t" INSTEAD OF UPDATE ON "A View" FOR EACH ROW EXECUTE FUNCTION noted(); GRANT SELECT ("S c") ON "A View" TO mall_reader;
      CREATE INDEX "I ""i" ON "My ""Shop"" x" ((lower("Some Col"))); CREATE INDEX "J ""j" ON "My ""Shop"" x" ("q""x" DESC); COMMENT ON INDEX "J ""j" IS 'j'; CREATE POLICY "P ""p" ON "My ""Shop"" x" USING ("q""x" > 0);
      CREATE STATISTICS "S ""s" ON "Some Col", "q""x" FROM "My ""Shop"" x"; CREATE PUBLICATION "Pu ""b" FOR TABLE "My ""Shop"" x"; CREATE RULE "R ""r" AS ON DELETE TO "My ""Shop"" x" WHERE OLD."q""x" = 1 DO INSTEAD NOTHING;
      CREATE FUNCTION "F ""f"("a ""b" "My ""Shop"" x") RETURNS int LANGUAGE sql AS 'SELECT 1';`,
  },
  {
    name: "partitions with indexes, checks and views of their own",
    before: [purchase(WHOLE, Exclusion("XCL", `USING btree ("state" WITH =) WHERE (total > 5)`))],
    after: [purchase(LESS, Exclusion("XCL", `USING btree ("state" WITH =) WHERE (total > 5)`))],
    byHand: `${ROW} COMMENT ON CONSTRAINT "XCL" ON purchase IS 'x'; ALTER INDEX "XCL" SET (fillfactor = 20);
      CREATE TABLE log (at date, state order_state) PARTITION BY RANGE (at); CREATE TABLE log1 PARTITION OF log DEFAULT; CREATE INDEX log_i ON log (state); CREATE INDEX log1_i ON log1 (at) WHERE state = 'open'; CREATE VIEW of_log AS SELECT state FROM log1; ALTER TABLE log1 ADD CHECK (state <> 'paid'); CREATE INDEX log1_x ON log1 ((state = 'paid'));`,
  },
  {
    name: "tables of a composite type, and an event trigger",
    ...SIDES,
    exclude: ["like_it", "of_type", "ul"],
    byHand: `${ROW} CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON ddl_command_start WHEN TAG IN ('CREATE SERVER') EXECUTE FUNCTION ev();
      CREATE TYPE row_of AS (a int, s order_state); CREATE TABLE of_type OF row_of; CREATE TABLE like_it (s order_state GENERATED ALWAYS AS ('open'::order_state) STORED, c row_of[]); CREATE UNLOGGED TABLE ul (s order_state CHECK (s <> 'paid'), EXCLUDE USING btree (s WITH =), UNIQUE (s));`,
  },
  {
    name: "tables and columns of a composite type and a domain over the type go",
    before: [purchase(WHOLE), table("receipt", {}), slip({})],
    after: [purchase(LESS), slip({})],
    given: OVER_TYPE,
    byHand: `${ROW} ALTER TABLE receipt ADD p pair; ALTER TABLE slip ADD p pair, ADD d some_state, ADD ds some_state[];
      INSERT INTO receipt (p) VALUES ('(open,1)'); INSERT INTO slip (n, d) VALUES (1, 'paid');`,
    first: "DROP TABLE receipt; ALTER TABLE slip DROP p, DROP d, DROP ds",
    hasColumnsByHand: true,
  },
  {
    name: "tables and columns go that call functions of the type",
    before: [purchase(WHOLE), table("receipt", { a: COUNTED }), slip({ a: COUNTED }), table("bill", { n: int }, NEXT)],
    after: [purchase(LESS), slip({})],
    given: OVER_TYPE,
    byHand: `${ROW} INSERT INTO receipt DEFAULT VALUES; INSERT INTO slip (n) VALUES (1);`,
    first: "DROP TABLE receipt, bill; ALTER TABLE slip DROP a",
  },
  {
    name: "tables and columns that call functions of the type come, and a value goes on the way back",
    before: [purchase(LESS), slip({})],
    after: [purchase(WHOLE), table("receipt", { a: COUNTED }), slip({ a: COUNTED }), table("bill", { n: int }, NEXT)],
    given: OVER_TYPE.replace(", 'void'", ""),
    byHand: `${ROW} INSERT INTO slip (n) VALUES (1);`,
    between: "INSERT INTO receipt DEFAULT VALUES",
  },
  {
    name: "a check and a default that call functions of the type go",
    before: [purchase(WHOLE), slip({ a: COUNTED }, NEXT)],
    after: [purchase(LESS), slip({ a: int })],
    given: OVER_TYPE,
    byHand: `${ROW} INSERT INTO slip (n) VALUES (1);`,
    first: `ALTER TABLE slip DROP CONSTRAINT "CHK_f", ALTER a DROP DEFAULT`,
  },
  {
    name: "a check and a default that call functions of the type come",
    before: [purchase(WHOLE), slip({ a: int })],
    after: [purchase(LESS), slip({ a: COUNTED }, NEXT)],
    given: OVER_TYPE,
    byHand: `${ROW} INSERT INTO slip (n, a) VALUES (1, 2);`,
  },
  {
    name: "operator classes",
    ...SIDES,
    exclude: ["tmp_*"],
    byHand: `${ROW}
      CREATE FUNCTION lt(a order_state, b order_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT a::text < b::text $$;
      CREATE FUNCTION order_of(a order_state, b order_state) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN a::text < b::text THEN -1 WHEN a = b THEN 0 ELSE 1 END $$;
      CREATE OPERATOR <<< (LEFTARG = order_state, RIGHTARG = order_state, FUNCTION = lt);
      CREATE OPERATOR CLASS by_text FOR TYPE order_state USING btree AS OPERATOR 1 <<<, OPERATOR 3 pg_catalog.= (anyenum, anyenum), FUNCTION 1 order_of(order_state, order_state);
      CREATE OPERATOR FAMILY "Fam y" USING btree;
      CREATE OPERATOR CLASS "By t" FOR TYPE order_state USING btree FAMILY "Fam y" AS OPERATOR 1 <<<, FUNCTION 1 order_of(order_state, order_state);
      COMMENT ON OPERATOR CLASS by_text USING btree IS 'by letters'; ALTER OPERATOR CLASS by_text USING btree OWNER TO mall_owner;
      ALTER OPERATOR CLASS "By t" USING btree RENAME TO "By text";`,
  },
  {
    name: "operators and functions that operator families have apart from their classes",
    ...SIDES,
    byHand: `${ROW}
      CREATE FUNCTION less(a order_state, b int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT a::text < b::text $$;
      CREATE FUNCTION apart(a order_state, b int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$;
      CREATE OPERATOR <<< (LEFTARG = order_state, RIGHTARG = int, FUNCTION = less);
      CREATE OPERATOR FAMILY "Fam y" USING btree;
      ALTER OPERATOR FAMILY "Fam y" USING btree ADD OPERATOR 1 <<< (order_state, int), FUNCTION 1 (order_state, int) apart(order_state, int);`,
  },
];

function slip(columns: Columns, ...more: ClassDecorator[]): new () => object {
  return table("slip", { n: maybe(int), ...columns }, ...more);
}

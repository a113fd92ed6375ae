import { Check, Column, Entity, Exclusion, Index, ManyToOne, PrimaryGeneratedColumn, Unique } from "typeorm";
import { enumeration, type Input, int, maybe, named, table } from "./models.ts";

const WHOLE = ["open", "paid", "void"];
const LESS = ["open", "paid"];
const purchase = (values: readonly string[]) =>
  table("purchase", { state: enumeration("order_state", values, { default: "open" }), total: { ...int, default: 0 } });
const SIDES = { before: [purchase(WHOLE)], after: [purchase(LESS)] };
const ROW = "INSERT INTO purchase (state) VALUES ('open');";

const refundOf = (values: readonly string[]) =>
  table("refund", { states: { ...enumeration("order_state", values), array: true }, total: int });
const refund = refundOf(WHOLE);
const lease = table("lease", { rent: int });
const sale = (values: readonly string[], part: "seen" | "total") =>
  table(
    "sale",
    {
      state: enumeration("order_state", values),
      ...(part === "seen" && { seen: enumeration("order_state", values, { nullable: true }) }),
      total: int,
    },
    Index("by_part", ["id", part]),
    Unique("one_part", [part]),
    Check("known_part", part === "seen" ? `"seen" <> 'open'` : `"total" > 0`),
  );

/** An enum type loses a value, and so is replaced. */
export const ENUM_REPLACED: readonly Input[] = [
  {
    name: "facts of the type, and statistics over its column",
    ...SIDES,
    byHand: `${ROW}
      COMMENT ON TYPE order_state IS 'life of an order';
      REVOKE USAGE ON TYPE order_state FROM PUBLIC; GRANT USAGE ON TYPE order_state TO mall_reader;
      ALTER TYPE order_state OWNER TO mall_owner;
      CREATE STATISTICS purchase_st ON state, total FROM purchase;`,
  },
  {
    name: "an index, a key and a check that use a column of the type which goes, and another one afterwards",
    before: [sale(WHOLE, "seen")],
    after: [sale(LESS, "total")],
    byHand: `INSERT INTO sale (state, seen, total) VALUES ('open', 'paid', 1);
      COMMENT ON INDEX by_part IS 'for the report'; COMMENT ON CONSTRAINT one_part ON sale IS 'one';
      CREATE VIEW first_sales AS SELECT id, total FROM sale WHERE state = 'open';`,
  },
  {
    name: "how the values of an array are stored and compressed",
    before: [purchase(WHOLE), refund],
    after: [purchase(LESS), refundOf(LESS)],
    byHand: `${ROW}
      INSERT INTO refund (states, total) VALUES ('{open,paid}', 1);
      ALTER TABLE refund ALTER states SET STORAGE EXTERNAL, ALTER states SET COMPRESSION pglz;`,
  },
  {
    name: "a policy and a trigger with a condition",
    ...SIDES,
    byHand: `${ROW}
      ALTER TABLE purchase ENABLE ROW LEVEL SECURITY;
      CREATE POLICY visible ON purchase USING (state <> 'paid');
      CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER noted AFTER UPDATE ON purchase FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION noted();`,
  },
  {
    name: "a policy of another table, with roles, a comment and both conditions; a disabled trigger",
    ...SIDES,
    before: [purchase(WHOLE), table("lease", { rent: int })],
    after: [purchase(LESS), table("lease", { rent: int })],
    byHand: `${ROW}
      CREATE POLICY elsewhere ON lease AS RESTRICTIVE FOR UPDATE TO mall_reader
        USING (EXISTS (SELECT FROM purchase p WHERE p.id = lease.id AND p.state = 'open')) WITH CHECK (rent > 0);
      COMMENT ON POLICY elsewhere ON lease IS 'of the open ones';
      CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER of_state BEFORE UPDATE OF state ON purchase FOR EACH ROW EXECUTE FUNCTION noted('a', 'it''s');
      ALTER TABLE purchase DISABLE TRIGGER of_state;`,
  },
  {
    name: "partial and expression indexes",
    ...SIDES,
    byHand: `${ROW}
      CREATE INDEX purchase_open_desc ON purchase (id DESC) WHERE state = 'open';
      CREATE INDEX purchase_state_expr ON purchase ((state = 'open'));`,
  },
  {
    name: "indexes with options, comments and a statistics target; statistics of expressions",
    ...SIDES,
    byHand: `${ROW}
      CREATE INDEX by_state ON purchase (state DESC) INCLUDE (total) WITH (fillfactor = 40);
      COMMENT ON INDEX by_state IS 'for the report';
      CREATE UNIQUE INDEX one_open ON purchase ((CASE WHEN state = 'open' THEN id END));
      ALTER INDEX one_open ALTER COLUMN 1 SET STATISTICS 50;
      CREATE STATISTICS by_expression ON (state = 'paid'), total FROM purchase;
      ALTER STATISTICS by_expression SET STATISTICS 20;`,
  },
  {
    name: "a function's argument and a domain",
    ...SIDES,
    byHand: `${ROW}
      CREATE FUNCTION is_done(s order_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT s = 'paid' $$;
      CREATE DOMAIN live_state AS order_state CHECK (VALUE <> 'void');`,
  },
  {
    name: "functions with SQL bodies, arrays, defaults and results of the type, with rights",
    ...SIDES,
    byHand: `${ROW}
      CREATE FUNCTION states(VARIADIC s order_state[], OUT n bigint) LANGUAGE sql AS $$ SELECT count(*) FROM unnest(s) $$;
      CREATE FUNCTION state_of(i int, fallback order_state DEFAULT 'open') RETURNS order_state LANGUAGE sql STABLE
        RETURN coalesce((SELECT p.state FROM purchase p WHERE p.id = i), fallback);
      REVOKE EXECUTE ON FUNCTION state_of FROM PUBLIC; GRANT EXECUTE ON FUNCTION state_of TO mall_reader;
      COMMENT ON FUNCTION state_of IS 'where it is';
      CREATE PROCEDURE pay(i int) LANGUAGE sql BEGIN ATOMIC UPDATE purchase SET state = 'paid' WHERE id = i; END;`,
    since: 14,
  },
  {
    name: "a composite type, a range type, a cast and a function over them",
    ...SIDES,
    byHand: `${ROW}
      CREATE TYPE receipt AS (at date, state order_state); COMMENT ON TYPE receipt IS 'paper';
      CREATE TYPE state_span AS RANGE (subtype = order_state);
      CREATE FUNCTION as_text(r receipt) RETURNS text LANGUAGE sql AS $$ SELECT r.at::text $$;
      CREATE FUNCTION is_paid(s order_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT s::text = 'paid' $$;
      CREATE CAST (order_state AS boolean) WITH FUNCTION is_paid(order_state);`,
  },
  {
    name: "views on views, with owner, rights, options and a trigger",
    ...SIDES,
    byHand: `${ROW}
      CREATE VIEW open_ones WITH (security_barrier) AS SELECT id, state FROM purchase WHERE state = 'open';
      CREATE VIEW of_them AS SELECT id FROM open_ones;
      GRANT SELECT (id) ON open_ones TO mall_reader; GRANT SELECT ON of_them TO mall_reader;
      COMMENT ON COLUMN open_ones.state IS 'always open'; ALTER VIEW open_ones OWNER TO mall_owner;
      ALTER VIEW open_ones ALTER COLUMN state SET DEFAULT 'open';
      CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER put INSTEAD OF INSERT ON of_them FOR EACH ROW EXECUTE FUNCTION put();
      CREATE RULE no_delete AS ON DELETE TO open_ones DO INSTEAD NOTHING;`,
  },
  {
    name: "a materialized view with indexes and rules of the table",
    ...SIDES,
    byHand: `${ROW}
      CREATE MATERIALIZED VIEW sums AS SELECT state, sum(total) AS total FROM purchase GROUP BY state;
      CREATE UNIQUE INDEX sums_key ON sums (state); COMMENT ON INDEX sums_key IS 'for REFRESH';
      CREATE INDEX sums_open ON sums (total DESC) WHERE state = 'open';
      CREATE RULE no_void AS ON UPDATE TO purchase WHERE NEW.state = 'void' DO INSTEAD NOTHING;
      COMMENT ON RULE no_void ON purchase IS 'never void';`,
  },
  {
    name: "partitioned and excluded tables",
    ...SIDES,
    exclude: ["tmp_*"],
    byHand: `${ROW}
      CREATE TABLE purchase_log (at date, state order_state DEFAULT 'open') PARTITION BY RANGE (at);
      CREATE TABLE purchase_log_2026 PARTITION OF purchase_log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      CREATE TABLE tmp_import (state order_state);`,
  },
  {
    name: "a table that is partitioned by the type",
    ...SIDES,
    byHand: `${ROW}
      CREATE TABLE log_of (at date, state order_state DEFAULT 'open') PARTITION BY LIST (state);
      CREATE TABLE log_open PARTITION OF log_of FOR VALUES IN ('open'); INSERT INTO log_of VALUES ('2026-01-01', 'open');`,
  },
  {
    name: "a table whose partitions are partitioned by the type, and one that is by an expression of it",
    ...SIDES,
    byHand: `${ROW}
      CREATE TABLE log_of (at date, state order_state DEFAULT 'open') PARTITION BY RANGE (at);
      CREATE TABLE log_2026 PARTITION OF log_of FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (state);
      CREATE TABLE log_open PARTITION OF log_2026 FOR VALUES IN ('open'); INSERT INTO log_of VALUES ('2026-01-01', 'open');
      CREATE TABLE done_of (at date, state order_state) PARTITION BY LIST ((state = 'open'));
      CREATE TABLE done_not PARTITION OF done_of FOR VALUES IN (false);`,
  },
  {
    name: "functions of one name with long lists of arguments",
    ...SIDES,
    byHand: `${ROW}
      CREATE FUNCTION counted(order_state, order_state[], timestamp with time zone, double precision) RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE FUNCTION counted(order_state, order_state[], timestamp with time zone, bigint) RETURNS int LANGUAGE sql AS 'SELECT 2';
      CREATE VIEW counts AS SELECT counted(state, '{}', now(), 1.0::float) AS n FROM purchase;`,
  },
  {
    name: "excluded tables with checks, exclusions, arrays and generated columns of the type",
    ...SIDES,
    exclude: ["tmp_*"],
    byHand: `${ROW}
      CREATE TABLE tmp_states (id int, states order_state[], state order_state CHECK (state <> 'void'),
        is_open boolean GENERATED ALWAYS AS (state = 'open') STORED, EXCLUDE USING btree (state WITH =));
      INSERT INTO tmp_states VALUES (1, '{open}', 'open');`,
    rows: "SELECT id, states::text, state::text FROM tmp_states",
  },
  {
    name: "objects of another schema that name the value that goes",
    ...SIDES,
    byHand: `${ROW} CREATE SCHEMA audit; CREATE DOMAIN audit.some AS order_state CHECK (VALUE <> 'void');
      CREATE VIEW audit.voids AS SELECT id FROM purchase WHERE state = 'void'; CREATE VIEW audit.purchase AS SELECT state FROM public.purchase;
      CREATE FUNCTION audit.is_void(s order_state) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT s = 'void'; END;`,
  },
  {
    name: "a foreign table with options, a domain with a name for NOT NULL, and what goes with an extension",
    ...SIDES,
    exclude: ["far"],
    byHand: `${ROW} CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
      CREATE FOREIGN TABLE far (id int, state order_state OPTIONS (column_name 'st') DEFAULT 'open', n int) SERVER s;
      COMMENT ON COLUMN far.state IS 'c'; GRANT SELECT (state) ON far TO mall_reader; ALTER FOREIGN TABLE far ALTER state SET STATISTICS 10;
      CREATE DOMAIN live_state AS order_state CONSTRAINT filled NOT NULL;
      CREATE FUNCTION is_it(s order_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; ALTER FUNCTION is_it DEPENDS ON EXTENSION plpgsql;
      CREATE TRIGGER t AFTER UPDATE ON purchase FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION suppress_redundant_updates_trigger();
      CREATE MATERIALIZED VIEW kept AS SELECT state FROM purchase; CREATE INDEX by_state ON kept (state DESC); ALTER TRIGGER t ON purchase DEPENDS ON EXTENSION plpgsql;
      ALTER MATERIALIZED VIEW kept DEPENDS ON EXTENSION plpgsql; ALTER INDEX by_state DEPENDS ON EXTENSION plpgsql;`,
  },
  {
    name: "partitions of two levels with defaults, policies and triggers of their own",
    ...SIDES,
    byHand: `${ROW} CREATE TABLE log (id int, at date, state order_state) PARTITION BY RANGE (at);
      CREATE TABLE log1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (id); CREATE TABLE log11 PARTITION OF log1 FOR VALUES IN (1, 2);
      CREATE TRIGGER t AFTER UPDATE OF state ON log FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); ALTER TABLE log11 DISABLE TRIGGER t;
      CREATE POLICY p ON log11 USING (state = 'open'); CREATE INDEX by_state ON log (state, at); ALTER TABLE log11 ALTER state SET DEFAULT 'paid';
      INSERT INTO log VALUES (1, '2026-02-01', 'open');`,
    rows: "SELECT id, state::text FROM log",
  },
  {
    name: "a column that the table inherits, and the parent has a view",
    ...SIDES,
    exclude: ["tmp_*"],
    byHand: `${ROW} CREATE TABLE tmp_base (state order_state, CONSTRAINT purchase_state_not_null NOT NULL state); ALTER TABLE purchase INHERIT tmp_base; CREATE VIEW states AS SELECT state FROM tmp_base;`,
    since: 18,
  },
  {
    name: "a table that inherits and has another default",
    ...SIDES,
    exclude: ["tmp_*"],
    byHand: `${ROW} CREATE TABLE tmp_child () INHERITS (purchase); ALTER TABLE tmp_child ALTER state SET DEFAULT 'paid'; INSERT INTO tmp_child (id) VALUES (7);`,
  },
  {
    name: "the type and the table get other names, too",
    before: [purchase(WHOLE)],
    after: [
      table("bill", {
        state: enumeration("state_of_bill", LESS, { default: "open" }),
        total: { ...int, default: 0 },
      }),
    ],
    byHand: `${ROW} CREATE POLICY p ON purchase USING (state <> 'paid');
      CREATE TRIGGER t AFTER UPDATE ON purchase FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION suppress_redundant_updates_trigger();
      CREATE FUNCTION f(s order_state DEFAULT 'void') RETURNS order_state LANGUAGE sql IMMUTABLE AS 'SELECT s'; CREATE VIEW v AS SELECT f(state) FROM purchase;`,
  },
  {
    name: "a publication with a filter and columns",
    ...SIDES,
    byHand: `${ROW} CREATE PUBLICATION of_purchases FOR TABLE purchase (id, state, total) WHERE (total > 0);`,
    since: 15,
  },
  {
    name: "a generated column of the models",
    ...generated(),
    byHand: "INSERT INTO purchase (state) VALUES ('paid'), ('open');",
  },
  {
    name: "a generated column of the models with an index, rights and a statistics target by hand",
    ...generated(),
    byHand: `INSERT INTO purchase (state) VALUES ('paid'), ('open');
      CREATE INDEX by_done ON purchase (done DESC); GRANT SELECT (done) ON purchase TO mall_reader;
      ALTER TABLE purchase ALTER done SET STATISTICS 77;`,
  },
  {
    name: "the type goes, and the views that have it in their columns stay",
    before: [purchase(WHOLE)],
    after: [table("purchase", { state: { type: "text", default: "open" }, total: { ...int, default: 0 } })],
    byHand: `${ROW} CREATE VIEW states AS SELECT state FROM purchase; CREATE VIEW first AS SELECT 'open'::order_state AS state;
      CREATE DOMAIN some_state AS order_state; CREATE MATERIALIZED VIEW kept AS SELECT state FROM states; CREATE INDEX by_state ON purchase (state DESC);`,
  },
  {
    name: "a value that goes on the way down is in a new column",
    before: [table("purchase", { state: enumeration("pstate", LESS, { default: "open" }) })],
    after: [
      table("purchase", {
        state: enumeration("pstate", WHOLE, { default: "open" }),
        next: maybe(enumeration("pstate", WHOLE)),
      }),
    ],
    byHand: "INSERT INTO purchase (state) VALUES ('paid'), ('open');",
    between: "UPDATE purchase SET next = 'void'",
  },
  {
    name: "an exclusion constraint of the models uses a value that comes",
    before: [table("purchase", { state: enumeration("order_state", LESS) }, excludes("paid"))],
    after: [table("purchase", { state: enumeration("order_state", WHOLE) }, excludes("void"))],
    byHand: `${ROW} COMMENT ON CONSTRAINT "XCL" ON purchase IS 'one'`,
  },
  {
    name: "objects of another schema, where the type and its table are, that name the value that goes",
    given: "CREATE SCHEMA sales; CREATE SCHEMA audit;",
    before: [elsewhere(WHOLE)],
    after: [elsewhere(LESS)],
    byHand: `INSERT INTO sales.purchase (state) VALUES ('open'); CREATE POLICY p ON sales.purchase USING (state <> 'void');
      CREATE VIEW sales.voids AS SELECT id FROM sales.purchase WHERE state = 'void'; CREATE VIEW audit.opens AS SELECT id FROM sales.purchase WHERE state = 'open';
      CREATE INDEX i ON sales.purchase (id DESC) WHERE state = 'void'; CREATE DOMAIN sales.d AS sales.order_state CHECK (VALUE <> 'void');
      CREATE FUNCTION sales.f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM sales.purchase WHERE state = 'void'; END;`,
  },
  {
    name: "a table goes whose rows and policy have the value that goes",
    before: [purchase(WHOLE), refund, lease],
    after: [purchase(LESS), lease],
    exclude: ["tmp_*"],
    byHand: `${ROW} INSERT INTO refund (states, total) VALUES ('{void}', 1); CREATE TABLE tmp_a (id int REFERENCES refund (id));
      CREATE POLICY p ON refund USING (EXISTS (SELECT FROM lease WHERE rent > total AND 'void' = ANY (states)));`,
  },
  {
    name: "tables go that point at each other",
    before: [purchase(WHOLE), ...circle()],
    after: [purchase(LESS)],
    byHand: `${ROW} INSERT INTO one (state) VALUES ('void'); CREATE VIEW ones AS SELECT id FROM one WHERE state = 'void';`,
  },
];

function generated(): Pick<Input, "before" | "after"> {
  const one = (values: readonly string[]) =>
    table("purchase", {
      state: enumeration("pstate", values, { default: "open" }),
      done: { type: "boolean", asExpression: `"state" = 'paid'`, generatedType: "STORED" },
    });
  return { before: [one(WHOLE)], after: [one(LESS)] };
}

function excludes(value: string): ClassDecorator {
  return Exclusion("XCL", `USING btree ("id" WITH =) WHERE ("state" = '${value}')`);
}

function elsewhere(values: readonly string[]): unknown {
  const one = named("purchase");
  PrimaryGeneratedColumn()(one.prototype, "id");
  Column(enumeration("order_state", values))(one.prototype, "state");
  Entity({ name: "purchase", schema: "sales" })(one);
  return one;
}

function circle(): readonly unknown[] {
  const one = table("one", { state: enumeration("order_state", WHOLE) });
  const two = table("two", { n: int });
  ManyToOne(() => one, { nullable: true })(two.prototype, "one");
  ManyToOne(() => two, { nullable: true })(one.prototype, "two");
  return [one, two];
}

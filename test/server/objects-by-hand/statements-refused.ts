import { type ColumnOptions, Entity } from "typeorm";
import { enumeration, type Input, int, maybe, table, text, view } from "./models.ts";

const varchar = { type: "varchar" } as const;
const NOTED = "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';";

const shop = (code: typeof varchar | typeof int) => table("shop", { code });
const codes = (materialized = false) =>
  view("codes", `SELECT "id", "code" FROM "shop"`, ["id", "code"], { materialized });
const RETYPED = { before: [shop(varchar)], after: [shop(int)] };
const ROW = "INSERT INTO shop (code) VALUES ('1');";

const job = (values: readonly string[]) => table("job", { state: enumeration("job_state", values) });
const LESS = { before: [job(["new", "open", "void"])], after: [job(["new", "open"])] };
const JOB = "INSERT INTO job (state) VALUES ('new');";
const states = view("states", `SELECT "id", "state" FROM "job"`, ["id", "state"]);

const reordered = (query: string) => [table("shop", { code: text }), view("codes", query, ["id", "code"])];

/** PostgreSQL refuses after the upgrade what people made before it. */
export const REFUSED: readonly Input[] = [
  {
    name: "defaults of columns of views that get another type",
    before: [shop(varchar), codes()],
    after: [shop(int), codes()],
    byHand: `${ROW} ALTER VIEW codes ALTER code SET DEFAULT 'z'; CREATE VIEW first WITH (security_barrier) AS SELECT id, code FROM shop WITH CASCADED CHECK OPTION;
      ALTER VIEW first ALTER code SET DEFAULT 'd'; CREATE VIEW second AS SELECT code AS "A a" FROM first WHERE id > 0; COMMENT ON COLUMN second."A a" IS 'x';
      CREATE RULE kept AS ON UPDATE TO second DO INSTEAD NOTHING; ALTER VIEW second OWNER TO mall_owner; REVOKE ALL ON second FROM mall_owner; GRANT SELECT ON second TO PUBLIC;`,
  },
  {
    name: "defaults of columns of views that name a value which goes",
    before: [...LESS.before, states],
    after: [...LESS.after, states],
    byHand: `${JOB} ALTER VIEW states ALTER state SET DEFAULT 'void'; CREATE VIEW first AS SELECT id, state FROM job; ALTER VIEW first ALTER state SET DEFAULT 'void';
      CREATE VIEW second AS SELECT state FROM first; ALTER VIEW second ALTER state SET DEFAULT 'open';`,
  },
  {
    name: "rules and triggers of a view whose columns get another type",
    before: [shop(varchar), codes()],
    after: [shop(int), codes()],
    byHand: `${ROW} ${NOTED} CREATE RULE like_x AS ON UPDATE TO codes WHERE NEW.code ~~ 'x%' DO INSTEAD NOTHING;
      CREATE RULE put AS ON INSERT TO codes DO INSTEAD INSERT INTO shop (code) VALUES (NEW.code || '0');
      CREATE TRIGGER stay INSTEAD OF DELETE ON codes FOR EACH ROW EXECUTE FUNCTION noted();`,
  },
  {
    name: "a rule that returns columns in their old order",
    before: reordered(`SELECT "id", "code" FROM "shop"`),
    after: reordered(`SELECT "code", "id"::text AS "id", 1 AS "one" FROM "shop"`),
    byHand: `INSERT INTO shop (code) VALUES ('a'); CREATE RULE put AS ON INSERT TO codes DO INSTEAD INSERT INTO shop (code) VALUES (NEW.code) RETURNING id, code;
      CREATE VIEW over AS SELECT code, codes AS whole FROM codes; CREATE MATERIALIZED VIEW kept AS SELECT code FROM over; CREATE UNIQUE INDEX kept_code ON kept (code);
      CREATE FUNCTION all_codes() RETURNS SETOF codes LANGUAGE sql AS 'SELECT * FROM codes'; GRANT SELECT (code), UPDATE (code) ON codes TO mall_reader; ALTER VIEW codes ALTER code SET DEFAULT 'z';`,
  },
  ...[true, false].map(
    (isDeclared): Input => ({
      name: `indexes and statistics of a materialized view ${isDeclared ? "of the models" : "by hand"}`,
      before: [shop(varchar), ...(isDeclared ? [codes(true)] : [])],
      after: [shop(int), ...(isDeclared ? [codes(true)] : [])],
      byHand: `${ROW} ${isDeclared ? "" : "CREATE MATERIALIZED VIEW codes AS SELECT id, code FROM shop;"}
        CREATE INDEX by_pattern ON codes (code text_pattern_ops); CREATE INDEX by_lower ON codes (lower(code)); CREATE INDEX by_c ON codes (code COLLATE "C");
        CREATE UNIQUE INDEX by_x ON codes (id DESC) WHERE code ~~ 'x%'; CREATE INDEX by_code ON codes (code DESC); COMMENT ON INDEX by_pattern IS 'p';
        CREATE STATISTICS lengths ON lower(code), id FROM codes; CREATE VIEW over AS SELECT code || 'x' AS more FROM codes;`,
    }),
  ),
  {
    name: "defaults of excluded tables, partitions, domains and functions that name a value which goes",
    ...LESS,
    exclude: ["tmp_*"],
    byHand: `${JOB} CREATE DOMAIN some_state AS job_state DEFAULT 'void'; CREATE TABLE tmp_a (x some_state, y job_state DEFAULT 'void', z job_state[] DEFAULT '{void}', w job_state DEFAULT 'new');
      CREATE FUNCTION f(x job_state[] DEFAULT '{void}') RETURNS some_state LANGUAGE sql AS 'SELECT NULL::some_state'; CREATE VIEW calls AS SELECT f();
      CREATE TABLE tmp_p (k job_state DEFAULT 'void', n int) PARTITION BY HASH (n); CREATE TABLE tmp_p0 PARTITION OF tmp_p FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      INSERT INTO tmp_a (y, z) VALUES ('new', '{open}');`,
    rows: "SELECT x::text, y::text, z::text, w::text FROM tmp_a",
  },
  {
    name: "partitions for a value that goes",
    ...LESS,
    exclude: ["tmp_*"],
    byHand: `${JOB} CREATE TABLE tmp_p (k job_state, n int) PARTITION BY LIST (k); CREATE TABLE tmp_pa PARTITION OF tmp_p FOR VALUES IN ('new');
      CREATE TABLE tmp_pc PARTITION OF tmp_p FOR VALUES IN ('void', 'open'); CREATE VIEW ks AS SELECT k FROM tmp_pa;`,
  },
  {
    name: "a view over one that a person has to drop, on the way back",
    before: [table("doc", { alpha: { type: "varchar", length: 10 }, b: text })],
    after: [table("doc", { alfa: { type: "varchar", length: 5 }, b: text })],
    byHand: `INSERT INTO doc (alpha, b) VALUES ('1', 'b'); CREATE VIEW first WITH (security_barrier) AS SELECT alpha, b FROM doc; CREATE VIEW second AS SELECT alpha AS z FROM first;
      GRANT SELECT (z) ON second TO mall_reader WITH GRANT OPTION; CREATE FUNCTION alphas() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT alpha FROM doc LIMIT 1; END;
      CREATE VIEW third AS SELECT alphas() FROM second; CREATE POLICY same ON doc USING (alpha = b); CREATE INDEX by_upper ON doc (upper(alpha), b DESC);`,
  },
  {
    name: "a row filter, a policy, a trigger and several indexes over one column",
    ...RETYPED,
    since: 15,
    byHand: `${ROW} CREATE PUBLICATION filtered FOR TABLE shop WHERE (code = '1') WITH (publish = 'insert, update'); ALTER TABLE shop REPLICA IDENTITY FULL; CREATE PUBLICATION listed FOR TABLE shop (code, id);
      CREATE RULE ra AS ON INSERT TO shop WHERE NEW.code = '9' DO INSTEAD NOTHING; CREATE INDEX i2 ON shop USING gin (to_tsvector('english', code)); CREATE INDEX i3 ON shop USING brin (lower(code)) WITH (pages_per_range = 4);
      ${NOTED} CREATE TRIGGER moved AFTER UPDATE ON shop REFERENCING OLD TABLE AS was NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION noted();
      GRANT SELECT (code), UPDATE (code, id) ON shop TO mall_reader WITH GRANT OPTION; GRANT SELECT (code) ON shop TO mall_owner;`,
  },
  {
    name: "views on functions on views, and a policy over them, when a value goes",
    ...LESS,
    byHand: `${JOB} CREATE VIEW v1 AS SELECT id, state FROM job; CREATE FUNCTION f1(s job_state) RETURNS SETOF v1 LANGUAGE sql STABLE AS 'SELECT * FROM v1 WHERE state = s';
      CREATE VIEW v2 AS SELECT f.state FROM f1('open') f; CREATE FUNCTION f2() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM v2; END;
      CREATE VIEW v3 AS SELECT f2() AS n, v2.state FROM v2; CREATE POLICY p ON job USING (id < (SELECT max(n) FROM v3)); GRANT SELECT (state) ON v2 TO mall_reader, mall_owner WITH GRANT OPTION;
      COMMENT ON COLUMN v3.n IS 'n'; ${NOTED} CREATE CONSTRAINT TRIGGER ct AFTER UPDATE OF state ON job DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION noted();
      ALTER TABLE job ENABLE REPLICA TRIGGER ct;`,
  },
  {
    name: "a policy, a rule and a view over tables of one name in two schemas",
    given: "CREATE SCHEMA sales; CREATE SCHEMA hr;",
    before: [shopOf("sales", varchar), shopOf("hr", varchar)],
    after: [shopOf("sales", int), shopOf("hr", text)],
    byHand: `INSERT INTO sales.shop (code) VALUES ('1'); INSERT INTO hr.shop (code) VALUES ('1');
      CREATE POLICY alike ON hr.shop USING (code IN (SELECT s.code FROM sales.shop s)); CREATE VIEW pairs AS SELECT a.code AS one, b.code AS two FROM sales.shop a, hr.shop b;
      CREATE RULE kept AS ON DELETE TO sales.shop WHERE EXISTS (SELECT FROM hr.shop h WHERE h.code = OLD.code) DO INSTEAD NOTHING; CREATE VIEW same AS SELECT a.id FROM sales.shop a JOIN hr.shop b ON a.code = b.code;`,
  },
  {
    name: "a key that excluded tables point at, with all that a key can have",
    before: [keyed(varchar)],
    after: [keyed({ type: "varchar", length: 5 })],
    exclude: ["tmp_*"],
    byHand: `INSERT INTO doc (a) VALUES ('1'); CREATE UNIQUE INDEX by_a ON doc (a DESC) INCLUDE (id) WHERE a <> ''; COMMENT ON INDEX by_a IS 'a';
      CREATE VIEW w AS SELECT a FROM doc; CREATE TABLE tmp_f (d int CONSTRAINT ff REFERENCES doc ON DELETE CASCADE DEFERRABLE, e int, CONSTRAINT fg FOREIGN KEY (e) REFERENCES doc MATCH FULL NOT VALID);
      COMMENT ON CONSTRAINT ff ON tmp_f IS 'ff'; INSERT INTO tmp_f VALUES (1, 1);`,
    rows: "SELECT d, e FROM tmp_f",
  },
];

function keyed(a: { readonly type: "varchar"; readonly length?: number }): unknown {
  return table("doc", { a, b: maybe(text) });
}

function shopOf(schema: string, code: ColumnOptions): unknown {
  const one = table("shop", { code });
  Entity({ name: "shop", schema })(one);
  return one;
}

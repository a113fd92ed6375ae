import { Index } from "typeorm";
import { type Input, int, maybe, table, text, view } from "./models.ts";

const varchar = { type: "varchar" } as const;
const NOTED = "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";

const shop = (no: typeof varchar | typeof int | typeof text) => table("shop", { code: varchar, no });
const RETYPED = { before: [shop(varchar)], after: [shop(int)] };
const ROW = "INSERT INTO shop (code, no) VALUES ('a', '1');";

/** A column gets another type. */
export const COLUMN_RETYPED: readonly Input[] = [
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
    name: "a column that is also renamed, with views and indexes by hand",
    before: [shop(varchar)],
    after: [table("shop", { code: { type: "varchar", length: 40 }, no: { type: "varchar", length: 9 } })],
    byHand: `${ROW} CREATE VIEW codes AS SELECT id, code FROM shop; GRANT SELECT (code) ON shop TO mall_reader;
      CREATE INDEX by_lower ON shop (lower(code)) WHERE no <> ''; CREATE POLICY coded ON shop USING (code <> no);`,
  },
];

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

/** A view of the models is dropped for a column below it. */
export const VIEW_RECREATED: readonly Input[] = [
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
];

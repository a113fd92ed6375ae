import {
  Check,
  type ColumnOptions,
  Exclusion,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
  ViewColumn,
  ViewEntity,
} from "typeorm";
import { declared, enumeration, type Input, int, maybe, named, table, text, view } from "./models.ts";

const shop = table("shop", { code: text });
const codes = (where = "") => view("shop_codes", `SELECT "id", "code" FROM "shop"${where}`, ["id", "code"]);
const CHANGED = { before: [shop, codes()], after: [shop, codes(` WHERE "id" > 0`)] };
const ROW = "INSERT INTO shop (code) VALUES ('a');";

const sale = (where: string) => {
  const base = view("sales_of_shops", `SELECT s."shop", s."amount" FROM "sale" s${where}`, ["shop"]);
  const sum = `SELECT sum(b."amount") AS "sum" FROM "sales_of_shops" b`;
  return [
    table("sale", { shop: int, amount: { ...int, default: 0 } }),
    base,
    view("amount", sum, ["sum"], { dependsOn: [base] }),
  ];
};
const noted = (note: { type: "varchar"; length: number } | typeof text) => [
  table("order", { note }),
  table("shop", { code: text }),
  view("top_shops", `SELECT "id" FROM "shop" ORDER BY "code" LIMIT 10`, ["id"], { materialized: true }),
];
const BOTH = `SELECT * FROM "shop" WHERE "id" > 0 UNION ALL SELECT * FROM "shop" WHERE "id" < 0`;
const STAR = view("all_shops", `SELECT * FROM "shop"`, ["id", "code", "floor"]);

const kept = (hasFloor: boolean) => {
  const columns = hasFloor ? ["id", "code", "floor"] : ["id", "code"];
  const star = view("all_shops", `SELECT * FROM "shop"`, columns);
  const rest = { materialized: true, dependsOn: [star] };
  const over = view("kept_shops", `SELECT a."id", a."code" FROM "all_shops" a`, ["id", "code"], rest);
  return [table("shop", { code: text, ...(hasFloor && { floor: { ...int, default: 0 } }) }), star, over];
};

/** A view of the models changes, or what it selects from. */
export const VIEW_CHANGED: readonly Input[] = [
  {
    name: "a view that reads rows of a view by their places, which change",
    before: [shop, view("pairs", `SELECT "id", "code" FROM "shop"`, ["id", "code"])],
    after: [shop, view("pairs", `SELECT "code", "id"::text AS "id", 1 AS "one" FROM "shop"`, ["code", "id", "one"])],
    byHand: `INSERT INTO shop (code) VALUES ('a'); CREATE FUNCTION pairs_of() RETURNS SETOF pairs LANGUAGE sql AS 'SELECT * FROM pairs';
      CREATE VIEW codes AS SELECT code FROM pairs_of();`,
    between: "DO $$ BEGIN ASSERT to_regclass('codes') IS NULL, 'codes reads another column'; END $$",
  },
  {
    name: "a view that reads rows of a table by their places, which change",
    before: [table("shop", { a: text, b: text, code: { type: "varchar" } })],
    after: [table("shop", { b: text, code: text, d: maybe(text) })],
    byHand: `INSERT INTO shop (a, b, code) VALUES ('a', 'b', 'c'); CREATE FUNCTION shops() RETURNS SETOF shop LANGUAGE sql AS 'SELECT * FROM public.shop';
      CREATE VIEW codes AS SELECT code FROM shops();`,
    between: "DO $$ BEGIN ASSERT to_regclass('codes') IS NULL, 'codes reads another column'; END $$",
  },
  {
    name: "a view and a function by hand over it",
    ...CHANGED,
    byHand: `${ROW} CREATE VIEW report AS SELECT count(*) AS n FROM shop_codes;
      CREATE FUNCTION first_code() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT code FROM shop_codes ORDER BY id LIMIT 1; END;`,
  },
  {
    name: "a materialized view, a policy, a rule and a row type by hand over it",
    ...CHANGED,
    byHand: `${ROW} CREATE MATERIALIZED VIEW kept AS SELECT code FROM shop_codes; CREATE UNIQUE INDEX kept_key ON kept (code);
      CREATE POLICY seen ON shop USING (id IN (SELECT id FROM shop_codes)); CREATE RULE keep AS ON UPDATE TO shop_codes DO INSTEAD NOTHING;
      CREATE FUNCTION code_in(c shop_codes) RETURNS text LANGUAGE sql AS 'SELECT c.code';`,
  },
  {
    name: "facts of its own",
    ...CHANGED,
    byHand: `GRANT SELECT ON shop_codes TO mall_reader; COMMENT ON COLUMN shop_codes.code IS 'of the shop';
      ALTER VIEW shop_codes SET (security_barrier = true); ALTER VIEW shop_codes OWNER TO mall_owner;`,
  },
  {
    name: "it loses a column that a view by hand has",
    before: CHANGED.before,
    after: [shop, view("shop_codes", `SELECT "id" FROM "shop"`, ["id"])],
    byHand: `${ROW} CREATE VIEW report AS SELECT max(code) AS n FROM shop_codes; GRANT SELECT (code) ON shop_codes TO mall_reader;`,
  },
  {
    name: "it goes",
    before: CHANGED.before,
    after: [shop],
    byHand: `${ROW} CREATE VIEW report AS SELECT count(*) AS n FROM shop_codes; GRANT SELECT ON shop_codes TO mall_reader;
      CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER put INSTEAD OF INSERT ON shop_codes FOR EACH ROW EXECUTE FUNCTION put();`,
  },
  { name: "a column has the name of another view", before: sale(""), after: sale(` WHERE s."shop" > 0`), byHand: "" },
  {
    name: "a keyword of its text is the name of a table",
    before: noted({ type: "varchar", length: 10 }),
    after: noted(text),
    byHand: "",
    untouched: ["top_shops"],
  },
  {
    name: "a star over a table that gains a column",
    before: [shop, view("all_shops", `SELECT * FROM "shop"`, ["id", "code"])],
    after: [table("shop", { code: text, floor: { ...int, default: 0 } }), STAR],
    byHand: `${ROW} GRANT SELECT ON all_shops TO mall_reader; COMMENT ON VIEW all_shops IS 'whole';`,
  },
  {
    name: "indexes of a materialized view over a star over a table that loses a column",
    before: kept(true),
    after: kept(false),
    byHand: `${ROW} CREATE INDEX kept_upper ON kept_shops (upper(code)) WITH (fillfactor = 60);
      CREATE UNIQUE INDEX kept_key ON kept_shops (code DESC, id); COMMENT ON INDEX kept_key IS 'by code';`,
  },
  {
    name: "stars on both sides of UNION over a table that renames a column, with a view by hand over it",
    before: [table("shop", { code: text }), view("both", BOTH, ["id", "code"])],
    after: [table("shop", { kode: text }), view("both", BOTH, ["id", "kode"])],
    byHand: `${ROW} CREATE VIEW report AS SELECT * FROM "both"; GRANT SELECT ON "both" TO mall_reader;`,
  },
  {
    name: "a star over a table that loses a column, with a view by hand over it",
    before: [table("shop", { code: text, floor: { ...int, default: 0 } }), STAR],
    after: [shop, view("all_shops", `SELECT * FROM "shop"`, ["id", "code"])],
    byHand: `${ROW} CREATE VIEW report AS SELECT code FROM all_shops; ALTER VIEW all_shops OWNER TO mall_owner;
      COMMENT ON COLUMN all_shops.floor IS 'how high'; GRANT SELECT (code, floor) ON all_shops TO mall_reader;`,
  },
];

const indexed = (index: string | undefined) => {
  const one = named("names_of");
  ViewColumn()(one.prototype, "name");
  if (index !== undefined) Index(index, ["name"])(one);
  ViewEntity({ name: "names_of", expression: `SELECT "name" FROM "role"`, materialized: true })(one);
  return one;
};
const role = table("role", { name: text });
const person = () => {
  const one = table("person", {});
  ManyToOne(() => role, { nullable: true })(one.prototype, "role");
  return one;
};
const typed = table("person", { role: enumeration("role", ["admin", "clerk"], { default: "clerk" }) });
const sold = table("sale", { shop: int });

function counter(no: ColumnOptions): unknown {
  const one = named("counter");
  PrimaryColumn({ type: "text" })(one.prototype, "name");
  return declared(one, "counter", { no });
}

function swapped(before: boolean): readonly unknown[] {
  const mall = named("mall");
  if (before)
    PrimaryColumn({ type: "int", generated: "increment", primaryKeyConstraintName: "mall_pk" })(mall.prototype, "id");
  else PrimaryColumn({ type: "text", primaryKeyConstraintName: "mall_pk2" })(mall.prototype, "code");
  declared(
    mall,
    "mall",
    before ? { code: text, n: int } : { n: int, id: { ...int, default: 0 } },
    before
      ? [Index("code_key", ["code"], { unique: true }), Check("n_rule", `"n" > 0`), Unique("n_key", ["n"])]
      : [
          Unique("code_key", ["code"]),
          Unique("n_rule", ["n"]),
          Check("n_key", `"n" > 0`),
          Index("mall_pk", ["id"], { unique: true, where: "id > 0" }),
        ],
  );
  const shop = table("shop", {});
  for (const column of ["code", "n"]) {
    ManyToOne(() => mall)(shop.prototype, column);
    JoinColumn({ name: `mall_${column}`, referencedColumnName: column })(shop.prototype, column);
  }
  return [mall, shop];
}

/** A name goes from one kind of object to another. */
export const NAME_WANDERS: readonly Input[] = [
  {
    name: "from the sequence of a column to a table, with a view and a function over it",
    before: [counter({ type: "int", generated: "increment" })],
    after: [counter(int), table("counter_no_seq", { n: int })],
    byHand: `INSERT INTO counter (name) VALUES ('a'); GRANT USAGE ON SEQUENCE counter_no_seq TO mall_reader; CREATE VIEW lasts AS SELECT last_value FROM counter_no_seq;
      CREATE FUNCTION following() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('counter_no_seq'); END;`,
  },
  {
    name: "from a unique index to a table, with a foreign key of an excluded table",
    before: [table("shop", { code: text }, Index("UX", ["code"], { unique: true }))],
    after: [table("shop", { code: text }), table("UX", { n: int })],
    exclude: ["tmp_*"],
    byHand: `${ROW} CREATE TABLE tmp_far (code text CONSTRAINT to_code REFERENCES shop (code)); COMMENT ON CONSTRAINT to_code ON tmp_far IS 'x'`,
  },
  {
    name: "from an enum type to a table",
    before: [typed],
    after: [role, person()],
    byHand: "INSERT INTO person (role) VALUES ('admin')",
  },
  {
    name: "from a table to an enum type",
    before: [role, person()],
    after: [typed],
    byHand: `INSERT INTO role (name) VALUES ('a'); INSERT INTO person ("roleId") VALUES (1)`,
  },
  {
    name: "from a view to a table",
    before: [sold, view("report", `SELECT "shop", count(*) AS "n" FROM "sale" GROUP BY "shop"`, ["shop", "n"])],
    after: [sold, table("report", { n: { type: "bigint" } })],
    byHand:
      "INSERT INTO sale (shop) VALUES (1); GRANT SELECT ON report TO mall_reader; COMMENT ON VIEW report IS 'counts'",
  },
  {
    name: "from a view to a materialized view, with facts",
    before: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"])],
    after: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"], { materialized: true })],
    byHand:
      "INSERT INTO sale (shop) VALUES (1); GRANT SELECT ON report TO mall_reader; COMMENT ON VIEW report IS 'all'",
  },
  {
    name: "from a view to a materialized view, with a trigger, a rule and a view",
    before: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"])],
    after: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"], { materialized: true })],
    byHand: `CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER stays INSTEAD OF UPDATE ON report FOR EACH ROW EXECUTE FUNCTION stay();
      CREATE RULE kept AS ON DELETE TO report DO INSTEAD NOTHING; CREATE VIEW more AS SELECT shop FROM report`,
  },
  {
    name: "from a materialized view to a view, with indexes, statistics and a function",
    before: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"], { materialized: true })],
    after: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"])],
    byHand: `CREATE INDEX by_shop ON report (shop DESC); CREATE INDEX by_rest ON report ((shop % 10));
      CREATE STATISTICS st ON (shop % 2) FROM report;
      CREATE FUNCTION n() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM report; END`,
  },
  {
    name: "from a view to a table, with a trigger and a rule",
    before: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"])],
    after: [sold, table("report", { shop: int })],
    byHand: `CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER stays INSTEAD OF UPDATE ON report FOR EACH ROW EXECUTE FUNCTION stay();
      CREATE RULE kept AS ON DELETE TO report DO INSTEAD NOTHING`,
  },
  {
    name: "from a view to a table, with a function of its rows",
    before: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"])],
    after: [sold, table("report", { shop: int })],
    byHand: `INSERT INTO sale (shop) VALUES (1); CREATE FUNCTION shop_of(r report) RETURNS int LANGUAGE sql AS 'SELECT r.shop';
      CREATE VIEW shops AS SELECT shop_of(ROW(NULL)::report)`,
  },
  {
    name: "from a view to a table that had another name",
    isSilent: true,
    before: [table("shop", { code: text, floor: int }), view("report", `SELECT 1 AS "one"`, ["one"])],
    after: [table("report", { code: text, floor: int })],
    byHand: `INSERT INTO shop (code, floor) VALUES ('a', 1); CREATE VIEW codes AS SELECT code FROM shop;
      CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER stays BEFORE UPDATE OF code ON shop FOR EACH ROW EXECUTE FUNCTION stay();
      CREATE POLICY visible ON shop USING (code <> ''); CREATE INDEX by_code ON shop (code DESC)`,
  },
  {
    name: "from a table to a view, with a policy, a trigger, an index and a rule",
    before: [sold, table("report", { shop: int })],
    after: [sold, view("report", `SELECT "shop" FROM "sale"`, ["shop"])],
    byHand: `CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER stays BEFORE UPDATE ON report FOR EACH ROW EXECUTE FUNCTION stay();
      CREATE POLICY visible ON report USING (shop > 0); CREATE INDEX by_shop ON report (shop DESC);
      CREATE RULE kept AS ON DELETE TO report DO INSTEAD NOTHING`,
  },
  {
    name: "a table and a view change names, with a function of the rows of both",
    before: [sold, table("report", { n: int }), view("summary", `SELECT "shop" FROM "sale"`, ["shop"])],
    after: [sold, table("summary", { n: int }), view("report", `SELECT "shop" FROM "sale"`, ["shop"])],
    byHand: `INSERT INTO report (n) VALUES (1); CREATE FUNCTION f(r report, s summary) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW over_report AS SELECT n FROM report;`,
  },
  {
    name: "from an index to a table",
    before: [table("sale", { shop: int }, Index("report", ["shop"]))],
    after: [sold, table("report", { n: int })],
    byHand: "INSERT INTO sale (shop) VALUES (1); COMMENT ON INDEX report IS 'by shop'",
  },
  {
    name: "from an index of a materialized view, a table and its sequence to indexes and constraints of a table",
    before: [role, indexed("by_name"), table("old", { n: int })],
    after: [
      table(
        "role",
        { name: text },
        Index("by_name", ["name"]),
        Unique("old_id_seq", ["name"]),
        Index("old", ["id", "name"]),
      ),
      indexed(undefined),
    ],
    byHand: `INSERT INTO role (name) VALUES ('a'); INSERT INTO old (n) VALUES (1); CREATE VIEW ns AS SELECT n FROM old`,
  },
  {
    name: "from an enum type to a view, and from a materialized view to a table, with views and functions",
    before: [typed, view("roles", `SELECT "id" FROM "person"`, ["id"], { materialized: true })],
    after: [
      table("person", { role: { ...text, default: "clerk" } }),
      view("role", `SELECT "id" FROM "person"`, ["id"]),
      table("roles", { n: int }),
    ],
    byHand: `INSERT INTO person (role) VALUES ('admin'); CREATE FUNCTION length_of(role) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW ids AS SELECT id FROM roles;
      CREATE VIEW names AS SELECT role FROM person; CREATE INDEX by_id ON roles (id DESC); COMMENT ON MATERIALIZED VIEW roles IS 'ids'`,
  },
  {
    name: "among kinds of constraints",
    before: [
      table(
        "mall",
        { name: text, n: int },
        Unique("one", ["n"]),
        Check("two", `"n" > 0`),
        Index("three", ["n"]),
        Unique("four", ["name"]),
      ),
    ],
    after: [
      table(
        "mall",
        { name: text, n: int },
        Check("one", `"n" > 0`),
        Unique("two", ["n"]),
        Unique("three", ["n", "name"]),
        Exclusion("four", `USING btree ("name" WITH =)`),
      ),
    ],
    byHand: `INSERT INTO mall (name, n) VALUES ('m', 1); COMMENT ON CONSTRAINT "one" ON mall IS 'first'; COMMENT ON CONSTRAINT "two" ON mall IS 'second';
      COMMENT ON INDEX "three" IS 'third'; ALTER INDEX "three" SET (fillfactor = 33); COMMENT ON CONSTRAINT "four" ON mall IS 'fourth'`,
  },
  {
    name: "among constraints and indexes of a table",
    before: swapped(true),
    after: swapped(false),
    byHand: `INSERT INTO mall (code, n) VALUES ('a', 1); INSERT INTO shop (mall_code, mall_n) VALUES ('a', 1);
      COMMENT ON CONSTRAINT n_key ON mall IS 'a key'; COMMENT ON CONSTRAINT n_rule ON mall IS 'a rule'`,
  },
];

import { Index } from "typeorm";
import { type Input, int, maybe, table, text, view } from "./models.ts";

const shop = (more: Parameters<typeof table>[1]) =>
  table("shop", { code: text, ...more, floor: int }, Index("by_floor", ["floor"]));
const around = [view("shops", `SELECT "id", "code" FROM "shop"`, ["id", "code"]), table("lease", { rent: int })];
const PLACED = {
  keepOrder: true,
  before: [shop({}), ...around],
  after: [shop({ name: maybe(text) }), ...around],
  exclude: ["tmp_*"],
  rows: "SELECT code, floor FROM ONLY shop",
} as const;
const ROW = "INSERT INTO shop (code, floor) VALUES ('a', 1);";

/** A column comes in the middle of a table, for which the table is rebuilt. */
export const IN_THE_MIDDLE: readonly Input[] = [
  {
    ...PLACED,
    name: "functions, and a view that calls them",
    byHand: `${ROW} CREATE FUNCTION code_of(s shop) RETURNS text LANGUAGE sql AS 'SELECT s.code'; CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM shop; END;
      GRANT EXECUTE ON FUNCTION counted TO mall_reader; CREATE VIEW calls AS SELECT counted() AS n, code_of(s) FROM shop s;`,
  },
  {
    ...PLACED,
    name: "rules of the table, of another one and of a view",
    byHand: `${ROW} CREATE RULE kept AS ON DELETE TO shop WHERE OLD.floor = 9 DO INSTEAD NOTHING; ALTER TABLE shop ENABLE REPLICA RULE kept; COMMENT ON RULE kept ON shop IS 'kept';
      CREATE RULE far AS ON INSERT TO lease DO ALSO UPDATE shop SET floor = 1; CREATE VIEW floors AS SELECT floor FROM lease, shop; CREATE RULE put AS ON INSERT TO floors DO INSTEAD INSERT INTO shop (code, floor) VALUES ('x', NEW.floor);`,
  },
  { ...PLACED, name: "a table that inherits", byHand: `${ROW} CREATE TABLE tmp_child () INHERITS (shop);` },
  {
    ...PLACED,
    name: "a table that it inherits from",
    byHand: `${ROW} CREATE TABLE tmp_parent (code text NOT NULL); ALTER TABLE shop INHERIT tmp_parent;`,
  },
  {
    ...PLACED,
    name: "types and columns of its rows",
    byHand: `${ROW} CREATE TYPE pair AS (s shop, n int); CREATE DOMAIN some_shop AS shop; CREATE TABLE tmp_rows (one shop, two pair);`,
  },
  {
    ...PLACED,
    name: "a domain with a check",
    byHand: `${ROW} CREATE DOMAIN some_shop AS shop CHECK ((VALUE).floor > 0); COMMENT ON DOMAIN some_shop IS 'x';`,
  },
  {
    ...PLACED,
    name: "publications with columns, with a condition and of the whole table",
    since: 15,
    byHand: `${ROW} CREATE PUBLICATION listed FOR TABLE shop (id, code); CREATE PUBLICATION filtered FOR TABLE shop WHERE (floor > 0) WITH (publish = 'insert'); CREATE PUBLICATION whole FOR TABLE shop;`,
  },
];

import type { ColumnOptions } from "typeorm";
import { enumeration, type Input, int, table, text, view } from "./models.ts";

const list = (name: string, values: readonly string[]): ColumnOptions => ({
  ...enumeration(name, values),
  array: true,
  default: () => `'{${values[0]}}'`,
});
const NOTED = "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';";

/** Enum types give their names to others, and to tables. */
export const TYPE_NAMES: readonly Input[] = [
  {
    name: "two enum types change names",
    before: [table("job", { kind: enumeration("kind", ["a", "b"]), sort: enumeration("sort", ["x", "y"]) })],
    after: [table("job", { kind: enumeration("sort", ["a", "b"]), sort: enumeration("kind", ["x", "y"]) })],
    isSilent: true,
    byHand: `INSERT INTO job (kind, sort) VALUES ('a', 'x'); CREATE FUNCTION f(k kind, s sort) RETURNS kind LANGUAGE sql AS 'SELECT k'; CREATE VIEW v AS SELECT kind, sort FROM job;
      CREATE DOMAIN d AS kind CHECK (VALUE <> 'b'); COMMENT ON TYPE kind IS 'kk'; GRANT USAGE ON TYPE sort TO mall_reader;`,
    rows: "SELECT kind::text, sort::text FROM job",
  },
  {
    name: "three enum types change names in a circle",
    before: [table("job", { x: enumeration("t1", ["a"]), y: enumeration("t2", ["b"]), z: enumeration("t3", ["c"]) })],
    after: [table("job", { x: enumeration("t2", ["a"]), y: enumeration("t3", ["b"]), z: enumeration("t1", ["c"]) })],
    isSilent: true,
    byHand: `INSERT INTO job (x, y, z) VALUES ('a', 'b', 'c'); COMMENT ON TYPE t1 IS 'one'; CREATE FUNCTION f(a t1, b t2, c t3) RETURNS t1 LANGUAGE sql AS 'SELECT a';
      CREATE VIEW v AS SELECT f(x, y, z) FROM job;`,
    rows: "SELECT x::text, y::text, z::text FROM job",
  },
  {
    name: "enum types pass a name on, with arrays and defaults",
    before: [table("job", { x: enumeration("t1", ["a", "z"], { default: "a" }), y: list("t2", ["b", "c"]) })],
    after: [table("job", { x: enumeration("t2", ["a", "z"], { default: "a" }), y: list("t3", ["b", "c"]) })],
    isSilent: true,
    byHand: `INSERT INTO job DEFAULT VALUES; CREATE DOMAIN d AS t1; CREATE VIEW v AS SELECT x, y FROM job; CREATE POLICY p ON job USING (x = 'a');`,
    rows: "SELECT x::text, y::text FROM job",
  },
  {
    name: "two enum types change names, and a table with one gets another name",
    before: [
      table("job", { x: enumeration("t1", ["a", "z"]), y: enumeration("t2", ["b"]) }),
      table("old", { w: enumeration("t1", ["a", "z"]) }),
    ],
    after: [
      table("job", { x: enumeration("t2", ["a", "z"]), y: enumeration("t1", ["b"]) }),
      table("neo", { w: enumeration("t2", ["a", "z"]) }),
    ],
    byHand: `INSERT INTO job (x, y) VALUES ('a', 'b'); INSERT INTO old (w) VALUES ('z'); CREATE VIEW v AS SELECT x, y, w FROM job, old; CREATE POLICY p ON old USING (w = 'a');`,
    rows: "SELECT x::text, y::text FROM job",
  },
  {
    name: "an enum type and a table change names, with an index, a function, a policy and a domain",
    before: [table("job", { kind: enumeration("kind", ["a", "b"]) }), table("sort", { n: int, m: text })],
    after: [
      table("job", { kind: enumeration("sort", ["a", "b"]) }),
      table("kind", { n: int, m: { type: "varchar", length: 9 } }),
    ],
    byHand: `INSERT INTO job (kind) VALUES ('a'); INSERT INTO sort (n, m) VALUES (1, 'x'); CREATE FUNCTION f(k kind, s sort) RETURNS kind LANGUAGE sql AS 'SELECT k'; CREATE VIEW v AS SELECT kind FROM job;
      CREATE POLICY p ON job USING (kind = 'a'); CREATE DOMAIN d AS kind; CREATE INDEX by_n ON sort (n DESC); CREATE VIEW ms AS SELECT m FROM sort; CREATE POLICY filled ON sort USING (m <> ''); GRANT SELECT ON sort TO mall_reader;`,
  },
  {
    name: "the same without another change",
    before: [table("job", { kind: enumeration("kind", ["a", "b"]) }), table("sort", { n: int })],
    after: [table("job", { kind: enumeration("sort", ["a", "b"]) }), table("kind", { n: int })],
    isSilent: true,
    byHand: `INSERT INTO job (kind) VALUES ('a'); INSERT INTO sort (n) VALUES (1); CREATE FUNCTION f(k kind, s sort) RETURNS kind LANGUAGE sql AS 'SELECT k';
      ${NOTED} CREATE TRIGGER noted AFTER UPDATE ON sort FOR EACH ROW EXECUTE FUNCTION noted(); CREATE POLICY p ON job USING (kind = 'a'); CREATE DOMAIN d AS kind; CREATE INDEX by_n ON sort (n DESC);`,
  },
  {
    name: "a table and a view change names, and the view reads the table",
    before: [table("sale", { n: int }), view("report", `SELECT 1 AS "n"`, ["n"])],
    after: [table("report", { n: int }), view("sale", `SELECT "n" FROM "report"`, ["n"])],
    byHand: `INSERT INTO sale (n) VALUES (1); CREATE VIEW o AS SELECT n FROM sale; CREATE VIEW p AS SELECT n FROM report; CREATE POLICY q ON sale USING (n > 0);
      CREATE FUNCTION f(s sale) RETURNS int LANGUAGE sql AS 'SELECT s.n'; GRANT SELECT (n), INSERT (n) ON sale TO mall_reader;`,
  },
];

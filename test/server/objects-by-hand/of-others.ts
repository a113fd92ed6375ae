import { type Input, int, maybe, table, text, view } from "./models.ts";

const varchar = { type: "varchar" } as const;
const RETYPED = {
  role: "mall_app",
  before: [table("shop", { code: varchar, name: maybe(text) })],
  after: [table("shop", { code: int, name: maybe(text) })],
} as const;
const SHOP = "INSERT INTO shop (code) VALUES ('1'); GRANT ALL ON shop, shop_id_seq TO mall_owner;";
const MAY_CREATE = "GRANT CREATE, USAGE ON SCHEMA public TO mall_owner;";
const CODES = view("codes", `SELECT "code" FROM "shop"`, ["code"]);

/** The role of the revisions owns the tables of the models, and may not drop all that uses them, or not give it back. */
export const OF_OTHERS: readonly Input[] = [
  {
    ...RETYPED,
    name: "views and a materialized view on views, of different roles",
    byHand: `${SHOP} ${MAY_CREATE} SET ROLE mall_owner; CREATE VIEW theirs AS SELECT code FROM shop; CREATE MATERIALIZED VIEW kept AS SELECT code FROM theirs;
      GRANT SELECT ON theirs TO mall_reader; CREATE INDEX kept_key ON kept (code DESC); COMMENT ON VIEW theirs IS 'theirs'; RESET ROLE;`,
  },
  {
    ...RETYPED,
    name: "functions, a composite type and a domain",
    byHand: `${SHOP} ${MAY_CREATE} SET ROLE mall_owner; CREATE FUNCTION code_of(s shop) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT s.code; END;
      CREATE TYPE pair AS (one shop, two int); CREATE DOMAIN some_shop AS shop; CREATE FUNCTION code_in(p pair, s some_shop) RETURNS int LANGUAGE sql AS 'SELECT 1'; RESET ROLE;`,
  },
  {
    ...RETYPED,
    name: "a publication",
    byHand: `${SHOP} CREATE PUBLICATION shops FOR TABLE shop (id, code);`,
    since: 15,
  },
  {
    ...RETYPED,
    name: "a trigger whose function the role may not call",
    byHand: `${SHOP} CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; REVOKE EXECUTE ON FUNCTION noted FROM PUBLIC;
      CREATE TRIGGER noted AFTER UPDATE OF code ON shop FOR EACH ROW EXECUTE FUNCTION noted();`,
  },
  {
    ...RETYPED,
    name: "a view in a schema that the role may not use",
    given: "CREATE SCHEMA archive;",
    byHand: `${SHOP} CREATE VIEW archive.codes AS SELECT code FROM shop;`,
  },
  {
    ...RETYPED,
    name: "statistics",
    byHand: `${SHOP} CREATE STATISTICS pairs ON code, name FROM shop; ALTER STATISTICS pairs OWNER TO mall_owner;`,
  },
  {
    ...RETYPED,
    name: "a view of the models, of a role that may not create in the schema",
    before: [...RETYPED.before, CODES],
    after: [...RETYPED.after, CODES],
    byHand: `${SHOP} ALTER VIEW codes OWNER TO mall_owner; GRANT SELECT ON codes TO mall_reader;`,
  },
  {
    ...RETYPED,
    name: "views of a role of which the role is a member, one that may create in the schema",
    byHand: `${SHOP} ${MAY_CREATE} GRANT mall_owner TO mall_app; SET ROLE mall_owner; CREATE VIEW theirs AS SELECT code FROM shop; GRANT SELECT ON theirs TO mall_reader;
      CREATE FUNCTION code_of(s shop) RETURNS int LANGUAGE sql AS 'SELECT 1'; RESET ROLE;`,
  },
  {
    ...RETYPED,
    name: "a view of a role of which the role is a member, and that may not create in the schema",
    byHand: `${SHOP} GRANT mall_owner TO mall_app; CREATE VIEW theirs AS SELECT code FROM shop; ALTER VIEW theirs OWNER TO mall_owner;`,
  },
];

import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";
import { type Input, int, named } from "./models.ts";

const MOVED = { before: [shop()], after: [shop("sales")], given: "CREATE SCHEMA sales;", exclude: ["sales.tmp_*"] };
const ROW = "INSERT INTO shop (slug) VALUES (1);";

/** A table goes to a schema in which something that no model declares has the name of one of its parts. */
export const MOVES: readonly Input[] = [
  {
    ...MOVED,
    name: "names of indexes that people made",
    byHand: `${ROW} CREATE INDEX "by Slug" ON shop ((slug + 1)); CREATE INDEX one ON shop (slug DESC);
      COMMENT ON INDEX "by Slug" IS 'mine'; CREATE TABLE sales.tmp_a (n int); CREATE INDEX "by Slug" ON sales.tmp_a (n); CREATE VIEW sales.one AS SELECT 1 AS n;`,
  },
  {
    ...MOVED,
    name: "names of sequences that people made",
    byHand: `${ROW} CREATE SEQUENCE counted OWNED BY shop.slug; CREATE TABLE sales.tmp_a (n int); CREATE SEQUENCE sales.counted;`,
  },
  {
    ...MOVED,
    name: "the names of its own index and sequence",
    byHand: `${ROW} CREATE TABLE sales.tmp_a (n int); CREATE INDEX by_slug ON sales.tmp_a (n); CREATE SEQUENCE sales.shop_id_seq;
      COMMENT ON SEQUENCE sales.shop_id_seq IS 'theirs';`,
  },
  {
    ...MOVED,
    name: "the name of its own key",
    byHand: `${ROW} CREATE TABLE sales.tmp_a (n int, CONSTRAINT shop_key PRIMARY KEY (n));`,
  },
  {
    ...MOVED,
    name: "the table gets another name, too",
    after: [shop("sales", "store")],
    byHand: `${ROW} CREATE INDEX by_more ON shop ((slug + 1)); CREATE TABLE sales.tmp_a (n int); CREATE INDEX by_more ON sales.tmp_a (n);`,
  },
  {
    ...MOVED,
    name: "names that are only like those of others",
    byHand: `${ROW} CREATE INDEX by_more ON shop ((slug + 1)); CREATE TABLE sales.tmp_a (n int); CREATE INDEX by_other ON sales.tmp_a (n);`,
    isSilent: true,
  },
];

function shop(schema?: string, name = "shop"): unknown {
  const one = named("shop");
  PrimaryGeneratedColumn({ primaryKeyConstraintName: "shop_key" })(one.prototype, "id");
  Column(int)(one.prototype, "slug");
  Index("by_slug", ["slug"])(one);
  Entity({ name, ...(schema !== undefined && { schema }) })(one);
  return one;
}

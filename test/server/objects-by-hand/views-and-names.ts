import { type Input, int, table, text, view } from "./models.ts";

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

/** A view of the models changes, or what it selects from. */
export const VIEW_CHANGED: readonly Input[] = [
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
  { name: "a column has the name of another view", before: sale(""), after: sale(` WHERE s."shop" > 0`), byHand: "" },
  {
    name: "a keyword of its text is the name of a table",
    before: noted({ type: "varchar", length: 10 }),
    after: noted(text),
    byHand: "",
    untouched: ["top_shops"],
  },
];

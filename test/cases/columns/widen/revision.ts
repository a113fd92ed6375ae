/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.alterColumn("product", "name", { type: "character varying(120)" });
  op.alterColumn("product", "stock", { type: "bigint" });
  op.alterColumn("product", "price", { type: "numeric(12,2)" });
  op.alterColumn("product", "note", { type: "text" });
  op.alterColumn("product", "soldAt", { type: "timestamp without time zone" });
}

export function downgrade(op: Operations): void {
  op.todo(
    "product.name changes from character varying(120) to character varying(40). Values that are too long make it fail. Rows in the way:",
    `SELECT * FROM "product" WHERE length("name") > 40`,
  );
  op.alterColumn("product", "name", { type: "character varying(40)" });

  op.todo(
    "product.stock changes from bigint to smallint. Values that are too large make it fail. Rows in the way:",
    `SELECT * FROM "product" WHERE "stock" NOT BETWEEN -32768 AND 32767`,
  );
  op.alterColumn("product", "stock", { type: "smallint" });

  op.todo(
    "product.price changes from numeric(12,2) to numeric(8,2). Extra digits are rounded, and values that are too large make it fail. Rows that change or fail:",
    `SELECT * FROM "product" WHERE ("price")::text <> 'NaN' AND (round("price", 2) <> "price" OR abs(round("price", 2)) >= 1e6)`,
  );
  op.alterColumn("product", "price", { type: "numeric(8,2)" });

  op.todo(
    "product.note changes from text to character varying(20). Values that are too long make it fail. Rows in the way:",
    `SELECT * FROM "product" WHERE length("note") > 20`,
  );
  op.alterColumn("product", "note", { type: "character varying(20)" });

  op.todo(
    "product.soldAt changes from timestamp without time zone to timestamp(3) without time zone. Fractions of a second that do not fit are rounded. Rows that change:",
    `SELECT * FROM "product" WHERE "soldAt"::timestamp(3) without time zone <> "soldAt"`,
  );
  op.alterColumn("product", "soldAt", { type: "timestamp(3) without time zone" });
}

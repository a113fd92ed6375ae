/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.alterColumn("shop", "code", { default: "'none'" });

  op.todo("shop.code becomes required. Rows in the way:", `SELECT * FROM "shop" WHERE "code" IS NULL`);
  // first: op.sql(`UPDATE "shop" SET "code" = 'none' WHERE "code" IS NULL`);
  op.alterColumn("shop", "code", { nullable: false });

  op.alterColumn("shop", "status", { default: null });
  op.alterColumn("shop", "rent", { default: "'1.50'" });
  op.commentOnColumn("shop", "area", "Square metres, it's measured");
  op.alterColumn("shop", "status", { nullable: true });
}

export function downgrade(op: Operations): void {
  op.alterColumn("shop", "code", { default: null });
  op.alterColumn("shop", "status", { default: "'open'::character varying" });

  op.todo("shop.status becomes required. Rows in the way:", `SELECT * FROM "shop" WHERE "status" IS NULL`);
  // first: op.sql(`UPDATE "shop" SET "status" = 'open'::character varying WHERE "status" IS NULL`);
  op.alterColumn("shop", "status", { nullable: false });

  op.alterColumn("shop", "rent", { default: "0.00" });
  op.commentOnColumn("shop", "area", "Square metres");
  op.alterColumn("shop", "code", { nullable: true });
}

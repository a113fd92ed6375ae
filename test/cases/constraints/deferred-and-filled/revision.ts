/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo("shop.code becomes required. Rows in the way:", `SELECT * FROM "shop" WHERE "code" IS NULL`);
  // first: op.sql(`UPDATE "shop" SET "code" = … WHERE "code" IS NULL`);
  op.alterColumn("shop", "code", { nullable: false });

  op.todo("shop.mallId becomes required. Rows in the way:", `SELECT * FROM "shop" WHERE "mallId" IS NULL`);
  // first: op.sql(`UPDATE "shop" SET "mallId" = … WHERE "mallId" IS NULL`);
  op.alterColumn("shop", "mallId", { nullable: false });
}

export function downgrade(op: Operations): void {
  op.alterColumn("shop", "code", { nullable: true });
  op.alterColumn("shop", "mallId", { nullable: true });
}

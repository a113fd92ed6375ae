/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.sql(`UPDATE "shop" SET "code" = 'x' WHERE "code" IS NULL`);
  op.alterColumn("shop", "code", { nullable: false });

  op.sql(`UPDATE "shop" SET "mallId" = 1 WHERE "mallId" IS NULL`);
  op.alterColumn("shop", "mallId", { nullable: false });
}

export function downgrade(op: Operations): void {
  op.alterColumn("shop", "code", { nullable: true });
  op.alterColumn("shop", "mallId", { nullable: true });
}

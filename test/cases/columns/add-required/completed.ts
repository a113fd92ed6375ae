/** A shop gets a code. */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addColumn("shop", { name: "code", type: "character varying", nullable: true });
  op.sql(`UPDATE "shop" SET "code" = 'S' || "id"`);
  op.alterColumn("shop", "code", { nullable: false });
}

export function downgrade(op: Operations): void {
  op.dropColumn("shop", "code");
}

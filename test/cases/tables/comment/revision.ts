/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.commentOnTable("shop", "Shops, it's said");
  op.commentOnColumn("shop", "id", "A number");
}

export function downgrade(op: Operations): void {
  op.commentOnTable("shop", "Old");
  op.commentOnColumn("shop", "id", null);
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addColumn("product_tag", { name: "note", type: "text", nullable: true });
}

export function downgrade(op: Operations): void {
  op.dropColumn("product_tag", "note");
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addColumn("shop", { name: "floor", type: "integer", nullable: true });
}

export function downgrade(op: Operations): void {
  op.dropColumn("shop", "floor");
}

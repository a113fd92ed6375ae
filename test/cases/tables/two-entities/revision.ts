/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addColumn("person", { name: "lastSeen", type: "timestamp with time zone", nullable: true });
}

export function downgrade(op: Operations): void {
  op.dropColumn("person", "lastSeen");
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addColumn("mall", { name: "openedOn", type: "date", nullable: true, comment: "The day of the first customer" });
  op.addColumn("mall", { name: "active", type: "boolean", default: "true" });
  op.addColumn("mall", { name: "settings", type: "jsonb", default: "'{}'" });
  op.dropColumn("mall", "floors");
}

export function downgrade(op: Operations): void {
  op.addColumn("mall", { name: "floors", type: "integer", nullable: true });
  op.dropColumn("mall", "openedOn");
  op.dropColumn("mall", "active");
  op.dropColumn("mall", "settings");
}

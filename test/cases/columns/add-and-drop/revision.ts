/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addColumn("mall", { name: "openedOn", type: "date", nullable: true, comment: "The day of the first customer" });
  op.addColumn("mall", { name: "active", type: "boolean", default: "true" });
  op.addColumn("mall", { name: "settings", type: "jsonb", default: "'{}'" });

  op.todo(
    "mall.floors is dropped. The revision adds these columns: openedOn, active, settings. To keep its values, copy them with op.sql(…) before the drop. Or keep a commented rename instead of the drop and that addColumn. Values that are lost:",
    `SELECT "floors" FROM "mall" WHERE "floors" IS NOT NULL`,
  );
  op.dropColumn("mall", "floors");
  // or: op.renameColumn("mall", "floors", "openedOn"); // integer and date
  // or: op.renameColumn("mall", "floors", "active"); // integer and boolean
  // or: op.renameColumn("mall", "floors", "settings"); // integer and jsonb
}

export function downgrade(op: Operations): void {
  op.addColumn("mall", { name: "floors", type: "integer", nullable: true });
  op.dropColumn("mall", "openedOn");
  op.dropColumn("mall", "active");
  op.dropColumn("mall", "settings");
}

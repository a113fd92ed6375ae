/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addColumn("shop", { name: "floor", type: "integer", nullable: true });
}

export function downgrade(op: Operations): void {
  op.dropView("v_semicolon");
  op.dropView("v_materialized", { materialized: true });
  op.dropView("v_comment_materialized", { materialized: true });
  op.dropView("v_comment");
  op.createView("v_comment", { expression: "SELECT id\n   FROM shop" });
  op.createView("v_comment_materialized", {
    expression: "SELECT id\n   FROM shop",
    materialized: true,
    indexes: [{ name: "IDX_comment_materialized", columns: ["id"], where: "(id > 1)" }],
  });
  op.createView("v_materialized", {
    expression: "SELECT id\n   FROM shop",
    materialized: true,
    indexes: [{ name: "IDX_materialized", columns: ["id"], where: "(id > 1)" }],
  });
  op.createView("v_semicolon", { expression: "SELECT id\n   FROM shop" });

  op.dropColumn("shop", "floor");
}

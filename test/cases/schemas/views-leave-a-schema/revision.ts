/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "reports.codes" });
  op.removeTypeormMetadata({ type: "MATERIALIZED_VIEW", name: "Sums.count" });

  op.dropView("reports.codes");
  op.dropView("Sums.count", { materialized: true });

  op.createView("codes", { expression: `SELECT "code" FROM "shop"` });

  op.addTypeormMetadata({ type: "VIEW", name: "codes" }, `SELECT "code" FROM "shop"`);
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "codes" });

  op.dropView("codes");

  op.createView("Sums.count", {
    expression: "SELECT count(*) AS n\n   FROM shop",
    materialized: true,
    indexes: [{ name: "IDX_count", columns: ["n"], unique: true }],
  });
  op.createView("reports.codes", { expression: "SELECT code\n   FROM shop" });

  op.addTypeormMetadata({ type: "MATERIALIZED_VIEW", name: "Sums.count" }, `SELECT count(*) AS "n" FROM "shop"`);
  op.addTypeormMetadata({ type: "VIEW", name: "reports.codes" }, `SELECT "code" FROM "shop"`);
}

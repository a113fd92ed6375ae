/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "report" });

  op.dropView("report");

  op.createTable("report", {
    columns: [
      { name: "shop", type: "integer" },
      { name: "n", type: "bigint" },
    ],
    primaryKey: { name: "PK_65c4da1aa4bbbec627e6970fe2b", columns: ["shop"] },
  });
}

export function downgrade(op: Operations): void {
  op.renameTable("report", "remodel_report");

  op.createView("report", { expression: "SELECT shop,\n    count(*) AS n\n   FROM sale\n  GROUP BY shop" });

  op.addTypeormMetadata({ type: "VIEW", name: "report" }, `SELECT "shop", count(*) AS "n" FROM "sale" GROUP BY "shop"`);

  op.dropTable("remodel_report");
}

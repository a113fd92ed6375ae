/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addEnumValue("pstate", "void", { commit: true });

  op.addColumn("purchase", { name: "next", type: "pstate", default: "'void'" });
  op.addColumn("purchase", { name: "refundId", type: "integer", nullable: true });
  op.addColumn("purchase", {
    name: "isVoid",
    type: "boolean",
    asExpression: `"next" = 'void'`,
    generatedType: "STORED",
  });

  op.todo(
    `purchase gets the check CHK_next ("next" <> 'void' OR "state" <> 'void'). Rows in the way:`,
    `SELECT * FROM "purchase" WHERE NOT ("next" <> 'void' OR "state" <> 'void')`,
  );
  op.createCheckConstraint("purchase", { name: "CHK_next", expression: `"next" <> 'void' OR "state" <> 'void'` });

  op.createIndex("purchase", { name: "IDX_void", columns: ["id"], where: `"state" = 'void'` });

  op.createTable("refund", {
    columns: [
      { name: "id", type: "serial" },
      { name: "state", type: "pstate", default: "'void'" },
    ],
    primaryKey: { name: "PK_f1cefa2e60d99b206c46c1116e5", columns: ["id"] },
  });

  op.createForeignKey("purchase", {
    name: "FK_817529a155a2e6f28a74f802244",
    columns: ["refundId"],
    references: { table: "refund", columns: ["id"] },
  });

  op.createView("voided", { expression: `SELECT "id" FROM "purchase" WHERE "next" = 'void'` });

  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "purchase", name: "isVoid" }, `"next" = 'void'`);
  op.addTypeormMetadata({ type: "VIEW", name: "voided" }, `SELECT "id" FROM "purchase" WHERE "next" = 'void'`);
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "voided" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "purchase", name: "isVoid" });

  op.dropView("voided");

  op.dropConstraint("purchase", "FK_817529a155a2e6f28a74f802244");
  op.dropIndex("purchase", "IDX_void");

  op.todo(
    `Drop the check CHK_next ("next" <> 'void' OR "state" <> 'void') of purchase? PostgreSQL will no longer enforce it.`,
  );
  op.dropConstraint("purchase", "CHK_next");

  op.dropColumn("purchase", "isVoid");
  op.dropColumn("purchase", "next");

  op.dropTable("refund");

  op.todo(
    "pstate no longer has 'void'. Rows with this value are in the way. Change them first:",
    `SELECT 'purchase.state' AS "column", "state"::text AS value, count(*) FROM "purchase" WHERE "state"::text IN ('void') GROUP BY 2`,
  );
  op.replaceEnum("pstate", ["open", "paid"], [{ table: "purchase", column: "state", default: "'open'::pstate" }]);

  op.dropColumn("purchase", "refundId");
}

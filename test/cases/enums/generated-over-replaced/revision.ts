/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "purchase", name: "letter" });

  op.dropView("paid");

  op.dropConstraint("copy", "FK_95c7ef8ed89a2b58a61ca75fb9a");

  op.dropIndex("purchase", "IDX_open");
  op.dropConstraint("purchase", "CHK_cast");
  op.dropConstraint("purchase", "CHK_state");
  op.dropColumn("purchase", "done");
  op.dropColumn("purchase", "guess");
  op.dropColumn("purchase", "letter");
  op.dropColumn("purchase", "former");

  op.dropTable("archive");

  op.todo(
    "pstate no longer has 'void'. Rows with this value are in the way. Change them first:",
    `SELECT 'purchase.state' AS "column", "state"::text AS value, count(*) FROM "purchase" WHERE "state"::text IN ('void') GROUP BY 2`,
  );
  op.replaceEnum("pstate", ["open", "paid"], [{ table: "purchase", column: "state", default: "'open'" }]);

  op.addColumn("purchase", {
    name: "done",
    type: "boolean",
    asExpression: `"state" = 'paid'`,
    generatedType: "STORED",
  });
  op.addColumn("purchase", {
    name: "guess",
    type: "pstate",
    asExpression: `CASE WHEN "id" > 5 THEN 'open'::pstate ELSE 'paid'::pstate END`,
    generatedType: "STORED",
  });
  op.createCheckConstraint("purchase", { name: "CHK_cast", expression: `"note" <> ('paid'::pstate)::text` });
  op.createCheckConstraint("purchase", { name: "CHK_state", expression: `"state" <> 'open' OR "note" IS NULL` });
  op.createIndex("purchase", { name: "IDX_open", columns: ["id"], unique: true, where: `"state" = 'open'` });

  op.createView("paid", { expression: `SELECT "id" FROM "purchase" WHERE "state" = 'paid'` });

  op.dropTable("copy");
}

export function downgrade(op: Operations): void {
  op.addEnumValue("pstate", "void");

  op.createTable("archive", {
    columns: [
      { name: "id", type: "serial" },
      { name: "state", type: "pstate" },
    ],
    primaryKey: { name: "PK_6493b19677ebfecfcf5281f4233", columns: ["id"] },
  });

  op.createTable("copy", {
    columns: [
      { name: "id", type: "serial" },
      { name: "archiveId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_bb60241fcdd659825ef1ff0fd84", columns: ["id"] },
  });

  op.addColumn("purchase", { name: "former", type: "pstate", nullable: true });
  op.addColumn("purchase", {
    name: "letter",
    type: "text",
    asExpression: "\nCASE\n    WHEN (former = 'open'::pstate) THEN 'o'::text\n    ELSE 'x'::text\nEND",
    generatedType: "STORED",
  });

  op.createForeignKey("copy", {
    name: "FK_95c7ef8ed89a2b58a61ca75fb9a",
    columns: ["archiveId"],
    references: { table: "archive", columns: ["id"] },
  });

  op.addTypeormMetadata(
    { type: "GENERATED_COLUMN", table: "purchase", name: "letter" },
    `CASE WHEN "former" = 'open' THEN 'o' ELSE 'x' END`,
  );
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addEnumValue("shop_status_enum", "planned", { before: "open", commit: true });
  op.addEnumValue("shop_status_enum", "late", { after: "open" });

  op.alterColumn("shop", "status", { default: "'planned'" });
  op.addColumn("shop", { name: "note", type: "character varying", default: "''" });

  op.todo(
    `shop gets the check CHK_planned ("status" <> 'planned' OR "note" IS NOT NULL). Rows in the way:`,
    `SELECT * FROM "shop" WHERE NOT ("status" <> 'planned' OR "note" IS NOT NULL)`,
  );
  op.createCheckConstraint("shop", { name: "CHK_planned", expression: `"status" <> 'planned' OR "note" IS NOT NULL` });
}

export function downgrade(op: Operations): void {
  op.todo(
    `Drop the check CHK_planned ("status" <> 'planned' OR "note" IS NOT NULL) of shop? PostgreSQL will no longer enforce it.`,
  );
  op.dropConstraint("shop", "CHK_planned");

  op.todo(
    "shop_status_enum no longer has 'planned', 'late'. Rows with these values are in the way. Change them first:",
    `SELECT 'shop.status' AS "column", "status"::text AS value, count(*) FROM "shop" WHERE "status"::text IN ('planned', 'late') GROUP BY 2`,
  );
  op.replaceEnum(
    "shop_status_enum",
    ["open", "closed"],
    [{ table: "shop", column: "status", default: "'open'::shop_status_enum" }],
  );

  op.dropColumn("shop", "note");
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "slug" });

  op.dropConstraint("shop", "UQ_slug");
  op.addColumn("shop", { name: "fresh", type: "text", nullable: true });
  op.dropColumn("shop", "slug");
  op.addColumn("shop", {
    name: "slug",
    type: "text",
    nullable: true,
    asExpression: "lower(code)",
    generatedType: "STORED",
  });
  op.addColumn("shop", {
    name: "lower",
    type: "text",
    nullable: true,
    asExpression: "lower(code)",
    generatedType: "STORED",
  });
  op.addColumn("shop", {
    name: "upper",
    type: "text",
    nullable: true,
    asExpression: "upper(code) || coalesce(fresh, '')",
    generatedType: "STORED",
  });
  op.addColumn("shop", {
    name: "mallId",
    type: "integer",
    nullable: true,
    asExpression: "length(code)",
    generatedType: "STORED",
  });

  op.todo(
    "shop gets the unique constraint UQ_lower (lower). Rows in the way:",
    `SELECT "lower", count(*) FROM (SELECT *, CAST(lower(code) AS text) AS "lower" FROM "shop") "shop" WHERE "lower" IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("shop", { name: "UQ_lower", columns: ["lower"] });

  op.todo(
    "shop gets the unique constraint UQ_slug (slug). Rows in the way:",
    `SELECT "slug", count(*) FROM (SELECT "id", "code", CAST(lower(code) AS text) AS "slug" FROM "shop") "shop" WHERE "slug" IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("shop", { name: "UQ_slug", columns: ["slug"] });

  op.todo(
    `shop gets the check CHK_upper ("upper" <> 'X'). Rows in the way:`,
    `SELECT * FROM (SELECT *, CAST(upper(code) || coalesce(fresh, '') AS text) AS "upper" FROM (SELECT *, CAST(NULL AS text) AS "fresh" FROM "shop") "shop") "shop" WHERE NOT ("upper" <> 'X')`,
  );
  op.createCheckConstraint("shop", { name: "CHK_upper", expression: `"upper" <> 'X'` });

  op.todo(
    `shop gets the unique index IDX_upper (upper) where "lower" <> 'x'. Rows in the way:`,
    `SELECT "upper", count(*) FROM (SELECT *, CAST(lower(code) AS text) AS "lower", CAST(upper(code) || coalesce(fresh, '') AS text) AS "upper" FROM (SELECT *, CAST(NULL AS text) AS "fresh" FROM "shop") "shop") "shop" WHERE ("lower" <> 'x') AND "upper" IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createIndex("shop", { name: "IDX_upper", columns: ["upper"], unique: true, where: `"lower" <> 'x'` });

  op.todo(
    "shop gets the foreign key FK_3c375155e67124a3570f6c17a96 (mallId) → mall (id) on delete no action. Rows in the way:",
    `SELECT t.* FROM (SELECT *, CAST(length(code) AS integer) AS "mallId" FROM "shop") t WHERE t."mallId" IS NOT NULL AND NOT EXISTS (SELECT FROM "mall" r WHERE r."id" = t."mallId")`,
  );
  op.createForeignKey("shop", {
    name: "FK_3c375155e67124a3570f6c17a96",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
  });

  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "lower" }, "lower(code)");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "mallId" }, "length(code)");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "slug" }, "lower(code)");
  op.addTypeormMetadata(
    { type: "GENERATED_COLUMN", table: "shop", name: "upper" },
    "upper(code) || coalesce(fresh, '')",
  );
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "upper" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "slug" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "mallId" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "lower" });

  op.dropConstraint("shop", "FK_3c375155e67124a3570f6c17a96");
  op.dropIndex("shop", "IDX_upper");

  op.todo(`Drop the check CHK_upper ("upper" <> 'X') of shop? PostgreSQL will no longer enforce it.`);
  op.dropConstraint("shop", "CHK_upper");

  op.dropConstraint("shop", "UQ_slug");
  op.dropConstraint("shop", "UQ_lower");
  op.dropColumn("shop", "upper");
  op.dropColumn("shop", "slug");
  op.addColumn("shop", {
    name: "slug",
    type: "text",
    nullable: true,
    asExpression: "(code || 'x'::text)",
    generatedType: "STORED",
  });

  op.todo(
    "shop gets the unique constraint UQ_slug (slug). Rows in the way:",
    `SELECT "slug", count(*) FROM (SELECT "id", "code", "lower", "fresh", "upper", "mallId", CAST((code || 'x'::text) AS text) AS "slug" FROM "shop") "shop" WHERE "slug" IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("shop", { name: "UQ_slug", columns: ["slug"] });

  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "slug" }, "code || 'x'");

  op.dropColumn("shop", "lower");
  op.dropColumn("shop", "fresh");
  op.dropColumn("shop", "mallId");
}

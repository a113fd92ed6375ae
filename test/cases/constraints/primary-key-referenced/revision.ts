/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropConstraint("city", "FK_403e89a47a9a3ea2481647751a3");

  op.todo(
    "Drop the primary key PK_8ff4c23dc9a3f3856555bd86186 (code) of country? PostgreSQL will no longer enforce it.",
  );
  op.dropConstraint("country", "PK_8ff4c23dc9a3f3856555bd86186");

  op.addColumn("country", { name: "number", type: "integer", default: "'1'" });

  op.todo(
    "country gets the primary key PK_9b0f16e109c6741810c08f99ebf (number). Rows in the way:",
    `SELECT "number", count(*) FROM "country" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createPrimaryKey("country", { name: "PK_9b0f16e109c6741810c08f99ebf", columns: ["number"] });

  op.todo(
    "country gets the unique constraint UQ_8ff4c23dc9a3f3856555bd86186 (code). Rows in the way:",
    `SELECT "code", count(*) FROM "country" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("country", { name: "UQ_8ff4c23dc9a3f3856555bd86186", columns: ["code"] });

  op.createForeignKey("city", {
    name: "FK_403e89a47a9a3ea2481647751a3",
    columns: ["countryCode"],
    references: { table: "country", columns: ["code"] },
  });
}

export function downgrade(op: Operations): void {
  op.dropConstraint("city", "FK_403e89a47a9a3ea2481647751a3");

  op.todo(
    "Drop the unique constraint UQ_8ff4c23dc9a3f3856555bd86186 (code) of country? PostgreSQL will no longer enforce it.",
  );
  op.dropConstraint("country", "UQ_8ff4c23dc9a3f3856555bd86186");

  op.dropConstraint("country", "PK_9b0f16e109c6741810c08f99ebf");

  op.todo(
    "country gets the primary key PK_8ff4c23dc9a3f3856555bd86186 (code). Rows in the way:",
    `SELECT "code", count(*) FROM "country" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createPrimaryKey("country", { name: "PK_8ff4c23dc9a3f3856555bd86186", columns: ["code"] });

  op.createForeignKey("city", {
    name: "FK_403e89a47a9a3ea2481647751a3",
    columns: ["countryCode"],
    references: { table: "country", columns: ["code"] },
  });

  op.dropColumn("country", "number");
}

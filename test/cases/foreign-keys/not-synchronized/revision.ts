/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    `The foreign key FK_28fb7269a26c4e112e151e46f50 of shop (ownerId) → legacy_person (id) changes from "on delete no action" to "on delete set null". Is that wanted?`,
  );
  op.dropConstraint("shop", "FK_28fb7269a26c4e112e151e46f50");
  op.createForeignKey("shop", {
    name: "FK_28fb7269a26c4e112e151e46f50",
    columns: ["ownerId"],
    references: { table: "legacy_person", columns: ["id"] },
    onDelete: "SET NULL",
  });

  op.todo(
    "shop gets the foreign key FK_47bb4f1a2d73e7ff9020868f7cd (cleanerId) → legacy_person (id) on delete no action. Rows in the way:",
    `SELECT t.* FROM "shop" t WHERE t."cleanerId" IS NOT NULL AND NOT EXISTS (SELECT FROM "legacy_person" r WHERE r."id" = t."cleanerId")`,
  );
  op.createForeignKey("shop", {
    name: "FK_47bb4f1a2d73e7ff9020868f7cd",
    columns: ["cleanerId"],
    references: { table: "legacy_person", columns: ["id"] },
  });
}

export function downgrade(op: Operations): void {
  op.todo(
    "Drop the foreign key FK_47bb4f1a2d73e7ff9020868f7cd (cleanerId) → legacy_person (id) on delete no action of shop? PostgreSQL will no longer enforce it.",
  );
  op.dropConstraint("shop", "FK_47bb4f1a2d73e7ff9020868f7cd");

  op.todo(
    `The foreign key FK_28fb7269a26c4e112e151e46f50 of shop (ownerId) → legacy_person (id) changes from "on delete set null" to "on delete no action". Is that wanted?`,
  );
  op.dropConstraint("shop", "FK_28fb7269a26c4e112e151e46f50");
  op.createForeignKey("shop", {
    name: "FK_28fb7269a26c4e112e151e46f50",
    columns: ["ownerId"],
    references: { table: "legacy_person", columns: ["id"] },
  });
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "The unique constraint UQ_code of shop changes from (code) to (floor, code). Rows in the way:",
    `SELECT "floor", "code", count(*) FROM "shop" GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  op.dropConstraint("shop", "UQ_code");
  op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["floor", "code"] });

  op.todo(
    "shop gets the unique constraint UQ_rent (rent) DEFERRABLE INITIALLY DEFERRED. Rows in the way:",
    `SELECT "rent", count(*) FROM "shop" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("shop", { name: "UQ_rent", columns: ["rent"], deferrable: "INITIALLY DEFERRED" });

  op.todo(
    "The check CHK_rent of shop changes from ((rent > 0)) to (rent >= 0). Rows in the way:",
    `SELECT * FROM "shop" WHERE NOT (rent >= 0)`,
  );
  op.dropConstraint("shop", "CHK_rent");
  op.createCheckConstraint("shop", { name: "CHK_rent", expression: "rent >= 0" });

  op.todo(
    `The foreign key FK_6d8ceb14c4d273d76cc93ea0dbc of shop (parentId) → shop (id) changes from "on delete no action" to "on delete set null, deferrable initially immediate". Is that wanted?`,
  );
  op.dropConstraint("shop", "FK_6d8ceb14c4d273d76cc93ea0dbc");
  op.createForeignKey("shop", {
    name: "FK_6d8ceb14c4d273d76cc93ea0dbc",
    columns: ["parentId"],
    references: { table: "shop", columns: ["id"] },
    onDelete: "SET NULL",
    deferrable: "INITIALLY IMMEDIATE",
  });
}

export function downgrade(op: Operations): void {
  op.todo(
    "Drop the unique constraint UQ_rent (rent) DEFERRABLE INITIALLY DEFERRED of shop? PostgreSQL will no longer enforce it.",
  );
  op.dropConstraint("shop", "UQ_rent");

  op.todo(
    "The unique constraint UQ_code of shop changes from (floor, code) to (code). Rows in the way:",
    `SELECT "code", count(*) FROM "shop" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.dropConstraint("shop", "UQ_code");
  op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["code"] });

  op.todo(
    "The check CHK_rent of shop changes from (rent >= 0) to ((rent > 0)). Rows in the way:",
    `SELECT * FROM "shop" WHERE NOT ((rent > 0))`,
  );
  op.dropConstraint("shop", "CHK_rent");
  op.createCheckConstraint("shop", { name: "CHK_rent", expression: "(rent > 0)" });

  op.todo(
    `The foreign key FK_6d8ceb14c4d273d76cc93ea0dbc of shop (parentId) → shop (id) changes from "on delete set null, deferrable initially immediate" to "on delete no action". Is that wanted?`,
  );
  op.dropConstraint("shop", "FK_6d8ceb14c4d273d76cc93ea0dbc");
  op.createForeignKey("shop", {
    name: "FK_6d8ceb14c4d273d76cc93ea0dbc",
    columns: ["parentId"],
    references: { table: "shop", columns: ["id"] },
  });
}

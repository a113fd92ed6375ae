/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.renameTable("role", "remodel_role");

  op.dropConstraint("person", "FK_8c252b7bfff409f0c040c8ac8d9");

  op.createEnum("role", ["admin", "clerk"]);

  op.addColumn("person", { name: "role", type: "role", default: "'clerk'" });

  op.todo(
    "person.roleId is dropped. The revision adds these columns: role. To keep its values, copy them with op.sql(…) before the drop. Or keep a commented rename instead of the drop and that addColumn. Values that are lost:",
    `SELECT "roleId" FROM "person" WHERE "roleId" IS NOT NULL`,
  );
  op.dropColumn("person", "roleId");
  // or: op.renameColumn("person", "roleId", "role"); // integer and role

  op.dropTable("remodel_role");
}

export function downgrade(op: Operations): void {
  op.renameEnum("role", "remodel_role");

  op.addColumn("person", { name: "roleId", type: "integer", nullable: true });

  op.createTable("role", {
    columns: [
      { name: "id", type: "serial" },
      { name: "name", type: "text" },
    ],
    primaryKey: { name: "PK_b36bcfe02fc8de3c57a8b2391c2", columns: ["id"] },
  });

  op.createForeignKey("person", {
    name: "FK_8c252b7bfff409f0c040c8ac8d9",
    columns: ["roleId"],
    references: { table: "role", columns: ["id"] },
  });
  op.dropColumn("person", "role");

  op.dropEnum("remodel_role");
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropConstraint("right", "FK_704df07d52b915ec774037d5a0a");

  op.todo(
    "Was employee renamed to person (3 of 3 columns are the same)? If not, keep the commented lines instead: all rows of employee are lost.",
  );
  op.renameTable("employee", "person");
  op.renameConstraint("person", "PK_3c2bc72f03fd5abbbc5ac169498", "PK_5fdaf670315c4b7e70cce85daa3");
  op.renameConstraint("person", "FK_59979a2cf352fd8ab9678ada73b", "FK_548142da4fdf91effa18143f4e7");
  op.renameConstraint("person", "FK_9ad20e4029f9458b6eed0b0c454", "FK_5ad0e94b674f9ffc1200893a479");
  op.renameSequence("employee_id_seq", "person_id_seq");
  // op.createTable("person", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "bossId", type: "integer", nullable: true },
  //     { name: "departmentId", type: "integer", nullable: true },
  //   ],
  //   primaryKey: { name: "PK_5fdaf670315c4b7e70cce85daa3", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_704562fff92144d2bc2ade1016a of department changes from (headId) → employee (id) on delete no action to (headId) → person (id) on delete no action. Rows in the way:",
  //   `SELECT t.* FROM "department" t WHERE t."headId" IS NOT NULL AND NOT EXISTS (SELECT FROM "person" r WHERE r."id" = t."headId")`,
  // );
  // op.dropConstraint("department", "FK_704562fff92144d2bc2ade1016a");
  // op.createForeignKey("department", {
  //   name: "FK_704562fff92144d2bc2ade1016a",
  //   columns: ["headId"],
  //   references: { table: "person", columns: ["id"] },
  // });
  // op.createForeignKey("person", {
  //   name: "FK_548142da4fdf91effa18143f4e7",
  //   columns: ["bossId"],
  //   references: { table: "person", columns: ["id"] },
  // });
  // op.createForeignKey("person", {
  //   name: "FK_5ad0e94b674f9ffc1200893a479",
  //   columns: ["departmentId"],
  //   references: { table: "department", columns: ["id"] },
  // });
  // op.dropTable("employee");

  op.dropTable("left");
  op.dropTable("right");
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was person renamed to employee (3 of 3 columns are the same)? If not, keep the commented lines instead: all rows of person are lost.",
  );
  op.renameTable("person", "employee");
  op.renameConstraint("employee", "PK_5fdaf670315c4b7e70cce85daa3", "PK_3c2bc72f03fd5abbbc5ac169498");
  op.renameConstraint("employee", "FK_548142da4fdf91effa18143f4e7", "FK_59979a2cf352fd8ab9678ada73b");
  op.renameConstraint("employee", "FK_5ad0e94b674f9ffc1200893a479", "FK_9ad20e4029f9458b6eed0b0c454");
  op.renameSequence("person_id_seq", "employee_id_seq");
  // op.createTable("employee", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "bossId", type: "integer", nullable: true },
  //     { name: "departmentId", type: "integer", nullable: true },
  //   ],
  //   primaryKey: { name: "PK_3c2bc72f03fd5abbbc5ac169498", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_704562fff92144d2bc2ade1016a of department changes from (headId) → person (id) on delete no action to (headId) → employee (id) on delete no action. Rows in the way:",
  //   `SELECT t.* FROM "department" t WHERE t."headId" IS NOT NULL AND NOT EXISTS (SELECT FROM "employee" r WHERE r."id" = t."headId")`,
  // );
  // op.dropConstraint("department", "FK_704562fff92144d2bc2ade1016a");
  // op.createForeignKey("department", {
  //   name: "FK_704562fff92144d2bc2ade1016a",
  //   columns: ["headId"],
  //   references: { table: "employee", columns: ["id"] },
  // });
  // op.createForeignKey("employee", {
  //   name: "FK_59979a2cf352fd8ab9678ada73b",
  //   columns: ["bossId"],
  //   references: { table: "employee", columns: ["id"] },
  // });
  // op.createForeignKey("employee", {
  //   name: "FK_9ad20e4029f9458b6eed0b0c454",
  //   columns: ["departmentId"],
  //   references: { table: "department", columns: ["id"] },
  // });
  // op.dropTable("person");

  op.createTable("left", {
    columns: [
      { name: "id", type: "serial" },
      { name: "rightId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_7bcd8f33b6f9dc848f3bb1e7bb5", columns: ["id"] },
  });

  op.createTable("right", {
    columns: [
      { name: "id", type: "serial" },
      { name: "leftId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_77e01b46d514d44ec33fd2d93d3", columns: ["id"] },
  });

  op.createForeignKey("left", {
    name: "FK_0bfe06cc6e5de62baef8c5ecbe7",
    columns: ["rightId"],
    references: { table: "right", columns: ["id"] },
  });
  op.createForeignKey("right", {
    name: "FK_704df07d52b915ec774037d5a0a",
    columns: ["leftId"],
    references: { table: "left", columns: ["id"] },
  });
}

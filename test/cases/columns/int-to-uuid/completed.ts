/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropConstraint("badge", "FK_1eba9fadbac33ee4f75688ced49");
  op.dropConstraint("employee", "FK_4adb0238233a6bb92f142addb9d");
  op.dropConstraint("employee", "FK_f4a920dfa304e096fad40e8c4a0");
  op.dropConstraint("scan", "FK_9fb11821491eadf19e4a00e4f92");
  op.dropConstraint("shop", "FK_3c375155e67124a3570f6c17a96");

  op.addColumn("employee", { name: "remodel_id", type: "uuid", nullable: true });
  op.setValues("employee", { set: { remodel_id: "md5(id::text)::uuid" } });
  op.addColumn("badge", { name: "remodel_employeeId", type: "uuid", nullable: true });
  op.setValues("badge", {
    set: { remodel_employeeId: `k."remodel_id"` },
    from: `"employee" AS k`,
    where: `k."id" = "badge"."employeeId"`,
  });
  op.addColumn("scan", { name: "remodel_badgeEmployeeId", type: "uuid", nullable: true });
  op.setValues("scan", {
    set: { remodel_badgeEmployeeId: `k."remodel_employeeId"` },
    from: `"badge" AS k`,
    where: `k."employeeId" = "scan"."badgeEmployeeId"`,
  });
  op.addColumn("employee", { name: "remodel_managerId", type: "uuid", nullable: true });
  op.setValues("employee", {
    set: { remodel_managerId: `k."remodel_id"` },
    from: `"employee" AS k`,
    where: `k."id" = "employee"."managerId"`,
  });
  op.alterColumn("employee", "id", { default: null });
  op.dropSequence("employee_id_seq");
  op.alterColumn("employee", "id", { type: "uuid", using: `"remodel_id"` });
  op.dropColumn("employee", "remodel_id");
  op.alterColumn("badge", "employeeId", { type: "uuid", using: `"remodel_employeeId"` });
  op.dropColumn("badge", "remodel_employeeId");
  op.alterColumn("scan", "badgeEmployeeId", { type: "uuid", using: `"remodel_badgeEmployeeId"` });
  op.dropColumn("scan", "remodel_badgeEmployeeId");
  op.alterColumn("employee", "managerId", { type: "uuid", using: `"remodel_managerId"` });
  op.dropColumn("employee", "remodel_managerId");

  op.addColumn("mall", { name: "remodel_id", type: "uuid", nullable: true });
  op.setValues("mall", { set: { remodel_id: "md5(id::text)::uuid" } });
  op.addColumn("employee", { name: "remodel_mallId", type: "uuid", nullable: true });
  op.setValues("employee", {
    set: { remodel_mallId: `k."remodel_id"` },
    from: `"mall" AS k`,
    where: `k."id" = "employee"."mallId"`,
  });
  op.addColumn("shop", { name: "remodel_mallId", type: "uuid", nullable: true });
  op.setValues("shop", {
    set: { remodel_mallId: `k."remodel_id"` },
    from: `"mall" AS k`,
    where: `k."id" = "shop"."mallId"`,
  });
  op.alterColumn("mall", "id", { default: null });
  op.dropSequence("mall_id_seq");
  op.alterColumn("mall", "id", { type: "uuid", using: `"remodel_id"` });
  op.dropColumn("mall", "remodel_id");
  op.alterColumn("employee", "mallId", { type: "uuid", using: `"remodel_mallId"` });
  op.dropColumn("employee", "remodel_mallId");
  op.alterColumn("shop", "mallId", { type: "uuid", using: `"remodel_mallId"` });
  op.dropColumn("shop", "remodel_mallId");

  op.alterColumn("employee", "id", { default: "gen_random_uuid()" });
  op.alterColumn("mall", "id", { default: "gen_random_uuid()" });

  op.createForeignKey("badge", {
    name: "FK_1eba9fadbac33ee4f75688ced49",
    columns: ["employeeId"],
    references: { table: "employee", columns: ["id"] },
  });
  op.createForeignKey("employee", {
    name: "FK_4adb0238233a6bb92f142addb9d",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
  });
  op.createForeignKey("employee", {
    name: "FK_f4a920dfa304e096fad40e8c4a0",
    columns: ["managerId"],
    references: { table: "employee", columns: ["id"] },
  });
  op.createForeignKey("scan", {
    name: "FK_9fb11821491eadf19e4a00e4f92",
    columns: ["badgeEmployeeId"],
    references: { table: "badge", columns: ["employeeId"] },
  });
  op.createForeignKey("shop", {
    name: "FK_3c375155e67124a3570f6c17a96",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
    onDelete: "CASCADE",
  });
}

export function downgrade(op: Operations): void {
  op.dropConstraint("badge", "FK_1eba9fadbac33ee4f75688ced49");
  op.dropConstraint("employee", "FK_4adb0238233a6bb92f142addb9d");
  op.dropConstraint("employee", "FK_f4a920dfa304e096fad40e8c4a0");
  op.dropConstraint("scan", "FK_9fb11821491eadf19e4a00e4f92");
  op.dropConstraint("shop", "FK_3c375155e67124a3570f6c17a96");

  op.addColumn("employee", { name: "remodel_id", type: "serial" });
  op.addColumn("badge", { name: "remodel_employeeId", type: "integer", nullable: true });
  op.setValues("badge", {
    set: { remodel_employeeId: `k."remodel_id"` },
    from: `"employee" AS k`,
    where: `k."id" = "badge"."employeeId"`,
  });
  op.addColumn("scan", { name: "remodel_badgeEmployeeId", type: "integer", nullable: true });
  op.setValues("scan", {
    set: { remodel_badgeEmployeeId: `k."remodel_employeeId"` },
    from: `"badge" AS k`,
    where: `k."employeeId" = "scan"."badgeEmployeeId"`,
  });
  op.addColumn("employee", { name: "remodel_managerId", type: "integer", nullable: true });
  op.setValues("employee", {
    set: { remodel_managerId: `k."remodel_id"` },
    from: `"employee" AS k`,
    where: `k."id" = "employee"."managerId"`,
  });
  op.alterColumn("employee", "id", { default: null });
  op.alterColumn("employee", "id", { type: "integer", using: `"remodel_id"` });
  op.alterColumn("employee", "id", { type: "serial" });
  op.dropColumn("employee", "remodel_id");
  op.alterColumn("badge", "employeeId", { type: "integer", using: `"remodel_employeeId"` });
  op.dropColumn("badge", "remodel_employeeId");
  op.alterColumn("scan", "badgeEmployeeId", { type: "integer", using: `"remodel_badgeEmployeeId"` });
  op.dropColumn("scan", "remodel_badgeEmployeeId");
  op.alterColumn("employee", "managerId", { type: "integer", using: `"remodel_managerId"` });
  op.dropColumn("employee", "remodel_managerId");

  op.addColumn("mall", { name: "remodel_id", type: "serial" });
  op.addColumn("employee", { name: "remodel_mallId", type: "integer", nullable: true });
  op.setValues("employee", {
    set: { remodel_mallId: `k."remodel_id"` },
    from: `"mall" AS k`,
    where: `k."id" = "employee"."mallId"`,
  });
  op.addColumn("shop", { name: "remodel_mallId", type: "integer", nullable: true });
  op.setValues("shop", {
    set: { remodel_mallId: `k."remodel_id"` },
    from: `"mall" AS k`,
    where: `k."id" = "shop"."mallId"`,
  });
  op.alterColumn("mall", "id", { default: null });
  op.alterColumn("mall", "id", { type: "integer", using: `"remodel_id"` });
  op.alterColumn("mall", "id", { type: "serial" });
  op.dropColumn("mall", "remodel_id");
  op.alterColumn("employee", "mallId", { type: "integer", using: `"remodel_mallId"` });
  op.dropColumn("employee", "remodel_mallId");
  op.alterColumn("shop", "mallId", { type: "integer", using: `"remodel_mallId"` });
  op.dropColumn("shop", "remodel_mallId");

  op.createForeignKey("badge", {
    name: "FK_1eba9fadbac33ee4f75688ced49",
    columns: ["employeeId"],
    references: { table: "employee", columns: ["id"] },
  });
  op.createForeignKey("employee", {
    name: "FK_4adb0238233a6bb92f142addb9d",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
  });
  op.createForeignKey("employee", {
    name: "FK_f4a920dfa304e096fad40e8c4a0",
    columns: ["managerId"],
    references: { table: "employee", columns: ["id"] },
  });
  op.createForeignKey("scan", {
    name: "FK_9fb11821491eadf19e4a00e4f92",
    columns: ["badgeEmployeeId"],
    references: { table: "badge", columns: ["employeeId"] },
  });
  op.createForeignKey("shop", {
    name: "FK_3c375155e67124a3570f6c17a96",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
    onDelete: "CASCADE",
  });
}

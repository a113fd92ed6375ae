/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Was lease.storeId renamed to lease.shopId (both are integer, both nullable)? If not, keep the commented lines instead: the values of lease.storeId are lost.",
  );
  op.renameColumn("lease", "storeId", "shopId");
  op.renameConstraint("lease", "FK_75195fee2b6f3062b3792900082", "FK_25c4295df02d37f51f9c9f8e73f");
  // op.dropConstraint("lease", "FK_75195fee2b6f3062b3792900082");
  // op.addColumn("lease", { name: "shopId", type: "integer", nullable: true });
  // op.createForeignKey("lease", {
  //   name: "FK_25c4295df02d37f51f9c9f8e73f",
  //   columns: ["shopId"],
  //   references: { table: "store", columns: ["id"] },
  // });
  // op.dropColumn("lease", "storeId");

  op.todo(
    "Was store renamed to shop (3 of 3 columns are the same)? If not, keep the commented lines instead: all rows of store are lost.",
  );
  op.renameTable("store", "shop");
  op.renameEnum("store_status_enum", "shop_status_enum");
  op.renameConstraint("shop", "PK_f3172007d4de5ae8e7692759d79", "PK_ad47b7c6121fe31cb4b05438e44");
  op.renameSequence("store_id_seq", "shop_id_seq");
  // op.createEnum("shop_status_enum", ["open", "closed"]);
  // op.createTable("shop", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "name", type: "character varying" },
  //     { name: "status", type: "shop_status_enum", default: "'open'" },
  //   ],
  //   primaryKey: { name: "PK_ad47b7c6121fe31cb4b05438e44", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_25c4295df02d37f51f9c9f8e73f of lease changes from (shopId) → store (id) on delete no action to (shopId) → shop (id) on delete no action. Rows in the way:",
  //   `WITH "lease" AS (SELECT *, "storeId" AS "shopId" FROM "lease") SELECT t.* FROM "lease" t WHERE t."shopId" IS NOT NULL AND NOT EXISTS (SELECT FROM "shop" r WHERE r."id" = t."shopId")`,
  // );
  // op.dropConstraint("lease", "FK_25c4295df02d37f51f9c9f8e73f");
  // op.createForeignKey("lease", {
  //   name: "FK_25c4295df02d37f51f9c9f8e73f",
  //   columns: ["shopId"],
  //   references: { table: "shop", columns: ["id"] },
  // });
  // op.dropTable("store");
  // op.dropEnum("store_status_enum");
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was lease.shopId renamed to lease.storeId (both are integer, both nullable)? If not, keep the commented lines instead: the values of lease.shopId are lost.",
  );
  op.renameColumn("lease", "shopId", "storeId");
  op.renameConstraint("lease", "FK_25c4295df02d37f51f9c9f8e73f", "FK_75195fee2b6f3062b3792900082");
  // op.dropConstraint("lease", "FK_25c4295df02d37f51f9c9f8e73f");
  // op.addColumn("lease", { name: "storeId", type: "integer", nullable: true });
  // op.createForeignKey("lease", {
  //   name: "FK_75195fee2b6f3062b3792900082",
  //   columns: ["storeId"],
  //   references: { table: "shop", columns: ["id"] },
  // });
  // op.dropColumn("lease", "shopId");

  op.todo(
    "Was shop renamed to store (3 of 3 columns are the same)? If not, keep the commented lines instead: all rows of shop are lost.",
  );
  op.renameTable("shop", "store");
  op.renameEnum("shop_status_enum", "store_status_enum");
  op.renameConstraint("store", "PK_ad47b7c6121fe31cb4b05438e44", "PK_f3172007d4de5ae8e7692759d79");
  op.renameSequence("shop_id_seq", "store_id_seq");
  // op.createEnum("store_status_enum", ["open", "closed"]);
  // op.createTable("store", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "name", type: "character varying" },
  //     { name: "status", type: "store_status_enum", default: "'open'::store_status_enum" },
  //   ],
  //   primaryKey: { name: "PK_f3172007d4de5ae8e7692759d79", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_75195fee2b6f3062b3792900082 of lease changes from (storeId) → shop (id) on delete no action to (storeId) → store (id) on delete no action. Rows in the way:",
  //   `WITH "lease" AS (SELECT *, "shopId" AS "storeId" FROM "lease") SELECT t.* FROM "lease" t WHERE t."storeId" IS NOT NULL AND NOT EXISTS (SELECT FROM "store" r WHERE r."id" = t."storeId")`,
  // );
  // op.dropConstraint("lease", "FK_75195fee2b6f3062b3792900082");
  // op.createForeignKey("lease", {
  //   name: "FK_75195fee2b6f3062b3792900082",
  //   columns: ["storeId"],
  //   references: { table: "store", columns: ["id"] },
  // });
  // op.dropTable("shop");
  // op.dropEnum("shop_status_enum");
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Was south.shop renamed to west.shop (2 of 2 columns are the same)? If not, keep the commented lines instead: all rows of south.shop are lost.",
  );
  op.moveToSchema("south.shop", "west");
  op.moveEnumToSchema("south.shop_state_enum", "west");
  // op.createEnum("west.shop_state_enum", ["open", "shut"]);
  // op.createTable("west.shop", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "state", type: "west.shop_state_enum", default: "'open'" },
  //   ],
  //   primaryKey: { name: "PK_ad47b7c6121fe31cb4b05438e44", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_25c4295df02d37f51f9c9f8e73f of lease changes from (shopId) → south.shop (id) on delete no action to (shopId) → west.shop (id) on delete no action. Rows in the way:",
  //   `SELECT t.* FROM "lease" t WHERE t."shopId" IS NOT NULL AND NOT EXISTS (SELECT FROM "west"."shop" r WHERE r."id" = t."shopId")`,
  // );
  // op.dropConstraint("lease", "FK_25c4295df02d37f51f9c9f8e73f");
  // op.createForeignKey("lease", {
  //   name: "FK_25c4295df02d37f51f9c9f8e73f",
  //   columns: ["shopId"],
  //   references: { table: "west.shop", columns: ["id"] },
  // });
  // op.dropTable("south.shop");
  // op.dropEnum("south.shop_state_enum");
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was west.shop renamed to south.shop (2 of 2 columns are the same)? If not, keep the commented lines instead: all rows of west.shop are lost.",
  );
  op.moveToSchema("west.shop", "south");
  op.moveEnumToSchema("west.shop_state_enum", "south");
  // op.createEnum("south.shop_state_enum", ["open", "shut"]);
  // op.createTable("south.shop", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "state", type: "south.shop_state_enum", default: "'open'::south.shop_state_enum" },
  //   ],
  //   primaryKey: { name: "PK_ad47b7c6121fe31cb4b05438e44", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_25c4295df02d37f51f9c9f8e73f of lease changes from (shopId) → west.shop (id) on delete no action to (shopId) → south.shop (id) on delete no action. Rows in the way:",
  //   `SELECT t.* FROM "lease" t WHERE t."shopId" IS NOT NULL AND NOT EXISTS (SELECT FROM "south"."shop" r WHERE r."id" = t."shopId")`,
  // );
  // op.dropConstraint("lease", "FK_25c4295df02d37f51f9c9f8e73f");
  // op.createForeignKey("lease", {
  //   name: "FK_25c4295df02d37f51f9c9f8e73f",
  //   columns: ["shopId"],
  //   references: { table: "south.shop", columns: ["id"] },
  // });
  // op.dropTable("west.shop");
  // op.dropEnum("west.shop_state_enum");
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Were these 4 names changed, such as mall.openedOn to opened_on (only their spelling differs)? If not, keep the commented lines instead: the values of mall.shortName are lost. And 3 more like that.",
  );
  op.renameColumn("mall", "openedOn", "opened_on");
  op.renameColumn("mall", "shortName", "short_name");
  op.renameColumn("shop_unit", "floorNumber", "floor_number");
  op.renameColumn("shop_unit", "mallId", "mall_id");
  op.renameIndex("shop_unit", "IDX_a1713a1ea1d2f499a4f61ea416", "IDX_de819ceca59d5a8257454b62a1");
  op.renameConstraint("shop_unit", "FK_0e27bc42550afb68be661bf85ba", "FK_ac08b9dbfd365fdc18c785df369");
  // op.dropConstraint("shop_unit", "FK_0e27bc42550afb68be661bf85ba");
  // op.dropIndex("shop_unit", "IDX_a1713a1ea1d2f499a4f61ea416");
  // op.todo(
  //   `mall.short_name is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "mall" SET "short_name" = …\`) between these two lines.`,
  // );
  // op.addColumn("mall", { name: "short_name", type: "character varying(40)", nullable: true });
  // op.alterColumn("mall", "short_name", { nullable: false });
  // op.addColumn("mall", { name: "opened_on", type: "date", nullable: true });
  // op.todo(
  //   `shop_unit.floor_number is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "shop_unit" SET "floor_number" = …\`) between these two lines.`,
  // );
  // op.addColumn("shop_unit", { name: "floor_number", type: "integer", nullable: true });
  // op.alterColumn("shop_unit", "floor_number", { nullable: false });
  // op.addColumn("shop_unit", { name: "mall_id", type: "integer", nullable: true });
  // op.createIndex("shop_unit", { name: "IDX_de819ceca59d5a8257454b62a1", columns: ["floor_number"] });
  // op.createForeignKey("shop_unit", {
  //   name: "FK_ac08b9dbfd365fdc18c785df369",
  //   columns: ["mall_id"],
  //   references: { table: "mall", columns: ["id"] },
  // });
  // op.dropColumn("mall", "shortName");
  // op.dropColumn("mall", "openedOn");
  // op.dropColumn("shop_unit", "floorNumber");
  // op.dropColumn("shop_unit", "mallId");
}

export function downgrade(op: Operations): void {
  op.todo(
    "Were these 4 names changed, such as mall.opened_on to openedOn (only their spelling differs)? If not, keep the commented lines instead: the values of mall.short_name are lost. And 3 more like that.",
  );
  op.renameColumn("mall", "opened_on", "openedOn");
  op.renameColumn("mall", "short_name", "shortName");
  op.renameColumn("shop_unit", "floor_number", "floorNumber");
  op.renameColumn("shop_unit", "mall_id", "mallId");
  op.renameIndex("shop_unit", "IDX_de819ceca59d5a8257454b62a1", "IDX_a1713a1ea1d2f499a4f61ea416");
  op.renameConstraint("shop_unit", "FK_ac08b9dbfd365fdc18c785df369", "FK_0e27bc42550afb68be661bf85ba");
  // op.dropConstraint("shop_unit", "FK_ac08b9dbfd365fdc18c785df369");
  // op.dropIndex("shop_unit", "IDX_de819ceca59d5a8257454b62a1");
  // op.todo(
  //   `mall.shortName is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "mall" SET "shortName" = …\`) between these two lines.`,
  // );
  // op.addColumn("mall", { name: "shortName", type: "character varying(40)", nullable: true });
  // op.alterColumn("mall", "shortName", { nullable: false });
  // op.addColumn("mall", { name: "openedOn", type: "date", nullable: true });
  // op.todo(
  //   `shop_unit.floorNumber is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "shop_unit" SET "floorNumber" = …\`) between these two lines.`,
  // );
  // op.addColumn("shop_unit", { name: "floorNumber", type: "integer", nullable: true });
  // op.alterColumn("shop_unit", "floorNumber", { nullable: false });
  // op.addColumn("shop_unit", { name: "mallId", type: "integer", nullable: true });
  // op.createIndex("shop_unit", { name: "IDX_a1713a1ea1d2f499a4f61ea416", columns: ["floorNumber"] });
  // op.createForeignKey("shop_unit", {
  //   name: "FK_0e27bc42550afb68be661bf85ba",
  //   columns: ["mallId"],
  //   references: { table: "mall", columns: ["id"] },
  // });
  // op.dropColumn("mall", "short_name");
  // op.dropColumn("mall", "opened_on");
  // op.dropColumn("shop_unit", "floor_number");
  // op.dropColumn("shop_unit", "mall_id");
}

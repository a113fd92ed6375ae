/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    `Were these 4 names changed, such as app_shop_visited_mall to chain_shop_visited_mall (each begins with "chain" instead of "app")? If not, keep the commented lines instead: all rows of app_brand are lost. And 3 more like that.`,
  );
  op.renameTable("app_shop_visited_mall", "chain_shop_visited_mall");
  op.renameTable("app_brand", "chain_brand");
  op.renameTable("app_mall", "chain_mall");
  op.renameTable("app_shop", "chain_shop");
  op.renameEnum("app_mall_state_enum", "chain_mall_state_enum");
  op.renameConstraint("chain_brand", "PK_4ac0bcd8c2c938d15613ba565a7", "PK_05d864816cffe0ee916e3fa381d");
  op.renameConstraint("chain_mall", "PK_2f7a1a00ef1525c858e756db620", "PK_a43628952116969bc557233fd89");
  op.renameConstraint("chain_shop", "PK_961faf04af9e2da2f869487546b", "PK_6b9cfb0e9aaa3109d969a20ee26");
  op.renameIndex("chain_shop", "IDX_eff7f954ddf78a73e545509b2a", "IDX_91e3eac977d4e35dcd189bc459");
  op.renameConstraint("chain_shop", "FK_3e7d2e3fd62c3fda98dff9826dd", "FK_91dc8b782d6444bb98c57b47cb0");
  op.renameConstraint("chain_shop_visited_mall", "PK_f9dc011375b895e1cbf31030d7a", "PK_c68cc0943b46280098ab45ef443");
  op.renameIndex("chain_shop_visited_mall", "IDX_8e309b6b385f269c2940218b4f", "IDX_839186ceedc0caeb5f96513d0d");
  op.renameIndex("chain_shop_visited_mall", "IDX_c0238e23ca316a97cecc33bbd4", "IDX_a942cb2107bf2a83ffa53d3429");
  op.renameConstraint("chain_shop_visited_mall", "FK_8e309b6b385f269c2940218b4fc", "FK_839186ceedc0caeb5f96513d0d4");
  op.renameConstraint("chain_shop_visited_mall", "FK_c0238e23ca316a97cecc33bbd4a", "FK_a942cb2107bf2a83ffa53d34291");
  op.renameSequence("app_brand_id_seq", "chain_brand_id_seq");
  op.renameSequence("app_mall_id_seq", "chain_mall_id_seq");
  op.renameSequence("app_shop_id_seq", "chain_shop_id_seq");
  // op.createEnum("chain_mall_state_enum", ["open", "closed"]);
  // op.createTable("chain_brand", {
  //   columns: [{ name: "id", type: "serial" }],
  //   primaryKey: { name: "PK_05d864816cffe0ee916e3fa381d", columns: ["id"] },
  // });
  // op.createTable("chain_mall", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "state", type: "chain_mall_state_enum", default: "'open'" },
  //   ],
  //   primaryKey: { name: "PK_a43628952116969bc557233fd89", columns: ["id"] },
  // });
  // op.createTable("chain_shop", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "name", type: "character varying" },
  //     { name: "mallId", type: "integer", nullable: true },
  //   ],
  //   primaryKey: { name: "PK_6b9cfb0e9aaa3109d969a20ee26", columns: ["id"] },
  // });
  // op.createIndex("chain_shop", { name: "IDX_91e3eac977d4e35dcd189bc459", columns: ["name"] });
  // op.createTable("chain_shop_visited_mall", {
  //   columns: [
  //     { name: "shopId", type: "integer" },
  //     { name: "mallId", type: "integer" },
  //   ],
  //   primaryKey: { name: "PK_c68cc0943b46280098ab45ef443", columns: ["shopId", "mallId"] },
  // });
  // op.createIndex("chain_shop_visited_mall", { name: "IDX_839186ceedc0caeb5f96513d0d", columns: ["mallId"] });
  // op.createIndex("chain_shop_visited_mall", { name: "IDX_a942cb2107bf2a83ffa53d3429", columns: ["shopId"] });
  // op.createForeignKey("chain_shop", {
  //   name: "FK_91dc8b782d6444bb98c57b47cb0",
  //   columns: ["mallId"],
  //   references: { table: "chain_mall", columns: ["id"] },
  // });
  // op.createForeignKey("chain_shop_visited_mall", {
  //   name: "FK_839186ceedc0caeb5f96513d0d4",
  //   columns: ["mallId"],
  //   references: { table: "chain_mall", columns: ["id"] },
  //   onDelete: "CASCADE",
  //   onUpdate: "CASCADE",
  // });
  // op.createForeignKey("chain_shop_visited_mall", {
  //   name: "FK_a942cb2107bf2a83ffa53d34291",
  //   columns: ["shopId"],
  //   references: { table: "chain_shop", columns: ["id"] },
  //   onDelete: "CASCADE",
  //   onUpdate: "CASCADE",
  // });
  // op.dropTable("app_brand");
  // op.dropTable("app_shop_visited_mall");
  // op.dropTable("app_shop");
  // op.dropTable("app_mall");
  // op.dropEnum("app_mall_state_enum");
}

export function downgrade(op: Operations): void {
  op.todo(
    `Were these 4 names changed, such as chain_shop_visited_mall to app_shop_visited_mall (each begins with "chain" instead of "app")? If not, keep the commented lines instead: all rows of chain_brand are lost. And 3 more like that.`,
  );
  op.renameTable("chain_shop_visited_mall", "app_shop_visited_mall");
  op.renameTable("chain_brand", "app_brand");
  op.renameTable("chain_mall", "app_mall");
  op.renameTable("chain_shop", "app_shop");
  op.renameEnum("chain_mall_state_enum", "app_mall_state_enum");
  op.renameConstraint("app_brand", "PK_05d864816cffe0ee916e3fa381d", "PK_4ac0bcd8c2c938d15613ba565a7");
  op.renameConstraint("app_mall", "PK_a43628952116969bc557233fd89", "PK_2f7a1a00ef1525c858e756db620");
  op.renameConstraint("app_shop", "PK_6b9cfb0e9aaa3109d969a20ee26", "PK_961faf04af9e2da2f869487546b");
  op.renameIndex("app_shop", "IDX_91e3eac977d4e35dcd189bc459", "IDX_eff7f954ddf78a73e545509b2a");
  op.renameConstraint("app_shop", "FK_91dc8b782d6444bb98c57b47cb0", "FK_3e7d2e3fd62c3fda98dff9826dd");
  op.renameConstraint("app_shop_visited_mall", "PK_c68cc0943b46280098ab45ef443", "PK_f9dc011375b895e1cbf31030d7a");
  op.renameIndex("app_shop_visited_mall", "IDX_839186ceedc0caeb5f96513d0d", "IDX_8e309b6b385f269c2940218b4f");
  op.renameIndex("app_shop_visited_mall", "IDX_a942cb2107bf2a83ffa53d3429", "IDX_c0238e23ca316a97cecc33bbd4");
  op.renameConstraint("app_shop_visited_mall", "FK_839186ceedc0caeb5f96513d0d4", "FK_8e309b6b385f269c2940218b4fc");
  op.renameConstraint("app_shop_visited_mall", "FK_a942cb2107bf2a83ffa53d34291", "FK_c0238e23ca316a97cecc33bbd4a");
  op.renameSequence("chain_brand_id_seq", "app_brand_id_seq");
  op.renameSequence("chain_mall_id_seq", "app_mall_id_seq");
  op.renameSequence("chain_shop_id_seq", "app_shop_id_seq");
  // op.createEnum("app_mall_state_enum", ["open", "closed"]);
  // op.createTable("app_brand", {
  //   columns: [{ name: "id", type: "serial" }],
  //   primaryKey: { name: "PK_4ac0bcd8c2c938d15613ba565a7", columns: ["id"] },
  // });
  // op.createTable("app_mall", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "state", type: "app_mall_state_enum", default: "'open'::app_mall_state_enum" },
  //   ],
  //   primaryKey: { name: "PK_2f7a1a00ef1525c858e756db620", columns: ["id"] },
  // });
  // op.createTable("app_shop", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "name", type: "character varying" },
  //     { name: "mallId", type: "integer", nullable: true },
  //   ],
  //   primaryKey: { name: "PK_961faf04af9e2da2f869487546b", columns: ["id"] },
  // });
  // op.createIndex("app_shop", { name: "IDX_eff7f954ddf78a73e545509b2a", columns: ["name"] });
  // op.createTable("app_shop_visited_mall", {
  //   columns: [
  //     { name: "shopId", type: "integer" },
  //     { name: "mallId", type: "integer" },
  //   ],
  //   primaryKey: { name: "PK_f9dc011375b895e1cbf31030d7a", columns: ["shopId", "mallId"] },
  // });
  // op.createIndex("app_shop_visited_mall", { name: "IDX_8e309b6b385f269c2940218b4f", columns: ["mallId"] });
  // op.createIndex("app_shop_visited_mall", { name: "IDX_c0238e23ca316a97cecc33bbd4", columns: ["shopId"] });
  // op.createForeignKey("app_shop", {
  //   name: "FK_3e7d2e3fd62c3fda98dff9826dd",
  //   columns: ["mallId"],
  //   references: { table: "app_mall", columns: ["id"] },
  // });
  // op.createForeignKey("app_shop_visited_mall", {
  //   name: "FK_8e309b6b385f269c2940218b4fc",
  //   columns: ["mallId"],
  //   references: { table: "app_mall", columns: ["id"] },
  //   onDelete: "CASCADE",
  //   onUpdate: "CASCADE",
  // });
  // op.createForeignKey("app_shop_visited_mall", {
  //   name: "FK_c0238e23ca316a97cecc33bbd4a",
  //   columns: ["shopId"],
  //   references: { table: "app_shop", columns: ["id"] },
  //   onDelete: "CASCADE",
  //   onUpdate: "CASCADE",
  // });
  // op.dropTable("chain_brand");
  // op.dropTable("chain_shop_visited_mall");
  // op.dropTable("chain_shop");
  // op.dropTable("chain_mall");
  // op.dropEnum("chain_mall_state_enum");
}

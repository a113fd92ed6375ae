/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createExtension("uuid-ossp");

  op.createTable("brand", {
    columns: [
      { name: "id", type: "serial" },
      { name: "name", type: "character varying" },
    ],
    primaryKey: { name: "PK_a5d20765ddd942eb5de4eee2d7f", columns: ["id"] },
    uniques: [{ name: "UQ_5f468ae5696f07da025138e38f7", columns: ["name"] }],
  });

  op.createTable("mall", {
    columns: [{ name: "id", type: "uuid", default: "uuid_generate_v4()" }],
    primaryKey: { name: "PK_dcbb9f7382344fa4858f675da42", columns: ["id"] },
    comment: "Malls of the chain",
  });

  op.createTable("shop", {
    columns: [
      { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" },
      { name: "floor", type: "integer" },
      { name: "mallId", type: "uuid", nullable: true },
      { name: "annexOfId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_ad47b7c6121fe31cb4b05438e44", columns: ["id"] },
    checks: [{ name: "CHK_floor", expression: `"floor" >= 0` }],
  });
  op.createIndex("shop", { name: "IDX_a04b81b7ef1f8a082e2f778cdd", columns: ["mallId", "floor"] });

  op.createTable("shop_brands_brand", {
    columns: [
      { name: "shopId", type: "integer" },
      { name: "brandId", type: "integer" },
    ],
    primaryKey: { name: "PK_5be897ab21df63623a44ae6d9ba", columns: ["shopId", "brandId"] },
  });
  op.createIndex("shop_brands_brand", { name: "IDX_c0eb7254100dd9a6f70e997ec9", columns: ["brandId"] });
  op.createIndex("shop_brands_brand", { name: "IDX_dfa469349cf7f5326cd812a831", columns: ["shopId"] });

  op.createForeignKey("shop", {
    name: "FK_35081d8477560bc17f40eab72e7",
    columns: ["annexOfId"],
    references: { table: "shop", columns: ["id"] },
    onDelete: "SET NULL",
  });
  op.createForeignKey("shop", {
    name: "FK_3c375155e67124a3570f6c17a96",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
    onDelete: "CASCADE",
  });
  op.createForeignKey("shop_brands_brand", {
    name: "FK_c0eb7254100dd9a6f70e997ec98",
    columns: ["brandId"],
    references: { table: "brand", columns: ["id"] },
    onDelete: "CASCADE",
    onUpdate: "CASCADE",
  });
  op.createForeignKey("shop_brands_brand", {
    name: "FK_dfa469349cf7f5326cd812a8314",
    columns: ["shopId"],
    references: { table: "shop", columns: ["id"] },
    onDelete: "CASCADE",
    onUpdate: "CASCADE",
  });

  op.dropTable("old");
}

export function downgrade(op: Operations): void {
  op.createTable("old", {
    columns: [{ name: "code", type: "character varying" }],
    primaryKey: { name: "PK_69b5194cb860ef4b80bba402fb5", columns: ["code"] },
  });

  op.dropTable("shop_brands_brand");
  op.dropTable("brand");
  op.dropTable("shop");
  op.dropTable("mall");

  op.dropExtension("uuid-ossp");
}

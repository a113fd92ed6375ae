/** The catalogue: products with tags, in a tree of categories; a brand has aliases instead of a fax. */
import type { Operations } from "typeorm-remodel";

export const revision = "0004d80b7e23";
export const downRevision = "0003c94d16aa";

export function upgrade(op: Operations): void {
  op.addColumn("brand", { name: "aliases", type: "text[]", default: "'{}'" });

  op.createTable("category", {
    columns: [
      { name: "id", type: "serial" },
      { name: "name", type: "character varying(60)" },
      { name: "position", type: "smallint", default: "'0'", comment: "Its place among its siblings" },
      { name: "parentId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_9c4e4a89e3674fc9f382d733f03", columns: ["id"] },
  });

  op.createTable("category_closure", {
    columns: [
      { name: "id_ancestor", type: "integer" },
      { name: "id_descendant", type: "integer" },
    ],
    primaryKey: { name: "PK_8da8666fc72217687e9b4f4c7e9", columns: ["id_ancestor", "id_descendant"] },
  });
  op.createIndex("category_closure", { name: "IDX_4aa1348fc4b7da9bef0fae8ff4", columns: ["id_ancestor"] });
  op.createIndex("category_closure", { name: "IDX_6a22002acac4976977b1efd114", columns: ["id_descendant"] });

  op.createTable("product", {
    columns: [
      { name: "id", type: "uuid", default: "gen_random_uuid()" },
      { name: "sku", type: "character varying(32)", collation: "C" },
      { name: "name", type: "character varying" },
      { name: "description", type: "text", default: "''" },
      { name: "attributes", type: "jsonb", default: "'{}'" },
      {
        name: "search",
        type: "tsvector",
        asExpression: `to_tsvector('simple'::regconfig, "name" || ' ' || "description")`,
        generatedType: "STORED",
      },
      { name: "discontinuedOn", type: "date", nullable: true },
      { name: "createdAt", type: "timestamp with time zone", default: "now()" },
      { name: "updatedAt", type: "timestamp with time zone", default: "now()" },
      { name: "version", type: "integer" },
      { name: "brandId", type: "integer" },
      { name: "categoryId", type: "integer", nullable: true },
      { name: "priceAmount", type: "numeric(12,2)", default: "'0'" },
      { name: "priceCurrency", type: "currency", default: "'EUR'" },
    ],
    primaryKey: { name: "PK_bebc9158e480b949565b4dc7a82", columns: ["id"] },
    uniques: [{ name: "UQ_34f6ca1cd897cc926bdcca1ca39", columns: ["sku"] }],
    checks: [{ name: "CHK_product_price", expression: `"priceAmount" >= 0` }],
  });
  op.createIndex("product", { name: "IDX_product_attributes", columns: ["attributes"], type: "gin" });
  op.createIndex("product", {
    name: "IDX_product_live",
    columns: ["categoryId", "name"],
    where: `"discontinuedOn" IS NULL`,
  });
  op.createIndex("product", { name: "IDX_product_search", columns: ["search"], type: "gin" });

  op.createTable("product_tag", {
    columns: [
      { name: "productId", type: "uuid" },
      { name: "tag", type: "character varying(40)" },
    ],
    primaryKey: { name: "PK_99e2519f01b04f2c28333c2df07", columns: ["productId", "tag"] },
  });
  op.createIndex("product_tag", { name: "IDX_f83644f9b94f522eba6f3f2b4c", columns: ["tag"] });
  op.createIndex("product_tag", { name: "IDX_fd22d97428d2b0c25be95fb356", columns: ["productId"] });

  op.createTable("tag", {
    columns: [
      { name: "slug", type: "character varying(40)" },
      { name: "label", type: "character varying" },
    ],
    primaryKey: { name: "PK_3413aed3ecde54f832c4f44f045", columns: ["slug"] },
  });

  op.createForeignKey("category", {
    name: "FK_d5456fd7e4c4866fec8ada1fa10",
    columns: ["parentId"],
    references: { table: "category", columns: ["id"] },
    onDelete: "CASCADE",
  });
  op.createForeignKey("category_closure", {
    name: "FK_4aa1348fc4b7da9bef0fae8ff48",
    columns: ["id_ancestor"],
    references: { table: "category", columns: ["id"] },
    onDelete: "CASCADE",
  });
  op.createForeignKey("category_closure", {
    name: "FK_6a22002acac4976977b1efd114a",
    columns: ["id_descendant"],
    references: { table: "category", columns: ["id"] },
    onDelete: "CASCADE",
  });
  op.createForeignKey("product", {
    name: "FK_bb7d3d9dc1fae40293795ae39d6",
    columns: ["brandId"],
    references: { table: "brand", columns: ["id"] },
    onDelete: "RESTRICT",
  });
  op.createForeignKey("product", {
    name: "FK_ff0c0301a95e517153df97f6812",
    columns: ["categoryId"],
    references: { table: "category", columns: ["id"] },
    onDelete: "SET NULL",
  });
  op.createForeignKey("product_tag", {
    name: "FK_product_tag_product",
    columns: ["productId"],
    references: { table: "product", columns: ["id"] },
    onDelete: "CASCADE",
    onUpdate: "CASCADE",
  });
  op.createForeignKey("product_tag", {
    name: "FK_product_tag_tag",
    columns: ["tag"],
    references: { table: "tag", columns: ["slug"] },
    onDelete: "CASCADE",
    onUpdate: "CASCADE",
  });

  op.addTypeormMetadata(
    { type: "GENERATED_COLUMN", table: "product", name: "search" },
    `to_tsvector('simple'::regconfig, "name" || ' ' || "description")`,
  );

  op.accept("drop-column", "nobody sends a fax any more, and the numbers are in the archive");
  op.dropColumn("brand", "fax");
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "product", name: "search" });

  op.addColumn("brand", { name: "fax", type: "character varying(30)", nullable: true });
  op.dropColumn("brand", "aliases");

  op.dropTable("category_closure");
  op.dropTable("product_tag");
  op.dropTable("product");
  op.dropTable("tag");
  op.dropTable("category");
}

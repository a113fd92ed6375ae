/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Was category_closure renamed to section_closure (2 of 2 columns are the same)? If not, keep the commented lines instead: all rows of category_closure are lost.",
  );
  op.renameTable("category_closure", "section_closure");
  op.renameConstraint("section_closure", "PK_8da8666fc72217687e9b4f4c7e9", "PK_67e7efbba1ad56ff0f35cd51e5a");
  op.renameIndex("section_closure", "IDX_6a22002acac4976977b1efd114", "IDX_24cfcf2a69cd9f0e346fb57e4c");
  op.renameIndex("section_closure", "IDX_4aa1348fc4b7da9bef0fae8ff4", "IDX_6f7979cd403806620312cb6226");
  op.renameConstraint("section_closure", "FK_6a22002acac4976977b1efd114a", "FK_24cfcf2a69cd9f0e346fb57e4c2");
  op.renameConstraint("section_closure", "FK_4aa1348fc4b7da9bef0fae8ff48", "FK_6f7979cd403806620312cb6226c");
  // op.createTable("section_closure", {
  //   columns: [
  //     { name: "id_ancestor", type: "integer" },
  //     { name: "id_descendant", type: "integer" },
  //   ],
  //   primaryKey: { name: "PK_67e7efbba1ad56ff0f35cd51e5a", columns: ["id_ancestor", "id_descendant"] },
  // });
  // op.createIndex("section_closure", { name: "IDX_24cfcf2a69cd9f0e346fb57e4c", columns: ["id_descendant"] });
  // op.createIndex("section_closure", { name: "IDX_6f7979cd403806620312cb6226", columns: ["id_ancestor"] });
  // op.createForeignKey("section_closure", {
  //   name: "FK_24cfcf2a69cd9f0e346fb57e4c2",
  //   columns: ["id_descendant"],
  //   references: { table: "category", columns: ["id"] },
  //   onDelete: "CASCADE",
  // });
  // op.createForeignKey("section_closure", {
  //   name: "FK_6f7979cd403806620312cb6226c",
  //   columns: ["id_ancestor"],
  //   references: { table: "category", columns: ["id"] },
  //   onDelete: "CASCADE",
  // });
  // op.dropTable("category_closure");

  op.todo(
    "Was category renamed to section (3 of 3 columns are the same)? If not, keep the commented lines instead: all rows of category are lost.",
  );
  op.renameTable("category", "section");
  op.renameConstraint("section", "PK_9c4e4a89e3674fc9f382d733f03", "PK_3c41d2d699384cc5e8eac54777d");
  op.renameConstraint("section", "FK_d5456fd7e4c4866fec8ada1fa10", "FK_9f961c619507c4d6276251445c8");
  op.renameSequence("category_id_seq", "section_id_seq");
  // op.createTable("section", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "name", type: "character varying" },
  //     { name: "parentId", type: "integer", nullable: true },
  //   ],
  //   primaryKey: { name: "PK_3c41d2d699384cc5e8eac54777d", columns: ["id"] },
  // });
  // op.createForeignKey("section", {
  //   name: "FK_9f961c619507c4d6276251445c8",
  //   columns: ["parentId"],
  //   references: { table: "section", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_24cfcf2a69cd9f0e346fb57e4c2 of section_closure changes from (id_descendant) → category (id) on delete cascade to (id_descendant) → section (id) on delete cascade. Rows in the way:",
  //   `WITH "section_closure" AS (SELECT * FROM "category_closure") SELECT t.* FROM "section_closure" t WHERE t."id_descendant" IS NOT NULL AND NOT EXISTS (SELECT FROM "section" r WHERE r."id" = t."id_descendant")`,
  // );
  // op.dropConstraint("section_closure", "FK_24cfcf2a69cd9f0e346fb57e4c2");
  // op.createForeignKey("section_closure", {
  //   name: "FK_24cfcf2a69cd9f0e346fb57e4c2",
  //   columns: ["id_descendant"],
  //   references: { table: "section", columns: ["id"] },
  //   onDelete: "CASCADE",
  // });
  // op.todo(
  //   "The foreign key FK_6f7979cd403806620312cb6226c of section_closure changes from (id_ancestor) → category (id) on delete cascade to (id_ancestor) → section (id) on delete cascade. Rows in the way:",
  //   `WITH "section_closure" AS (SELECT * FROM "category_closure") SELECT t.* FROM "section_closure" t WHERE t."id_ancestor" IS NOT NULL AND NOT EXISTS (SELECT FROM "section" r WHERE r."id" = t."id_ancestor")`,
  // );
  // op.dropConstraint("section_closure", "FK_6f7979cd403806620312cb6226c");
  // op.createForeignKey("section_closure", {
  //   name: "FK_6f7979cd403806620312cb6226c",
  //   columns: ["id_ancestor"],
  //   references: { table: "section", columns: ["id"] },
  //   onDelete: "CASCADE",
  // });
  // op.dropTable("category");

  op.addColumn("staff", { name: "role", type: "character varying", default: "''" });
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was section_closure renamed to category_closure (2 of 2 columns are the same)? If not, keep the commented lines instead: all rows of section_closure are lost.",
  );
  op.renameTable("section_closure", "category_closure");
  op.renameConstraint("category_closure", "PK_67e7efbba1ad56ff0f35cd51e5a", "PK_8da8666fc72217687e9b4f4c7e9");
  op.renameIndex("category_closure", "IDX_6f7979cd403806620312cb6226", "IDX_4aa1348fc4b7da9bef0fae8ff4");
  op.renameIndex("category_closure", "IDX_24cfcf2a69cd9f0e346fb57e4c", "IDX_6a22002acac4976977b1efd114");
  op.renameConstraint("category_closure", "FK_6f7979cd403806620312cb6226c", "FK_4aa1348fc4b7da9bef0fae8ff48");
  op.renameConstraint("category_closure", "FK_24cfcf2a69cd9f0e346fb57e4c2", "FK_6a22002acac4976977b1efd114a");
  // op.createTable("category_closure", {
  //   columns: [
  //     { name: "id_ancestor", type: "integer" },
  //     { name: "id_descendant", type: "integer" },
  //   ],
  //   primaryKey: { name: "PK_8da8666fc72217687e9b4f4c7e9", columns: ["id_ancestor", "id_descendant"] },
  // });
  // op.createIndex("category_closure", { name: "IDX_4aa1348fc4b7da9bef0fae8ff4", columns: ["id_ancestor"] });
  // op.createIndex("category_closure", { name: "IDX_6a22002acac4976977b1efd114", columns: ["id_descendant"] });
  // op.createForeignKey("category_closure", {
  //   name: "FK_4aa1348fc4b7da9bef0fae8ff48",
  //   columns: ["id_ancestor"],
  //   references: { table: "section", columns: ["id"] },
  //   onDelete: "CASCADE",
  // });
  // op.createForeignKey("category_closure", {
  //   name: "FK_6a22002acac4976977b1efd114a",
  //   columns: ["id_descendant"],
  //   references: { table: "section", columns: ["id"] },
  //   onDelete: "CASCADE",
  // });
  // op.dropTable("section_closure");

  op.todo(
    "Was section renamed to category (3 of 3 columns are the same)? If not, keep the commented lines instead: all rows of section are lost.",
  );
  op.renameTable("section", "category");
  op.renameConstraint("category", "PK_3c41d2d699384cc5e8eac54777d", "PK_9c4e4a89e3674fc9f382d733f03");
  op.renameConstraint("category", "FK_9f961c619507c4d6276251445c8", "FK_d5456fd7e4c4866fec8ada1fa10");
  op.renameSequence("section_id_seq", "category_id_seq");
  // op.createTable("category", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "name", type: "character varying" },
  //     { name: "parentId", type: "integer", nullable: true },
  //   ],
  //   primaryKey: { name: "PK_9c4e4a89e3674fc9f382d733f03", columns: ["id"] },
  // });
  // op.createForeignKey("category", {
  //   name: "FK_d5456fd7e4c4866fec8ada1fa10",
  //   columns: ["parentId"],
  //   references: { table: "category", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_4aa1348fc4b7da9bef0fae8ff48 of category_closure changes from (id_ancestor) → section (id) on delete cascade to (id_ancestor) → category (id) on delete cascade. Rows in the way:",
  //   `WITH "category_closure" AS (SELECT * FROM "section_closure") SELECT t.* FROM "category_closure" t WHERE t."id_ancestor" IS NOT NULL AND NOT EXISTS (SELECT FROM "category" r WHERE r."id" = t."id_ancestor")`,
  // );
  // op.dropConstraint("category_closure", "FK_4aa1348fc4b7da9bef0fae8ff48");
  // op.createForeignKey("category_closure", {
  //   name: "FK_4aa1348fc4b7da9bef0fae8ff48",
  //   columns: ["id_ancestor"],
  //   references: { table: "category", columns: ["id"] },
  //   onDelete: "CASCADE",
  // });
  // op.todo(
  //   "The foreign key FK_6a22002acac4976977b1efd114a of category_closure changes from (id_descendant) → section (id) on delete cascade to (id_descendant) → category (id) on delete cascade. Rows in the way:",
  //   `WITH "category_closure" AS (SELECT * FROM "section_closure") SELECT t.* FROM "category_closure" t WHERE t."id_descendant" IS NOT NULL AND NOT EXISTS (SELECT FROM "category" r WHERE r."id" = t."id_descendant")`,
  // );
  // op.dropConstraint("category_closure", "FK_6a22002acac4976977b1efd114a");
  // op.createForeignKey("category_closure", {
  //   name: "FK_6a22002acac4976977b1efd114a",
  //   columns: ["id_descendant"],
  //   references: { table: "category", columns: ["id"] },
  //   onDelete: "CASCADE",
  // });
  // op.dropTable("section");

  op.dropColumn("staff", "role");
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Was mall.title renamed to mall.name (both are character varying(120), both required)? If not, keep the commented lines instead: the values of mall.title are lost.",
  );
  op.renameColumn("mall", "title", "name");
  op.renameConstraint("mall", "UQ_3f992c9b6fee0ad573bd95d61bd", "UQ_c1eafcd4c203526a45cf058ac42");
  op.renameIndex("mall", "IDX_a153f74fda4fa9d76099968a40", "IDX_b43542ab30461cdc0f2bfb1601");
  // op.dropIndex("mall", "IDX_a153f74fda4fa9d76099968a40");
  // op.dropConstraint("mall", "UQ_3f992c9b6fee0ad573bd95d61bd");
  // op.todo(
  //   `mall.name is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "mall" SET "name" = …\`) between these two lines.`,
  // );
  // op.addColumn("mall", { name: "name", type: "character varying(120)", nullable: true });
  // op.alterColumn("mall", "name", { nullable: false });
  // op.todo(
  //   "mall gets the unique constraint UQ_c1eafcd4c203526a45cf058ac42 (name, city). Rows in the way:",
  //   `SELECT "name", "city", count(*) FROM "mall" GROUP BY 1, 2 HAVING count(*) > 1`,
  // );
  // op.createUniqueConstraint("mall", { name: "UQ_c1eafcd4c203526a45cf058ac42", columns: ["name", "city"] });
  // op.createIndex("mall", { name: "IDX_b43542ab30461cdc0f2bfb1601", columns: ["name"] });
  // op.dropColumn("mall", "title");
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was mall.name renamed to mall.title (both are character varying(120), both required)? If not, keep the commented lines instead: the values of mall.name are lost.",
  );
  op.renameColumn("mall", "name", "title");
  op.renameConstraint("mall", "UQ_c1eafcd4c203526a45cf058ac42", "UQ_3f992c9b6fee0ad573bd95d61bd");
  op.renameIndex("mall", "IDX_b43542ab30461cdc0f2bfb1601", "IDX_a153f74fda4fa9d76099968a40");
  // op.dropIndex("mall", "IDX_b43542ab30461cdc0f2bfb1601");
  // op.dropConstraint("mall", "UQ_c1eafcd4c203526a45cf058ac42");
  // op.todo(
  //   `mall.title is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "mall" SET "title" = …\`) between these two lines.`,
  // );
  // op.addColumn("mall", { name: "title", type: "character varying(120)", nullable: true });
  // op.alterColumn("mall", "title", { nullable: false });
  // op.todo(
  //   "mall gets the unique constraint UQ_3f992c9b6fee0ad573bd95d61bd (title, city). Rows in the way:",
  //   `SELECT "title", "city", count(*) FROM "mall" GROUP BY 1, 2 HAVING count(*) > 1`,
  // );
  // op.createUniqueConstraint("mall", { name: "UQ_3f992c9b6fee0ad573bd95d61bd", columns: ["title", "city"] });
  // op.createIndex("mall", { name: "IDX_a153f74fda4fa9d76099968a40", columns: ["title"] });
  // op.dropColumn("mall", "name");
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "titles" });

  op.dropView("per_floor", { materialized: true });
  op.dropView("long_titles");
  op.dropView("titles");

  op.todo(
    "Was shop.title renamed to shop.name (character varying(20) and character varying(60) are related types, both required)? If not, keep the commented lines instead: the values of shop.title are lost.",
  );
  op.renameColumn("shop", "title", "name");
  op.alterColumn("shop", "name", { type: "character varying(60)" });
  // op.todo(
  //   `shop.name is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "shop" SET "name" = …\`) between these two lines.`,
  // );
  // op.addColumn("shop", { name: "name", type: "character varying(60)", nullable: true });
  // op.alterColumn("shop", "name", { nullable: false });
  // op.dropColumn("shop", "title");

  op.alterColumn("shop", "floor", { type: "bigint", default: "'0'" });

  op.createView("titles", { expression: `SELECT "id", "name" AS "label", "floor" FROM "shop"` });
  op.createView("long_titles", { expression: `SELECT * FROM "titles" WHERE length("label") > 3` });
  op.createView("per_floor", {
    expression: `SELECT "floor", count(*) AS "shops" FROM "long_titles" GROUP BY 1`,
    materialized: true,
    indexes: [{ name: "IDX_per_floor", columns: ["floor"], unique: true }],
  });

  op.addTypeormMetadata({ type: "VIEW", name: "titles" }, `SELECT "id", "name" AS "label", "floor" FROM "shop"`);
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "titles" });

  op.dropView("per_floor", { materialized: true });
  op.dropView("long_titles");
  op.dropView("titles");

  op.todo(
    "Was shop.name renamed to shop.title (character varying(20) and character varying(60) are related types, both required)? If not, keep the commented lines instead: the values of shop.name are lost.",
  );
  op.renameColumn("shop", "name", "title");
  // op.todo(
  //   `shop.title is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "shop" SET "title" = …\`) between these two lines.`,
  // );
  // op.addColumn("shop", { name: "title", type: "character varying(20)", nullable: true });
  // op.alterColumn("shop", "title", { nullable: false });
  // op.dropColumn("shop", "name");

  op.todo(
    "shop.title changes from character varying(60) to character varying(20). Values that are too long make it fail. Rows in the way:",
    `WITH "shop" AS (SELECT *, "name" AS "title" FROM "shop") SELECT * FROM "shop" WHERE length("title") > 20`,
  );
  op.alterColumn("shop", "title", { type: "character varying(20)" });

  op.todo(
    "shop.floor changes from bigint to integer. Values that are too large make it fail. Rows in the way:",
    `SELECT * FROM "shop" WHERE "floor" NOT BETWEEN -2147483648 AND 2147483647`,
  );
  op.alterColumn("shop", "floor", { type: "integer", default: "0" });

  op.createView("titles", { expression: "SELECT id,\n    title AS label,\n    floor\n   FROM shop" });
  op.createView("long_titles", {
    expression: "SELECT id,\n    label,\n    floor\n   FROM titles\n  WHERE (length((label)::text) > 3)",
  });
  op.createView("per_floor", {
    expression: "SELECT floor,\n    count(*) AS shops\n   FROM long_titles\n  GROUP BY floor",
    materialized: true,
    indexes: [{ name: "IDX_per_floor", columns: ["floor"], unique: true }],
  });

  op.addTypeormMetadata({ type: "VIEW", name: "titles" }, `SELECT "id", "title" AS "label", "floor" FROM "shop"`);
}

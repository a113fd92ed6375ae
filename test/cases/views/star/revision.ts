/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropView("towns");
  op.dropView("over_all");
  op.dropView("natural_towns");
  op.dropView("malls");
  op.dropView("kept", { materialized: true });
  op.dropView("all_shops");

  op.todo(
    "Was mall.title renamed to mall.label (both are text, both required)? If not, keep the commented lines instead: the values of mall.title are lost.",
  );
  op.renameColumn("mall", "title", "label");
  // op.dropView("left_alone", { materialized: true });
  // op.todo(
  //   `mall.label is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "mall" SET "label" = …\`) between these two lines.`,
  // );
  // op.addColumn("mall", { name: "label", type: "text", nullable: true });
  // op.alterColumn("mall", "label", { nullable: false });
  // op.createView("left_alone", {
  //   expression: `SELECT s."id", (SELECT count(*) FROM "mall") AS "malls", p.*, row_to_json(s) AS "row" FROM "shop" s, LATERAL (SELECT (NULL::pair).*) p`,
  //   materialized: true,
  // });
  // op.dropColumn("mall", "title");

  op.addColumn("shop", { name: "floor", type: "integer", default: "'0'" });
  op.addColumn("town", { name: "id", type: "integer", default: "'1'" });

  op.createView("all_shops", { expression: `SELECT * FROM "shop"` });
  op.createView("kept", {
    expression: `WITH x AS (SELECT (s).* FROM ONLY "shop" s) SELECT x.* FROM x UNION ALL TABLE "shop"`,
    materialized: true,
    indexes: [{ name: "IDX_kept", columns: ["id"] }],
  });
  op.createView("malls", { expression: `SELECT m.* FROM "mall" AS m` });
  op.createView("natural_towns", { expression: `SELECT "town" FROM "town" NATURAL JOIN "mall"` });
  op.createView("over_all", { expression: `SELECT a.* FROM "all_shops" a` });
  op.createView("towns", { expression: `SELECT t."name" FROM "town" t WHERE EXISTS (SELECT * FROM "town")` });
}

export function downgrade(op: Operations): void {
  op.dropView("towns");
  op.dropView("over_all");
  op.dropView("natural_towns");
  op.dropView("malls");
  op.dropView("kept", { materialized: true });
  op.dropView("all_shops");

  op.todo(
    "Was mall.label renamed to mall.title (both are text, both required)? If not, keep the commented lines instead: the values of mall.label are lost.",
  );
  op.renameColumn("mall", "label", "title");
  // op.todo(
  //   `mall.title is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "mall" SET "title" = …\`) between these two lines.`,
  // );
  // op.addColumn("mall", { name: "title", type: "text", nullable: true });
  // op.alterColumn("mall", "title", { nullable: false });
  // op.dropColumn("mall", "label");

  op.createView("all_shops", { expression: "SELECT id,\n    code,\n    note\n   FROM shop" });
  op.createView("kept", {
    expression: "WITH x AS (\n         SELECT s.id,\n            s.code,\n            s.note\n           FROM ONLY shop s\n        )\n SELECT x.id,\n    x.code,\n    x.note\n   FROM x\nUNION ALL\n SELECT shop.id,\n    shop.code,\n    shop.note\n   FROM shop",
    materialized: true,
    indexes: [{ name: "IDX_kept", columns: ["id"] }],
  });
  op.createView("malls", { expression: "SELECT id,\n    title\n   FROM mall m" });
  op.createView("natural_towns", { expression: "SELECT town.town\n   FROM (town\n     CROSS JOIN mall)" });
  op.createView("over_all", { expression: "SELECT id,\n    code,\n    note\n   FROM all_shops a" });
  op.createView("towns", {
    expression: "SELECT name\n   FROM town t\n  WHERE (EXISTS ( SELECT town.town,\n            town.name\n           FROM town))",
  });

  op.dropColumn("shop", "floor");
  op.dropColumn("town", "id");
}

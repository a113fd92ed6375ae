/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "gone" });

  op.dropView("ground_floor");
  op.dropView("gone");

  op.alterColumn("shop", "name", { type: "character varying(40)" });

  op.createView("ground_floor", { expression: `SELECT "id", "name" FROM "shop" WHERE "floor" = 0` });
  op.createView("all_ground", { expression: `SELECT "id" FROM "ground_floor"` });
  op.createView("upstairs", {
    expression: `SELECT "shop"."id" AS "id" FROM "shop" "shop" WHERE "shop"."floor" > 0`,
    materialized: true,
    indexes: [{ name: "IDX_upstairs", columns: ["id"], unique: true }],
  });

  op.addTypeormMetadata(
    { type: "MATERIALIZED_VIEW", name: "upstairs" },
    `SELECT "shop"."id" AS "id" FROM "shop" "shop" WHERE "shop"."floor" > 0`,
  );
  op.addTypeormMetadata({ type: "VIEW", name: "all_ground" }, `SELECT "id" FROM "ground_floor"`);
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "all_ground" });
  op.removeTypeormMetadata({ type: "MATERIALIZED_VIEW", name: "upstairs" });

  op.dropView("upstairs", { materialized: true });
  op.dropView("all_ground");
  op.dropView("ground_floor");

  op.todo(
    "shop.name changes from character varying(40) to character varying(20). Values that are too long make it fail. Rows in the way:",
    `SELECT * FROM "shop" WHERE length("name") > 20`,
  );
  op.alterColumn("shop", "name", { type: "character varying(20)" });

  op.createView("gone", { expression: "SELECT count(*) AS \"all\"\n   FROM shop" });
  op.createView("ground_floor", { expression: "SELECT id,\n    name\n   FROM shop\n  WHERE (floor = 0)" });

  op.addTypeormMetadata({ type: "VIEW", name: "gone" }, `SELECT count(*) AS "all" FROM "shop"`);
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Was shop.floor_no renamed to shop.floor (integer and bigint are related types, both required)? If not, keep the commented lines instead: the values of shop.floor_no are lost.",
  );
  op.renameColumn("shop", "floor_no", "floor");
  op.alterColumn("shop", "floor", { type: "bigint", default: "'2'" });
  // op.addColumn("shop", { name: "floor", type: "bigint", default: "'2'" });
  // op.dropColumn("shop", "floor_no");

  op.todo(
    "Was shop.shopName renamed to shop.name (character varying(20) and character varying(80) are related types)? If not, keep the commented lines instead: the values of shop.shopName are lost.",
  );
  op.renameColumn("shop", "shopName", "name");
  op.alterColumn("shop", "name", { type: "character varying(80)" });
  op.alterColumn("shop", "name", { default: "'?'" });
  // op.addColumn("shop", { name: "name", type: "character varying(80)", default: "'?'" });
  // op.dropColumn("shop", "shopName");

  op.todo(
    "shop.name becomes required. Rows in the way:",
    `WITH "shop" AS (SELECT *, "floor_no" AS "floor", "shopName" AS "name" FROM "shop") SELECT * FROM "shop" WHERE "name" IS NULL`,
  );
  // first: op.sql(`UPDATE "shop" SET "name" = '?' WHERE "name" IS NULL`);
  op.alterColumn("shop", "name", { nullable: false });
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was shop.floor renamed to shop.floor_no (integer and bigint are related types, both required)? If not, keep the commented lines instead: the values of shop.floor are lost.",
  );
  op.renameColumn("shop", "floor", "floor_no");
  // op.addColumn("shop", { name: "floor_no", type: "integer", default: "1" });
  // op.dropColumn("shop", "floor");

  op.todo(
    "Was shop.name renamed to shop.shopName (character varying(20) and character varying(80) are related types)? If not, keep the commented lines instead: the values of shop.name are lost.",
  );
  op.renameColumn("shop", "name", "shopName");
  // op.addColumn("shop", { name: "shopName", type: "character varying(20)", nullable: true });
  // op.dropColumn("shop", "name");

  op.todo(
    "shop.shopName changes from character varying(80) to character varying(20). Values that are too long make it fail. Rows in the way:",
    `WITH "shop" AS (SELECT *, "floor" AS "floor_no", "name" AS "shopName" FROM "shop") SELECT * FROM "shop" WHERE length("shopName") > 20`,
  );
  op.alterColumn("shop", "shopName", { type: "character varying(20)" });

  op.alterColumn("shop", "shopName", { default: null });

  op.todo(
    "shop.floor_no changes from bigint to integer. Values that are too large make it fail. Rows in the way:",
    `WITH "shop" AS (SELECT *, "floor" AS "floor_no", "name" AS "shopName" FROM "shop") SELECT * FROM "shop" WHERE "floor_no" NOT BETWEEN -2147483648 AND 2147483647`,
  );
  op.alterColumn("shop", "floor_no", { type: "integer", default: "1" });

  op.alterColumn("shop", "shopName", { nullable: true });
}

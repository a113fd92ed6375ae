/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Was store renamed to shop (2 of 5 columns are the same, 2 similar)? If not, keep the commented lines instead: all rows of store are lost.",
  );
  op.renameTable("store", "shop");
  op.renameConstraint("shop", "PK_f3172007d4de5ae8e7692759d79", "PK_ad47b7c6121fe31cb4b05438e44");
  op.renameIndex("shop", "IDX_40c711bd10299557bc2bc49720", "IDX_36eae5a169ed0d4ae1c6a47df7");
  op.renameSequence("store_id_seq", "shop_id_seq");
  op.alterColumn("shop", "title", { type: "character varying(80)" });
  op.addColumn("shop", { name: "openedOn", type: "date", nullable: true });
  // op.createTable("shop", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "title", type: "character varying(80)" },
  //     { name: "shopCode", type: "character varying" },
  //     { name: "city", type: "character varying" },
  //     { name: "openedOn", type: "date", nullable: true },
  //   ],
  //   primaryKey: { name: "PK_ad47b7c6121fe31cb4b05438e44", columns: ["id"] },
  // });
  // op.createIndex("shop", { name: "IDX_36eae5a169ed0d4ae1c6a47df7", columns: ["shopCode"] });
  // op.dropTable("store");

  op.todo(
    "Was store.code renamed to store.shopCode (both are character varying, both required)? If not, keep the commented lines instead: the values of shop.code are lost.",
  );
  op.renameColumn("shop", "code", "shopCode");
  // op.todo(
  //   `shop.shopCode is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "shop" SET "shopCode" = …\`) between these two lines.`,
  // );
  // op.addColumn("shop", { name: "shopCode", type: "character varying", nullable: true });
  // op.alterColumn("shop", "shopCode", { nullable: false });
  // op.dropIndex("shop", "IDX_36eae5a169ed0d4ae1c6a47df7");
  // op.createIndex("shop", { name: "IDX_36eae5a169ed0d4ae1c6a47df7", columns: ["shopCode"] });
  // op.dropColumn("shop", "code");

  op.todo(
    "shop.fax is dropped. The revision adds these columns: openedOn. To keep its values, copy them with op.sql(…) before the drop. Or keep a commented rename instead of the drop and that addColumn. Values that are lost:",
    `WITH "shop" AS (SELECT * FROM "store") SELECT "fax" FROM "shop" WHERE "fax" IS NOT NULL`,
  );
  op.dropColumn("shop", "fax");
  // or: op.renameColumn("shop", "fax", "openedOn"); // character varying and date
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was shop renamed to store (2 of 5 columns are the same, 2 similar)? If not, keep the commented lines instead: all rows of shop are lost.",
  );
  op.renameTable("shop", "store");
  op.renameConstraint("store", "PK_ad47b7c6121fe31cb4b05438e44", "PK_f3172007d4de5ae8e7692759d79");
  op.renameIndex("store", "IDX_36eae5a169ed0d4ae1c6a47df7", "IDX_40c711bd10299557bc2bc49720");
  op.renameSequence("shop_id_seq", "store_id_seq");
  op.addColumn("store", { name: "fax", type: "character varying", nullable: true });
  // op.createTable("store", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "title", type: "character varying(40)" },
  //     { name: "code", type: "character varying" },
  //     { name: "city", type: "character varying" },
  //     { name: "fax", type: "character varying", nullable: true },
  //   ],
  //   primaryKey: { name: "PK_f3172007d4de5ae8e7692759d79", columns: ["id"] },
  // });
  // op.createIndex("store", { name: "IDX_40c711bd10299557bc2bc49720", columns: ["code"] });
  // op.dropTable("shop");

  op.todo(
    "Was shop.shopCode renamed to shop.code (both are character varying, both required)? If not, keep the commented lines instead: the values of store.shopCode are lost.",
  );
  op.renameColumn("store", "shopCode", "code");
  // op.todo(
  //   `store.code is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "store" SET "code" = …\`) between these two lines.`,
  // );
  // op.addColumn("store", { name: "code", type: "character varying", nullable: true });
  // op.alterColumn("store", "code", { nullable: false });
  // op.dropIndex("store", "IDX_40c711bd10299557bc2bc49720");
  // op.createIndex("store", { name: "IDX_40c711bd10299557bc2bc49720", columns: ["code"] });
  // op.dropColumn("store", "shopCode");

  op.todo(
    "store.title changes from character varying(80) to character varying(40). Values that are too long make it fail. Rows in the way:",
    `WITH "store" AS (SELECT * FROM "shop") SELECT * FROM "store" WHERE length("title") > 40`,
  );
  op.alterColumn("store", "title", { type: "character varying(40)" });

  op.dropColumn("store", "openedOn");
}

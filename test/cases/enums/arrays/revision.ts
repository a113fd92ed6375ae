/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addEnumValue("shop_open_enum", "tue", { after: "mon", commit: true });
  op.addEnumValue("shop_open_enum", "thu");

  op.todo(
    "shop_pays_enum no longer has 'cheque'. Rows with this value are in the way. Change them first:",
    `SELECT 'shop.pays' AS "column", value::text, count(*) FROM "shop", unnest("pays") value WHERE value::text IN ('cheque') GROUP BY 2`,
  );
  op.replaceEnum(
    "shop_pays_enum",
    ["card", "cash"],
    [{ table: "shop", column: "pays", array: true, default: "'{cash}'" }],
  );

  op.alterColumn("shop", "open", { default: "'{mon,tue}'" });
}

export function downgrade(op: Operations): void {
  op.todo(
    "shop_open_enum no longer has 'tue', 'thu'. Rows with these values are in the way. Change them first:",
    `SELECT 'shop.open' AS "column", value::text, count(*) FROM "shop", unnest("open") value WHERE value::text IN ('tue', 'thu') GROUP BY 2`,
  );
  op.replaceEnum(
    "shop_open_enum",
    ["mon", "wed"],
    [{ table: "shop", column: "open", array: true, default: "'{mon}'::shop_open_enum[]" }],
  );

  op.addEnumValue("shop_pays_enum", "cheque");
}

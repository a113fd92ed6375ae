/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addEnumValue("shop_status_enum", "planned", { before: "open" });
  op.addEnumValue("shop_status_enum", "built", { after: "planned" });
  op.addEnumValue("shop_status_enum", "paused", { after: "open" });
  op.addEnumValue("shop_status_enum", "gone");
}

export function downgrade(op: Operations): void {
  op.todo(
    "shop_status_enum no longer has 'planned', 'built', 'paused', 'gone'. Rows with these values are in the way. Change them first:",
    `SELECT 'shop.status' AS "column", "status"::text AS value, count(*) FROM "shop" WHERE "status"::text IN ('planned', 'built', 'paused', 'gone') GROUP BY 2`,
  );
  op.replaceEnum(
    "shop_status_enum",
    ["open", "closed"],
    [{ table: "shop", column: "status", default: "'open'::shop_status_enum" }],
  );
}

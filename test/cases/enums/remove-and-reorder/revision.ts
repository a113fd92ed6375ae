/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropIndex("shop", "IDX_open");

  op.replaceEnum("shop_flags_enum", ["b", "a"], [{ table: "shop", column: "flags", array: true, default: "'{a}'" }]);

  op.todo(
    "shop_status_enum no longer has 'paused'. Rows with this value are in the way. Change them first:",
    `SELECT 'shop.status' AS "column", "status"::text AS value, count(*) FROM "shop" WHERE "status"::text IN ('paused') GROUP BY 2`,
  );
  op.replaceEnum("shop_status_enum", ["closed", "open"], [{ table: "shop", column: "status", default: "'closed'" }]);

  op.createIndex("shop", { name: "IDX_open", columns: ["id"], where: "status = 'open'" });
}

export function downgrade(op: Operations): void {
  op.dropIndex("shop", "IDX_open");

  op.replaceEnum(
    "shop_flags_enum",
    ["a", "b"],
    [{ table: "shop", column: "flags", array: true, default: "'{a}'::shop_flags_enum[]" }],
  );
  op.replaceEnum(
    "shop_status_enum",
    ["open", "paused", "closed"],
    [{ table: "shop", column: "status", default: "'open'::shop_status_enum" }],
  );

  op.createIndex("shop", { name: "IDX_open", columns: ["id"], where: "(status = 'open'::shop_status_enum)" });
}

/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropConstraint("shop", "FK_3c375155e67124a3570f6c17a96");

  op.todo(
    "mall.id changes from character varying to bigint. Values that cannot be converted make it fail. Rows in the way:",
    `SELECT * FROM "mall" WHERE CASE WHEN "id"::text ~* '^\\s*[+-]?[0-9]+\\s*$' THEN "id"::numeric NOT BETWEEN -9223372036854775808 AND 9223372036854775807 ELSE "id" IS NOT NULL END`,
  );
  op.alterColumn("mall", "id", { type: "bigint", using: `"id"::bigint` });

  op.todo(
    "shop.mallId changes from character varying to bigint. Values that cannot be converted make it fail. Rows in the way:",
    `SELECT * FROM "shop" WHERE CASE WHEN "mallId"::text ~* '^\\s*[+-]?[0-9]+\\s*$' THEN "mallId"::numeric NOT BETWEEN -9223372036854775808 AND 9223372036854775807 ELSE "mallId" IS NOT NULL END`,
  );
  op.alterColumn("shop", "mallId", { type: "bigint", using: `"mallId"::bigint` });

  op.createForeignKey("shop", {
    name: "FK_3c375155e67124a3570f6c17a96",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
  });
}

export function downgrade(op: Operations): void {
  op.dropConstraint("shop", "FK_3c375155e67124a3570f6c17a96");

  op.alterColumn("mall", "id", { type: "character varying" });
  op.alterColumn("shop", "mallId", { type: "character varying" });
  op.createForeignKey("shop", {
    name: "FK_3c375155e67124a3570f6c17a96",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
  });
}

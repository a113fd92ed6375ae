/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropConstraint("shop", "FK_3c375155e67124a3570f6c17a96");

  op.todo("mall.id changes from character varying to bigint. A value that cannot be cast makes it fail.");
  op.alterColumn("mall", "id", { type: "bigint", using: `"id"::bigint` });

  op.todo("shop.mallId changes from character varying to bigint. A value that cannot be cast makes it fail.");
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

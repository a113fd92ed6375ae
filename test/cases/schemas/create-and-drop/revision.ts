/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createSchema("sales");

  op.createEnum("sales.order_state_enum", ["new", "paid"]);

  op.createTable("sales.order", {
    columns: [
      { name: "id", type: "serial" },
      { name: "state", type: "sales.order_state_enum", default: "'new'" },
      { name: "mallId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_1031171c13130102495201e3e20", columns: ["id"] },
  });
  op.createIndex("sales.order", { name: "IDX_24f2e0aed46637cdd2b24d9de9", columns: ["mallId"] });
  op.createForeignKey("sales.order", {
    name: "FK_24f2e0aed46637cdd2b24d9de94",
    columns: ["mallId"],
    references: { table: "mall", columns: ["id"] },
  });
}

export function downgrade(op: Operations): void {
  op.dropTable("sales.order");

  op.dropEnum("sales.order_state_enum");

  op.dropSchema("sales");
}

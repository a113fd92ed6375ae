/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createSchema("sales");

  op.todo(
    "Was order renamed to sales.order (2 of 2 columns are the same)? If not, keep the commented lines instead: all rows of order are lost.",
  );
  op.moveToSchema("order", "sales");
  op.moveEnumToSchema("order_state_enum", "sales");
  // op.createEnum("sales.order_state_enum", ["new", "paid"]);
  // op.createTable("sales.order", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "state", type: "sales.order_state_enum", default: "'new'" },
  //   ],
  //   primaryKey: { name: "PK_1031171c13130102495201e3e20", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_5a2d466e46df331557d38ee5c61 of line changes from (orderId) → order (id) on delete no action to (orderId) → sales.order (id) on delete no action. Rows in the way:",
  //   `SELECT t.* FROM "line" t WHERE t."orderId" IS NOT NULL AND NOT EXISTS (SELECT FROM "sales"."order" r WHERE r."id" = t."orderId")`,
  // );
  // op.dropConstraint("line", "FK_5a2d466e46df331557d38ee5c61");
  // op.createForeignKey("line", {
  //   name: "FK_5a2d466e46df331557d38ee5c61",
  //   columns: ["orderId"],
  //   references: { table: "sales.order", columns: ["id"] },
  // });
  // op.dropTable("order");
  // op.dropEnum("order_state_enum");
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was sales.order renamed to order (2 of 2 columns are the same)? If not, keep the commented lines instead: all rows of sales.order are lost.",
  );
  op.moveToSchema("sales.order");
  op.moveEnumToSchema("sales.order_state_enum");
  // op.createEnum("order_state_enum", ["new", "paid"]);
  // op.createTable("order", {
  //   columns: [
  //     { name: "id", type: "serial" },
  //     { name: "state", type: "order_state_enum", default: "'new'::order_state_enum" },
  //   ],
  //   primaryKey: { name: "PK_1031171c13130102495201e3e20", columns: ["id"] },
  // });
  // op.todo(
  //   "The foreign key FK_5a2d466e46df331557d38ee5c61 of line changes from (orderId) → sales.order (id) on delete no action to (orderId) → order (id) on delete no action. Rows in the way:",
  //   `SELECT t.* FROM "line" t WHERE t."orderId" IS NOT NULL AND NOT EXISTS (SELECT FROM "order" r WHERE r."id" = t."orderId")`,
  // );
  // op.dropConstraint("line", "FK_5a2d466e46df331557d38ee5c61");
  // op.createForeignKey("line", {
  //   name: "FK_5a2d466e46df331557d38ee5c61",
  //   columns: ["orderId"],
  //   references: { table: "order", columns: ["id"] },
  // });
  // op.dropTable("sales.order");
  // op.dropEnum("sales.order_state_enum");

  op.dropSchema("sales");
}

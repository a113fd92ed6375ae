/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "total" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "more" });

  op.dropIndex("line", "IDX_total");
  op.dropColumn("line", "total");
  op.addColumn("line", {
    name: "total",
    type: "integer",
    asExpression: "quantity * price * 2",
    generatedType: "STORED",
  });
  op.addColumn("line", { name: "label", type: "text", asExpression: "quantity::text || 'x'", generatedType: "STORED" });
  op.createIndex("line", { name: "IDX_total", columns: ["total"] });

  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "label" }, "quantity::text || 'x'");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "total" }, "quantity * price * 2");

  op.dropColumn("line", "more");
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "total" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "label" });

  op.dropIndex("line", "IDX_total");
  op.dropColumn("line", "total");
  op.addColumn("line", { name: "total", type: "integer", asExpression: "(quantity * price)", generatedType: "STORED" });
  op.addColumn("line", { name: "more", type: "integer", asExpression: "(quantity + 1)", generatedType: "STORED" });
  op.createIndex("line", { name: "IDX_total", columns: ["total"] });

  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "more" }, "quantity + 1");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "total" }, "quantity * price");

  op.dropColumn("line", "label");
}
